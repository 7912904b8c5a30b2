"""The invariants of the reliability reference, judged over the histories of a world.

`judge(world)` answers every breach as a sentence that begins with its id. What was seen while it
happened (a crash, an import that should not have been believed) is in `world.broken` already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from django.db import connection

from provisioning.models import Job, Notice
from provisioning.tests.simulation.findings import History
from provisioning.tests.simulation.network import Applied, attribute, user_of
from provisioning.tests.simulation.world import DAY, INTERVAL, World

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
REASONS = frozenset(
    {"DuplicateSourceEntries", "DuplicateTargetEntries", "EntryConflict", "WaitingForApproval",
     "Kept"}
)  # fmt: skip
"""Why somebody may wait when nothing is wrong any more: two claim one address, or a person holds
them back."""
UNLUCKY = 60
"""Requests within five minutes that a target which answers nothing may be asked (I24): a cycle
gives up after ten faults and what was under way, and a person may have begun a few."""
MAPPED = frozenset({"userName", "active", "displayName", "externalId", "emails", "title", "schemas",
                    ENTERPRISE})  # fmt: skip


def judge(world: World) -> list[str]:
    """Everything that was broken."""
    breaches = list(world.broken)
    for application in world.applications:
        history = History(world, application)
        for promise in PROMISES:
            for breach in promise(history):
                breaches.append(f"{promise.__name__}: {application.slug}: {breach}")
    return breaches


def I01_nobody_twice(history: History) -> Iterator[str]:
    """One live account for one person, also in between."""
    live: defaultdict[str, set[str]] = defaultdict(set)
    for one in history.truth:
        for change in one.changes:
            if change.after.kind != "User" or not user_of(change.after):
                continue
            owned = live[user_of(change.after)]
            (owned.discard if change.action == "delete" else owned.add)(change.after.id)
            if len(owned) > 1 and one.ours:
                yield f"{user_of(change.after)} has {len(owned)} accounts"
                return


def I01_no_name_twice(history: History) -> Iterator[str]:
    """We never create a second account with a name, nor give one a name that another has."""
    names: dict[str, str] = {}
    for account in history.application.first_accounts:
        names[account.id] = account.name
    for one in history.truth:
        for change in one.changes:
            if change.after.kind != "User":
                continue
            names.pop(change.after.id, None)
            if not change.after.present:
                continue
            if one.ours and change.after.name in names.values() and _named_by(one):
                yield f"a second {change.after.name} at {_when(history, one)}"
                return
            names[change.after.id] = change.after.name


def I02_deleted_in_time(history: History) -> Iterator[str]:
    """Whoever is gone for good keeps the account until the timer has run out."""
    for one, key, action in removals(history):
        settings = list(history.settings_between(one.at - DAY, one.at))
        if action != "delete" or any(each.leaving == "delete" for each in settings):
            continue
        recent = list(history.company_between(one.at - DAY + 1, one.at))
        if any(key in company.people for company in recent):
            yield f"{key} was deleted at {_when(history, one)}, before the timer ran out"


def I02_nobody_leaves_who_is_in(history: History) -> Iterator[str]:
    """Disabled or deleted is only who was out of scope while it was decided and done."""
    for one, key, _action in removals(history):
        cycle = history.cycles[one.sender.cycle]
        decided = min(cycle.started, cycle.plan.created if cycle.plan else cycle.started)
        if not history.could_leave(key, decided.timestamp(), one.at):
            yield f"{key} was removed at {_when(history, one)} though in scope"


def I03_the_guard_holds(history: History) -> Iterator[str]:
    """In no 24 hours more removals than allowed without a person."""
    allowed = history.world.knobs.at_least
    free = [
        one.at
        for one, _key, _action in removals(history)
        if not _released(history, one.sender.cycle)
    ]
    for position, at in enumerate(free):
        within = [other for other in free[: position + 1] if other > at - DAY]
        if len(within) > allowed:
            yield f"{len(within)} removals in 24 hours, {allowed} allowed"
            return


def I04_one_change_one_entry(history: History) -> Iterator[str]:
    """For every change by our request one entry; no entry without a request."""
    changed, accepted = Counter[str](), Counter[str]()
    for one in history.ours:
        if one.status < 300 and one.identity:
            accepted[one.identity] += 1
            changed[one.identity] += bool(one.changes)
    told = Counter(
        entry.target_id
        for entry in history.log
        if entry.status == "success" and entry.action != "other"
    )
    for identity in changed.keys() | told.keys():
        if identity in history.touched:
            continue
        if not changed[identity] <= told[identity] <= accepted[identity]:
            yield (
                f"{identity}: {changed[identity]} changes by {accepted[identity]} requests, "
                f"{told[identity]} entries"
            )


def I05_one_writer(history: History) -> Iterator[str]:
    """Whoever wrote to an object never writes again after somebody else did."""
    writers: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for one in history.ours:
        own = (one.sender.cycle, one.sender.unit, one.sender.generation)
        seen = writers[one.identity or str(one.body)]
        if seen and seen[-1] != own and own in seen:
            yield f"{one.identity}: {own} wrote again after {seen[-1]} at {_when(history, one)}"
        if not seen or seen[-1] != own:
            seen.append(own)


def I05_one_cycle(history: History) -> Iterator[str]:
    """No two cycles of a job are open at once."""
    cycles = [one for one in history.cycles.values() if one.purpose == "cycle"]
    for first, second in pairwise(cycles):
        if first.ended is None or first.ended > second.started:
            yield f"cycle {second.number} began before {first.number} had ended"


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
    if settled is None or settled.somebody_waits or history.touched:
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
            yield f"{one.path} {one.body} changed nothing at {_when(history, one)}"
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


def I09_failure_moves_no_mark(history: History) -> Iterator[str]:
    """A cycle that ended by an error has not moved the watermark."""
    for ended in history.world.ended:
        if ended.application != history.application.slug:
            continue
        failed = ended.state in ("failed", "quarantined", "stopped")
        if failed and ended.before != ended.after and ended.after is not None:
            yield f"cycle {ended.number} {ended.state}: {ended.before} became {ended.after}"


def I10_links_are_true(history: History) -> Iterator[str]:
    """A link leads to the person's own account, and nobody shares one."""
    everything = history.application.target.service.organisation.store.users.everything
    shared = Counter((one.kind, one.target_id) for one in history.links)
    yield from (f"{key} is shared" for key, number in shared.items() if number > 1)
    for link in history.links:
        account = everything.get(link.target_id)
        if link.kind != "user" or link.target_id in history.touched:
            continue
        if account is None:
            yield f"{link.object.source_id} is linked to {link.target_id}, which never was"
        elif user_of(account) not in ("", link.object.source_id):
            yield f"{link.object.source_id} is linked to the account of {user_of(account)}"


def I12_counts_reconcile(history: History) -> Iterator[str]:
    """A sealed plan's counts are its rows, and its digest is there."""
    for cycle in history.cycles.values():
        plan = cycle.plan
        if plan is None or plan.sealed_at is None or not plan.initial or cycle.error:
            continue
        rows = {one.object_id for one in history.rows if one.plan_id == plan.pk}
        counted = sum(
            number for key, number in plan.counts.items() if key not in ("skip", "unchanged")
        )
        own = sum(1 for one in history.rows if one.plan_id == plan.pk)
        if counted < len(rows) or counted > own + len(rows):
            yield f"cycle {cycle.number}: {counted} counted, {own} rows"


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


def I14_the_token_stays_where_it_belongs(history: History) -> Iterator[str]:
    """No other token came along, and none is in what is kept of the exchanges."""
    if history.application.target.strangers:
        yield f"{len(history.application.target.strangers)} requests with another token"
    token = history.application.target.token
    for entry in history.log:
        if token in str(entry.exchanges) or token in str(entry.error):
            yield f"the token is in the entry {entry.pk}"
            return


def I15_one_definition_a_cycle(history: History) -> Iterator[str]:
    """What a cycle writes is what its own definition says."""
    for one in history.ours:
        cycle = history.cycles[one.sender.cycle]
        for title in _titles(one.body):
            if title.startswith("Title v") and title not in str(cycle.definition.content):
                yield f"cycle {cycle.number} wrote {title}, which its definition does not know"


def I16_one_notice_for_a_quarantine(history: History) -> Iterator[str]:
    """Each entry into quarantine is told once, and the mail went out."""
    entered, told = history.quarantines
    if entered != told:
        yield f"quarantined {entered} times, told {told} times"
    undelivered = [one for one in history.world.undelivered() if history.world.resting]
    if undelivered:
        yield f"{len(undelivered)} mails were never delivered"

    sent = Notice.objects.filter(application__slug=history.application.slug, sent__isnull=False)
    for notice in sent:
        if notice.subject not in history.world.letters:
            yield f"nobody got the mail {notice.subject}"


def I23_nothing_without_approval(history: History) -> Iterator[str]:
    """Nothing is written before a person has approved a plan of the job."""
    plans = [one.plan for one in history.cycles.values() if one.plan is not None]
    approved = [plan.approved_at.timestamp() for plan in plans if plan.approved_at]
    first = next(history.ours, None)
    if first is not None and (not approved or first.at < min(approved)):
        yield f"{first.method} {first.path} at {_when(history, first)}, before any approval"


def I23_what_was_sent_was_planned(history: History) -> Iterator[str]:
    """Every write of a cycle has a row in its plan, or in one that it settles."""
    planned = {one.object.source_id for one in history.rows}
    plans = defaultdict(set)
    for row in history.rows:
        plans[row.plan_id].add(row.object.source_id)
    for one in history.ours:
        if "/users" not in one.path.lower() or one.status >= 300:
            continue
        cycle = history.cycles[one.sender.cycle]
        for change in one.changes:
            # A group that loses whoever left is the target's doing.
            key = user_of(change.after) if change.after.kind == "User" else ""
            if key and key in planned and cycle.plan_id and key not in plans[cycle.plan_id]:
                yield f"cycle {cycle.number} wrote to {key}, who is not in its plan"


def I24_a_sick_target_is_left_alone(history: History) -> Iterator[str]:
    """While nothing succeeds, hardly anything is asked."""
    failed: list[float] = []
    for at, _method, bad in history.application.target.asked:
        failed = [*(one for one in failed if one > at - INTERVAL), at] if bad else []
        if len(failed) > UNLUCKY:
            yield f"{len(failed)} requests failed in a row within {INTERVAL:.0f} s"
            return


PROMISES: tuple[Callable[[History], Iterator[str]], ...] = (
    I01_nobody_twice, I01_no_name_twice, I02_deleted_in_time, I02_nobody_leaves_who_is_in,
    I03_the_guard_holds, I04_one_change_one_entry, I05_one_writer, I05_one_cycle,
    I06_the_target_is_as_it_should_be, I06_groups_have_their_members,
    I06_whoever_is_not_right_is_waited_for, I07_rest,
    I08_nothing_but_what_differs, I09_failure_moves_no_mark, I10_links_are_true,
    I12_counts_reconcile, I13_the_watermark_is_reached, I14_the_token_stays_where_it_belongs,
    I15_one_definition_a_cycle, I16_one_notice_for_a_quarantine, I23_nothing_without_approval,
    I23_what_was_sent_was_planned, I24_a_sick_target_is_left_alone,
)  # fmt: skip


def removals(history: History) -> Iterator[tuple[Applied, str, str]]:
    """Our requests that took an account away, with the person and what was done."""
    for one in history.ours:
        for change in one.changes:
            if change.after.kind != "User" or change.before is None:
                continue
            was_active = change.before.state == "active"
            key = user_of(change.before)
            if change.action == "delete":
                yield one, key, "delete"
            elif was_active and change.after.state == "inactive":
                yield one, key, "disable"


def _named_by(one: Applied) -> bool:
    return one.method == "POST" or "userName" in str(one.body)


def _released(history: History, cycle: int) -> bool:
    plan = history.cycles[cycle].plan
    return plan is not None and plan.held_released


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


def _titles(body: object) -> Iterator[str]:
    """Every title that a request body writes."""
    if not isinstance(body, dict):
        return
    if isinstance(body.get("title"), str):
        yield body["title"]
    for operation in body.get("Operations", ()):
        value = operation.get("value")
        if operation.get("path") == "title" and isinstance(value, str):
            yield value
        if isinstance(value, dict) and isinstance(value.get("title"), str):
            yield value["title"]


def _when(history: History, one: Applied) -> str:
    return f"{one.at - history.world.began:.1f} s"
