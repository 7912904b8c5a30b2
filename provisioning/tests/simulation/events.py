"""What befalls a world: the directory changes, people edit, targets are touched, things break.

Every event is a function of the world; the seed chooses which, upon whom and when.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from provisioning.core.errors import ProvisioningError
from provisioning.engine import controls, running
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import DirectoryObject, Job, Plan
from provisioning.models.cycle import Purpose
from provisioning.tests.simulation.applications import Application
from provisioning.tests.simulation.choosing import imported, some_application, somebody
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


def edit_title(world: World) -> str:
    """A constant in a mapping is edited: what was sent since shows by which definition."""
    one = some_application(world)
    one.settings.title = f"Title v{len(one.past)}"
    world.configure(one)
    return f"{one.slug}: {one.settings.title}"


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


def on_demand(world: World) -> str:
    """A person provisions somebody now, beside whatever cycle runs."""
    one, key = some_application(world), somebody(world)
    job = Job.objects.select_related("application").get(pk=one.job)
    row = DirectoryObject.objects.filter(kind="user", source_id=key).first()
    if row is None or not job.approved_once:
        return f"{key} cannot be"
    cycle = open_cycle(job, Request(purpose=Purpose.ON_DEMAND, only=row))
    if cycle is not None:
        world.send("turn", str(cycle.pk))
    return f"{key} in {one.slug}"


def stored_plan(world: World) -> str:
    """A person looks at a preview, and later lets that very plan be carried out."""
    one = some_application(world)
    job = Job.objects.select_related("application").get(pk=one.job)
    if not job.approved_once:
        return f"{one.slug} has no approved plan yet"
    preview = open_cycle(job, Request(purpose=Purpose.PREVIEW))
    if preview is not None and preview.plan is not None:
        plan = preview.plan.pk
        world.send("turn", str(preview.pk))
        later = world.processes.now + world.chance.uniform(5, 120)
        world.processes.at(later, lambda: _carry_out(world, one, plan))
    return one.slug


def _carry_out(world: World, one: Application, plan: UUID) -> None:
    """The plan as it was seen, unless it is too late for it or another cycle runs."""
    job = Job.objects.select_related("application").get(pk=one.job)
    sealed = Plan.objects.filter(pk=plan, sealed_at__isnull=False).first()
    if sealed is None:
        return
    try:
        found = running.stored_plan(job, sealed.digest)
    except ProvisioningError as error:
        world.tell(f"the stored plan cannot be carried out: {error.code}")
        return
    cycle = open_cycle(job, Request(plan=found, approve=True))
    world.tell(f"the stored plan of {one.slug} is {'carried out' if cycle else 'in the way'}")
    if cycle is not None:
        world.send("turn", str(cycle.pk))


EVENTS: dict[Callable[[World], str], int] = {
    add: 10, change: 14, rename: 10, swap: 4, move: 10, block: 8, soft_delete: 8, remove: 6,
    unassign: 10, edit_scope: 10, empty_import: 4, touch: 6, stop_and_start: 4, restart: 2,
    outage: 4, revoke: 2, mail_down: 2, look_now: 8, on_demand: 6, stored_plan: 6, edit_title: 0,
}  # fmt: skip


def befall(world: World, *events: Callable[[World], str]) -> None:
    """One event, drawn from these or from all."""
    favoured = tuple(one for one in EVENTS if one.__name__ in world.favours.events)
    kinds = events or favoured or tuple(EVENTS)
    weights = [EVENTS[one] or int(one in favoured) * 10 for one in kinds]
    event = world.chance.choices(kinds, weights)[0]
    told = event(world)
    world.tell(f"{event.__name__} {told}")
