"""What we say of what we did: entries, counts, notices, and no token anywhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from provisioning.models import Notice
from provisioning.simulator.state import Change
from provisioning.tests.simulation.findings import History

PLAIN = frozenset({"userName", "active", "displayName", "title"})
"""The attributes of a person whose value the target keeps just as it is sent."""


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


def I04_the_entry_says_what_was_and_what_is(history: History) -> Iterator[str]:
    """Some change of the account is just what the entry tells: these values before, those after."""
    changes: defaultdict[str, list[Change]] = defaultdict(list)
    for one in history.ours:
        for change in one.changes:
            changes[change.after.id].append(change)
    for entry in history.log:
        told = [one for one in entry.modified if one["displayName"] in PLAIN]
        if entry.status != "success" or entry.kind != "user" or not told:
            continue
        if entry.target_id in history.touched:
            continue
        if not any(_is_told(change, told) for change in changes[entry.target_id]):
            yield f"{entry.source_id}: no change is {told}"


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


def I14_the_token_stays_where_it_belongs(history: History) -> Iterator[str]:
    """No other token came along, and none is in what is kept of the exchanges."""
    if history.application.target.strangers:
        yield f"{len(history.application.target.strangers)} requests with another token"
    token = history.application.target.token
    for entry in history.log:
        if token in str(entry.exchanges) or token in str(entry.error):
            yield f"the token is in the entry {entry.pk}"
            return


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


def _is_told(change: Change, told: Sequence[Mapping[str, object]]) -> bool:
    after = change.after.attributes
    before = change.before.attributes if change.before else None
    return all(
        after.get(str(one["displayName"])) == one["newValue"]
        and (before is None or before.get(str(one["displayName"])) == one["oldValue"])
        for one in told
    )
