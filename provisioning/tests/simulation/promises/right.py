"""In the end the target is as it should be, and then nothing more is sent."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from provisioning.models import Job
from provisioning.tests.simulation.findings import History, moment_of
from provisioning.tests.simulation.network import attribute, user_of

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


REASONS = frozenset(
    {"DuplicateSourceEntries", "DuplicateTargetEntries", "EntryConflict", "WaitingForApproval",
     "Kept"}
)  # fmt: skip
"""Why somebody may wait when nothing is wrong any more: two claim one address, or a person holds
them back."""


MAPPED = frozenset({"userName", "active", "displayName", "externalId", "emails", "title", "schemas",
                    ENTERPRISE})  # fmt: skip


def I06_the_target_is_as_it_should_be(history: History) -> Iterator[str]:
    """Whoever should have an account has it, with the mapped values; nobody else's is active."""
    world, application = history.world, history.application
    yield from _unjustified(history)
    owners = history.owners()
    accounts = {one.id: one for one in application.target.live()}
    for key in world.company.people:
        mine = [one for one in owners.get(key, ()) if one not in history.touched]
        if key in history.excused or len(mine) < len(owners.get(key, ())):
            continue
        if application.settings.gets_in(world.company, key):
            yield from _as_mapped(history, key, mine, owners)
        elif any(attribute(accounts[one], "active") for one in mine):
            yield f"{key} should have no active account"
    for key in owners.keys() - world.company.people.keys() - history.excused.keys():
        if not set(owners[key]) & history.touched:
            yield f"{key} is gone and should be deleted"


def I06_groups_have_their_members(history: History) -> Iterator[str]:
    """The members of a group are its people who have an account."""
    world, owners = history.world, history.owners()
    links = {one.object.source_id: one.target_id for one in history.links}
    for group in history.application.target.live("Group"):
        key = str(group.attributes.get("displayName", "")).removeprefix("Group ")
        if key not in world.company.groups or key in history.excused or key not in links:
            continue
        if not history.application.settings.takes_group(key):
            continue
        for person, ids in owners.items():
            if set(ids) & history.touched or person in history.excused or len(ids) != 1:
                continue
            if links.get(person) != ids[0] or person not in world.company.people:
                continue
            if (person in world.company.groups[key]) != (ids[0] in group.members):
                yield f"{person} in group {key}: {ids[0] in group.members}"


def I06_whoever_is_not_right_is_waited_for(history: History) -> Iterator[str]:
    """A day after the last fault, an initial cycle has nothing to mend that nobody waits for."""
    settled = history.world.settled.get(history.application.slug)
    if settled is None:
        return
    for key in settled.overdue:
        yield f"{key} was not tried again"
    if settled.somebody_waits or history.touched:
        return
    for one in history.truth[settled.length :]:
        if one.ours and one.writes and one.method != "DELETE" and one.changes:
            yield f"{one.method} {one.path} {one.body}, and nobody waited for it"


def I07_rest(history: History) -> Iterator[str]:
    """At rest an initial cycle writes nothing; who waits in escrow may be tried once more."""
    since = history.world.resting.get(history.application.slug)
    for one in history.truth[since:] if since is not None else ():
        waits = one.status >= 400 and bool(history.excused)
        if one.ours and one.writes and not waits and one.identity not in history.touched:
            yield f"{one.method} {one.path} {one.body} at rest"


def I08_nothing_but_what_differs(history: History) -> Iterator[str]:
    """A PATCH changes something; only mapped attributes are written; strangers never are."""
    for one in history.ours:
        if one.status >= 300 or one.identity in history.touched:
            continue
        if one.method == "PATCH" and not one.changes:
            yield f"{one.path} {one.body} changed nothing at {moment_of(history, one)}"
        if one.method == "POST" and "/Users" in one.path.title().replace("users", "Users"):
            extra = one.body.keys() - MAPPED
            if extra:
                yield f"{sorted(extra)} are not mapped"
        for change in one.changes:
            before = change.before
            if before is not None and str(before.attributes.get("userName", "")).startswith(
                "stranger@"
            ):
                yield f"the stranger's account was changed: {one.body}"


def I13_the_watermark_is_reached(history: History) -> Iterator[str]:
    """At rest every change of the directory is decided."""
    job = Job.objects.get(pk=history.application.job)
    if job.quarantined or not history.world.resting:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(change_number) FROM provisioning_directoryobject")
        last = cursor.fetchone()[0]
    if job.watermark is None or job.watermark < last:
        yield f"the watermark is {job.watermark}, the last change {last}"


def _unjustified(history: History) -> Iterator[str]:
    """When nothing is wrong any more, only some reasons keep anybody waiting."""
    for key, code in history.excused.items():
        if code not in REASONS and not history.touched:
            yield f"{key} still waits: {code}"


def _as_mapped(
    history: History, key: str, mine: list[str], owners: dict[str, list[str]]
) -> Iterator[str]:
    if not mine and not _was_deleted_outside(history, key):
        yield f"{key} should have an account"
    for one in mine:
        yield from _differences(history, key, one, owners)


def _was_deleted_outside(history: History, key: str) -> bool:
    return any(
        change.action == "delete" and user_of(change.after) == key
        for one in history.truth
        if not one.ours
        for change in one.changes
    )


def _differences(
    history: History, key: str, identity: str, owners: dict[str, list[str]]
) -> Iterator[str]:
    company, settings = history.world.company, history.application.settings
    person = company.people[key]
    (account,) = [one for one in history.application.target.live() if one.id == identity]
    emails = attribute(account, "emails")
    work = [
        one.get("value")
        for one in (emails if isinstance(emails, list) else [])
        if one.get("type") == "work"
    ]
    expected = {
        "userName": (person.address, attribute(account, "userName")),
        "active": (True, attribute(account, "active")),
        "displayName": (person.name, attribute(account, "displayName")),
        "title": (settings.title or person.title, attribute(account, "title")),
        "email": ([f"{key}@mail.example"], work),
        "department": (person.department, attribute(account, ENTERPRISE, "department")),
    }
    manager = owners.get(person.manager, ())
    # Whoever is soft-deleted is nobody's manager (directory-sources 2.4).
    counts = person.manager in company.people and not company.people[person.manager].soft_deleted
    if counts and len(manager) == 1 and _is_linked(history, manager[0]):
        shown = attribute(account, ENTERPRISE, "manager", "value")
        expected["manager"] = (manager[0], shown)
    for name, (wanted, shown) in expected.items():
        if wanted != shown:
            yield f"{key}.{name} is {shown!r}, should be {wanted!r}"


def _is_linked(history: History, identity: str) -> bool:
    return any(one.target_id == identity for one in history.links)
