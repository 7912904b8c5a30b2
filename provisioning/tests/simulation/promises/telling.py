"""What we say of what we did: entries, counts, notices, and no token anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from provisioning.models import Notice
from provisioning.tests.simulation.findings import History


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
