"""Several people, or several groups, for one account: none of them is written (F39, W01).

A claim is an account that was matched, else every matching value that an account would be created
or changed with. The whole plan is looked at, so it does not matter which unit decided whom.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import key_to_match
from provisioning.core.errors import Conflict
from provisioning.core.resource import Kind, Value
from provisioning.core.vocabulary import REMOVALS, Operation, Reason, RowState
from provisioning.core.wording import gettext_noop
from provisioning.engine.planning.rivals import has_rivals
from provisioning.engine.spoken import stored_error
from provisioning.engine.work import Work
from provisioning.models import Link, PlanRow

SEVERAL = {
    Kind.USER: gettext_noop("Several people of the directory match the same account."),
    Kind.GROUP: gettext_noop("Several groups of the directory match the same group."),
}


def hold_duplicates(work: Work, kind: Kind) -> None:
    """Whoever claims what somebody else claims fails, with all the rows they have."""
    rows = PlanRow.objects.filter(plan=work.plan, state=RowState.PLANNED, object__kind=kind)
    rows = rows.exclude(operation__in=REMOVALS)
    if work.cycle.only_id:
        held = {row.object_id for row in _unlinked(work, rows, kind) if has_rivals(work, row)}
    else:
        held = _rivals(work, rows, kind)
    if held:
        _hold(rows.filter(object_id__in=held), kind)


def _rivals(work: Work, rows: QuerySet[PlanRow], kind: Kind) -> set[UUID]:
    """Who shares a claim; people who have their account already only as far as it changes.

    Claims are numbers at first, eight bytes each: only those that may be shared are read again.
    """
    numbers = array("q", (hash(claim) for claim, _ in _new_claims(work, rows, kind)))
    if not numbers:
        return set()
    numbers.extend(hash(claim) for claim, _ in _changed_claims(work, rows, kind))
    shared = _repeated(numbers)
    claims: defaultdict[str, set[UUID]] = defaultdict(set)
    if shared:
        for claim, person in _new_claims(work, rows, kind):
            if hash(claim) in shared:
                claims[claim].add(person)
        for claim, person in _changed_claims(work, rows, kind):
            if claim in claims:
                claims[claim].add(person)
    return {one for claimants in claims.values() if len(claimants) > 1 for one in claimants}


def _repeated(numbers: Iterable[int]) -> set[int]:
    return {one for one, following in pairwise(sorted(numbers)) if one == following}


def _new_claims(work: Work, rows: QuerySet[PlanRow], kind: Kind) -> Iterator[tuple[str, UUID]]:
    """What everybody without an account claims."""
    new = _unlinked(work, rows, kind).values_list("object_id", "target_id", "matching")
    for person, target_id, matching in new.iterator():
        for claim in [f"id {target_id}"] if target_id else _keys(kind, matching):
            yield claim, person


def _changed_claims(work: Work, rows: QuerySet[PlanRow], kind: Kind) -> Iterator[tuple[str, UUID]]:
    """What people with an account claim because it changes."""
    paths = {rule.target for rule in work.definition.of(kind).matching}
    new = _unlinked(work, rows, kind)
    linked = rows.exclude(changes=[]).exclude(pk__in=new.values("pk"))
    for person, changes in linked.values_list("object_id", "changes").iterator():
        changed = [
            [path, value] for path, _, value in changes if AttributePath.parse(path) in paths
        ]
        for claim in _keys(kind, changed):
            yield claim, person


def _unlinked(work: Work, rows: QuerySet[PlanRow], kind: Kind) -> QuerySet[PlanRow]:
    links = Link.objects.filter(job=work.job, kind=kind, object_id=OuterRef("object_id"))
    return rows.filter(part=0).exclude(Exists(links))


def _keys(kind: Kind, values: Iterable[Sequence[Value]]) -> Iterator[str]:
    for path, value in values:
        yield f"{path} {key_to_match(AttributePath.parse(str(path)), kind, value)}"


def _hold(rows: QuerySet[PlanRow], kind: Kind) -> None:
    rows.filter(part__gt=0).delete()
    error = Conflict(
        SEVERAL[kind],
        advice=gettext_noop("Make their matching value unique; nobody was changed."),
        code=Reason.DUPLICATE_SOURCE,
    )
    rows.update(
        operation=Operation.FAILED,
        state=RowState.FAILED,
        reason=Reason.DUPLICATE_SOURCE,
        error=stored_error(error),
    )
