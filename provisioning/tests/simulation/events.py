"""What befalls a world: the directory changes, people edit, targets are touched, things break.

Every event is a function of the world; the seed chooses which, upon whom and when.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from provisioning.engine import controls
from provisioning.models import Job
from provisioning.tests.simulation.applications import Application
from provisioning.tests.simulation.company import DEPARTMENTS, Company, shrinks
from provisioning.tests.simulation.world import World

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def add(world: World) -> str:
    """Somebody is hired."""
    person = world.company.hire(world.chance)
    for one in world.applications:
        if one.settings.scope == "assigned" and world.chance.random() < 0.7:
            one.settings.people[person.id] = "agent"
    imported(world)
    for one in world.applications:
        if person.id in one.settings.people:
            world.configure(one)
    return person.id


def change(world: World) -> str:
    """A title or a name changes."""
    key = somebody(world)
    person = world.company.people[key]
    if world.chance.random() < 0.5:
        person.title = f"Title {world.chance.randrange(100)}"
    else:
        person.name = f"Person {key} {world.chance.randrange(100)}"
    imported(world)
    return key


def rename(world: World) -> str:
    """Another address, sometimes one that somebody else has or had."""
    key = somebody(world)
    taken = world.chance.random() < 0.15
    other = somebody(world)
    address = world.company.people[other].address
    if not taken:
        address = f"{key}.{world.chance.randrange(1000)}@contoso.example"
    world.company.people[key].address = address
    imported(world)
    return f"{key} is {address}"


def swap(world: World) -> str:
    """Two people change addresses (F39)."""
    one, other = somebody(world), somebody(world)
    first, second = world.company.people[one], world.company.people[other]
    first.address, second.address = second.address, first.address
    imported(world)
    return f"{one} and {other}"


def move(world: World) -> str:
    """Another department, another manager, another group."""
    key = somebody(world)
    person = world.company.people[key]
    person.department = world.chance.choice(DEPARTMENTS)
    person.manager = somebody(world)
    for members in world.company.groups.values():
        (members.add if world.chance.random() < 0.5 else members.discard)(key)
    imported(world)
    return key


def block(world: World) -> str:
    """A sign-in is blocked or allowed again."""
    person = world.company.people[somebody(world)]
    person.enabled = not person.enabled
    imported(world)
    return f"{person.id}: {person.enabled}"


def soft_delete(world: World) -> str:
    """Somebody is deleted, or restored within the thirty days."""
    person = world.company.people[somebody(world)]
    person.soft_deleted = not person.soft_deleted
    imported(world)
    return f"{person.id}: {person.soft_deleted}"


def remove(world: World) -> str:
    """Somebody is gone for good."""
    key = somebody(world)
    if len(world.company.people) > 1:
        world.company.remove(key)
        imported(world)
    return key


def unassign(world: World) -> str:
    """Somebody, or a group, is assigned, unassigned, or given Default Access only."""
    one = some_application(world)
    if world.company.groups and world.chance.random() < 0.4:
        group = world.chance.choice(sorted(world.company.groups))
        one.settings.groups[group] = world.chance.choice(("agent", ""))
        world.configure(one)
        return f"{group}: {one.settings.groups[group]!r}"
    key = somebody(world)
    roles = one.settings.people
    if key in roles:
        del roles[key]
    else:
        roles[key] = world.chance.choice(("agent", "agent", ""))
    world.configure(one)
    return f"{key}: {roles.get(key)}"


def edit_scope(world: World) -> str:
    """The filter, the scope or what leaving means is edited, perhaps in mid-cycle (F25)."""
    one = some_application(world)
    settings = one.settings
    what = world.chance.choice(("filter", "scope", "title", "leaving"))
    if what == "filter":
        settings.department = world.chance.choice(("", "", *DEPARTMENTS))
    elif what == "scope":
        settings.scope = "all" if settings.scope == "assigned" else "assigned"
    elif what == "title":
        settings.title = world.chance.choice(("", f"Title v{len(one.past)}"))
    else:
        settings.leaving = world.chance.choice(("disable", "delete"))
    world.configure(one)
    return f"{one.slug}: {what}"


def empty_import(world: World) -> str:
    """The source hands over nobody, or hardly anybody (F23)."""
    company = world.company
    left = Company(groups={key: set() for key in company.groups})
    for key in sorted(company.people)[: world.chance.randint(0, 1)]:
        left.people[key] = company.people[key]
    if not shrinks(world.imported[-1][1], left):
        return "too few people to tell"
    report = world.read_source(left)
    if not report.held:
        world.broken.append("I03: an import that lost nearly everybody was believed")
    return f"{len(left.people)} of {len(company.people)}"


def touch(world: World) -> str:
    """Somebody edits an account at the target (F26)."""
    one = some_application(world)
    accounts = [each for each in one.target.live() if each.attributes.get("externalId")]
    if not accounts:
        return "nobody there"
    account = world.chance.choice(accounts)
    if world.chance.random() < 0.3:
        one.target.from_outside("DELETE", f"/Users/{account.id}", None, world.processes.now)
        return f"{account.id} deleted"
    value = {"title": f"Edited {world.chance.randrange(9)}"}
    body = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": value}]}
    one.target.from_outside("PATCH", f"/Users/{account.id}", body, world.processes.now)
    return f"{account.id} edited"


def stop_and_start(world: World) -> str:
    """Stop, and some time later start again (F40)."""
    one = some_application(world)
    job = Job.objects.select_related("application").get(pk=one.job)
    controls.stop_job(None, job)
    world.processes.at(world.processes.now + world.chance.uniform(0, 100), lambda: start(one))
    return one.slug


def start(one: Application) -> None:
    """The application is on again."""
    controls.start_job(None, Job.objects.select_related("application").get(pk=one.job))


def restart(world: World) -> str:
    """Restart: watermark, retries and quarantine are forgotten."""
    one = some_application(world)
    controls.restart_job(None, Job.objects.select_related("application").get(pk=one.job))
    return one.slug


def outage(world: World) -> str:
    """A target answers nothing but faults for a while."""
    one = some_application(world)
    one.target.down = True
    ends = world.processes.now + world.chance.uniform(30, 600)
    world.processes.at(ends, lambda: setattr(one.target, "down", False))
    return one.slug


def revoke(world: World) -> str:
    """The token is not accepted for a while (F21)."""
    one = some_application(world)
    tokens = one.target.service.tokens
    tokens.expire(one.target.token, world.processes.now, world.chance.uniform(30, 600))
    return one.slug


def mail_down(world: World) -> str:
    """The mail server refuses for a while (F36)."""
    world.mail_works = False
    ends = world.processes.now + world.chance.uniform(30, 900)
    world.processes.at(ends, lambda: setattr(world, "mail_works", True))
    return ""


def look_now(world: World) -> str:
    """A person runs a cycle now, with or without approving what it holds."""
    one = some_application(world)
    approve = world.chance.random() < 0.3
    world.begin_cycle(one, approve=approve)
    return f"{one.slug}{', approved' if approve else ''}"


EVENTS: dict[Callable[[World], str], int] = {
    add: 10, change: 14, rename: 10, swap: 4, move: 10, block: 8, soft_delete: 8, remove: 6,
    unassign: 10, edit_scope: 10, empty_import: 4, touch: 6, stop_and_start: 4, restart: 2,
    outage: 4, revoke: 2, mail_down: 2, look_now: 8,
}  # fmt: skip


def befall(world: World, *events: Callable[[World], str]) -> None:
    """One event, drawn from these or from all."""
    favoured = tuple(one for one in EVENTS if one.__name__ in world.favours.events)
    kinds = events or favoured or tuple(EVENTS)
    event = world.chance.choices(kinds, [EVENTS[one] for one in kinds])[0]
    told = event(world)
    world.tell(f"{event.__name__} {told}")


def imported(world: World) -> None:
    """The directory is read, most of the time at once."""
    if world.chance.random() < 0.9:
        world.read_source()


def somebody(world: World) -> str:
    return world.chance.choice(sorted(world.company.people))


def some_application(world: World) -> Application:
    return world.chance.choice(world.applications)


def storm(world: World, chance: Random) -> None:
    """Faults of the network and of processes, from now on."""
    kinds = ("refused", "timeout", "status", "busy", "lost", "gateway", "truncated", "garbage",
             "late")  # fmt: skip
    for one in world.applications:
        chosen = chance.sample(kinds, chance.choice((0, 1, 1, 2, 3)))
        one.target.faults = {kind: chance.uniform(0.05, 0.25) for kind in chosen}
        answers = chance.sample(("ignore_filter", "lying_pages", "lag"), chance.choice((0, 0, 1)))
        rate = f"rate={chance.uniform(0.05, 0.3):.2f}"
        specs = [f"{kind}:{rate}{',seconds=1' if kind == 'lag' else ''}" for kind in answers]
        one.target.set_answers(specs)
    weather = world.processes.weather
    weather.kill = chance.choice((0.0, 0.0, 0.01, 0.03))
    weather.pause = chance.choice((0.0, 0.01, 0.03))
    world.lose_messages = chance.choice((0.0, 0.0, 0.2))
    favours = world.favours
    weather.kill = favours.kill or weather.kill
    weather.pause = favours.pause or weather.pause
    world.lose_messages = favours.lose or world.lose_messages
    for one in world.applications if favours.faults else ():
        one.target.faults = dict.fromkeys(favours.faults, 0.25)
    for one in world.applications if favours.answers else ():
        one.target.set_answers([f"{kind}:rate=0.3" for kind in favours.answers])
    if chance.random() < 0.3:
        world.processes.dies_at = world.processes.points + chance.randint(1, 60)


def calm(world: World) -> None:
    """No more faults: from here on everything must come right by itself."""
    world.tell("calm")
    for one in world.applications:
        one.target.faults, one.target.down = {}, False
        one.target.set_answers([])
    world.processes.weather.kill = world.processes.weather.pause = 0.0
    world.processes.dies_at = 0
    world.lose_messages, world.mail_works = 0.0, True
