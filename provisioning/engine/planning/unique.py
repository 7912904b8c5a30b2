"""Values that nobody may have twice: SelectUniqueValue asks the snapshot, then the target.

The core offers values; whether one is taken is found out here, and it is asked for the next one
until one is free or none is left. Who of one plan was offered what somebody else was offered too is
asked again once the whole plan is known, whichever unit decided them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from provisioning.core.entitlement import Entitlement, Subject
from provisioning.core.errors import (
    AmbiguousMatch,
    ConfigurationError,
    ObjectRejected,
    ProvisioningError,
)
from provisioning.core.evaluate import Decision, decide
from provisioning.core.resource import Resource
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.planning.listing import is_listed, key_of
from provisioning.engine.planning.looking_up import look_up
from provisioning.engine.planning.rows import References, failed_row, row_of
from provisioning.engine.work import Work
from provisioning.models import ListedAccount, PlanRow

Given = set[tuple[str, str]]
"""Values that people of the plan were given: paths and keys."""

PAGE = 500


def with_unique_values(
    work: Work, subject: Subject, decision: Decision, given: Collection[tuple[str, str]] = ()
) -> Decision:
    """The decision with values that are free at the target and not among `given`.

    Raises `ExpressionError` when every value is taken, and what the target says to a look-up.
    """
    paths = work.definition.of(subject.source.kind).unique
    taken: set[str] = set()
    while paths and decision.operation is Operation.CREATE:
        wanted = [
            (str(change.path), str(change.new))
            for change in decision.changes
            if str(change.path) in paths
        ]
        refused = [one for one in wanted if _is_taken(work, subject, one, given)]
        if not refused:
            break
        taken |= {value.lower() for _, value in refused}
        context = replace(subject.context, taken=frozenset(taken))
        offered = replace(subject, context=context)
        decision = decide(work.definition, offered, Entitlement(), None, work.now)
    return decision


def chosen_apart(work: Work) -> Iterator[PlanRow]:
    """Of several people who were offered one value, the first keeps it; the others choose again.

    Answers the rows of the others as they should be; nothing is stored here, because the target
    may have to be asked. The order is that of the directory's ids: the same state gives the same
    plan.
    """
    paths = work.definition.users.unique
    given, again = _offered(work, paths) if paths else (set(), [])
    for start in range(0, len(again), PAGE):
        page = {row.object_id: row for row in again[start : start + PAGE]}
        facts = Facts(work.job, work.definition).page(list(page))
        references = References.of(work.job, facts)
        for fact in facts:
            row = page[fact.row.pk]
            new = _chosen_again(work, fact, references, given)
            new.pk, new.matching = row.pk, row.matching
            given.update(_unique_values(new, paths))
            yield new


def _offered(work: Work, paths: Collection[str]) -> tuple[Given, list[PlanRow]]:
    """All values that were offered, and the rows whose value an earlier row has."""
    given: Given = set()
    again: list[PlanRow] = []
    rows = PlanRow.objects.filter(
        plan=work.plan, operation=Operation.CREATE, state=RowState.PLANNED, object__kind="user"
    )
    for row in rows.order_by("object_id").iterator(PAGE):
        values = set(_unique_values(row, paths))
        if values & given:
            again.append(row)
        given |= values
    return given, again


def _unique_values(row: PlanRow, paths: Collection[str]) -> Iterator[tuple[str, str]]:
    return ((path, key_of(value)) for path, _, value in row.changes if path in paths)


def _chosen_again(work: Work, fact: Fact, references: References, given: Given) -> PlanRow:
    try:
        with contained(fact.row.pk):
            first = decide(work.definition, fact.subject, Entitlement(), None, work.now)
            decision = with_unique_values(work, fact.subject, first, given)
    except (ConfigurationError, ObjectRejected, InternalFault) as fault:
        return failed_row(work, fact, fault)
    row = row_of(work, fact, decision, references, None)
    if row is None:
        raise LookupError("An account is made, so there is a row.")
    return row


def _is_taken(
    work: Work, subject: Subject, wanted: tuple[str, str], given: Collection[tuple[str, str]]
) -> bool:
    path, value = wanted
    if (path, key_of(value)) in given:
        return True
    if is_listed(work):
        known = ListedAccount.objects.filter(cycle=work.cycle, path=path, key=key_of(value))
        return known.exists()
    found: Resource | ProvisioningError | None = look_up(
        work.target, subject.source.kind, [[path, value]]
    )
    if isinstance(found, ProvisioningError) and not isinstance(found, AmbiguousMatch):
        raise found
    return found is not None
