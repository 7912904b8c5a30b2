"""Phase *references*: what can only be said of the plan as a whole.

Two people for one account are both held back; people whose manager gets an account join in;
everybody is put after their manager; a circle of managers costs one more request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from provisioning.core.entitlement import entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import Account, decide
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import Lane, Operation, Reason, RowState
from provisioning.core.waves import waves_of
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.facts import Facts, account_of
from provisioning.engine.planning.candidates import pages
from provisioning.engine.planning.duplicates import hold_duplicates
from provisioning.engine.planning.rows import (
    References,
    reference_change,
    row_of,
    stored_changes,
)
from provisioning.engine.planning.unique import chosen_apart
from provisioning.engine.work import Work, finishing
from provisioning.models import Cycle, DirectoryObject, Link, PlanRow, bulk

NEWLY_LINKED = (Operation.CREATE, Operation.ADOPT)
PAGE = 500


def run(work: Work) -> None:
    """Settle duplicates, reports and waves in the transaction that finishes the unit."""
    chosen = list(chosen_apart(work))
    with transaction.atomic(), finishing(work):
        for row in chosen:
            row.save()
        hold_duplicates(work, Kind.USER)
        _add_reports(work)
        work.unit.payload["unchanged"] = _settle_references(work)


def newly_linked(cycle: Cycle, people: Collection[UUID]) -> dict[UUID, str]:
    """Of these people, whose account this plan creates or takes over, with the target id as far as
    it is known.
    """
    found: dict[UUID, str] = {}
    asked = list(people)
    for start in range(0, len(asked), PAGE):
        rows = _new_accounts(cycle).filter(object_id__in=asked[start : start + PAGE])
        found.update(rows.values_list("object_id", "target_id"))
    return found


def concerned(cycle: Cycle) -> Iterator[list[UUID]]:
    """Pages of people whose account others may point to since now: their reports, their groups.

    Besides whoever gets an account in this plan, whoever an incremental cycle looks at: a cycle
    that was stopped may have made the account and not got to the others.
    """
    new = _new_accounts(cycle).order_by("object_id").values_list("object_id", flat=True)
    page = list(new[:PAGE])
    while page:
        yield page
        page = list(new.filter(object_id__gt=page[-1])[:PAGE])
    if cycle.only_id is None and cycle.watermark_from is not None:
        yield from pages(cycle, "user", edited=False)


def _new_accounts(cycle: Cycle) -> QuerySet[PlanRow]:
    return PlanRow.objects.filter(
        plan=cycle.plan, operation__in=NEWLY_LINKED, state=RowState.PLANNED, object__kind="user"
    )


def _add_reports(work: Work) -> None:
    """Linked people whose manager may have an account by now are decided again (Entra misses
    them).
    """
    linked = Link.objects.filter(job=work.job, kind="user", object_id=OuterRef("pk"))
    planned = PlanRow.objects.filter(plan=work.plan, object_id=OuterRef("pk"))
    candidates = DirectoryObject.objects.filter(Exists(linked)).exclude(Exists(planned))
    for page in concerned(work.cycle):
        managers = DirectoryObject.objects.filter(pk__in=page)
        keys = managers.values_list("origin_id", "source_key")
        _decide_again(work, list(candidates.reports_of(keys)))


def _decide_again(work: Work, ids: list[UUID]) -> None:
    facts = Facts(work.job, work.definition).page(ids)
    references = References.of(work.job, facts)
    rows = []
    for fact in facts:
        try:
            with contained(fact.row.pk):
                entitled = entitlement(work.definition, fact.subject)
                decision = decide(work.definition, fact.subject, entitled, fact.account, work.now)
        except (ConfigurationError, InternalFault):
            # It failed when it was last decided and waits for its own retry.
            continue
        row = row_of(work, fact, decision, references, fact.account)
        if row is not None:
            rows.append(row)
    bulk.insert(rows)


def _settle_references(work: Work) -> int:
    """Fill in what is known by now, order what will be known, drop what nobody can know.

    How many rows turned out to have nothing to say: their people are unchanged.
    """
    unchanged = 0
    waiting: dict[UUID, UUID] = {}
    rows = PlanRow.objects.filter(plan=work.plan).exclude(references={}).order_by("pk")
    page = list(rows[:PAGE])
    while page:
        new = newly_linked(work.cycle, {UUID(m) for row in page for m in row.references.values()})
        accounts = _accounts(work, page)
        changed = [row for row in page if _settle(row, new, accounts.get(row.object_id), waiting)]
        PlanRow.objects.bulk_update(changed, ["references", "changes", "params"], batch_size=100)
        idle = [row.pk for row in page if _says_nothing(row)]
        PlanRow.objects.filter(pk__in=idle).delete()
        unchanged += len(idle)
        page = list(rows.filter(pk__gt=page[-1].pk)[:PAGE])
    waves, closing = waves_of(waiting)
    _put_in_waves(work, waves)
    _close_circles(work, closing)
    return unchanged


def _accounts(work: Work, rows: Sequence[PlanRow]) -> dict[UUID, Account]:
    links = Link.objects.filter(job=work.job, object_id__in=[row.object_id for row in rows])
    return {link.object_id: account_of(link) for link in links}


def _settle(
    row: PlanRow, new: Mapping[UUID, str], account: Account | None, waiting: dict[UUID, UUID]
) -> bool:
    """One row's open references: known target ids become changes, new accounts an order.

    Whether the row is another one by now.
    """
    if row.resource is not None:
        account = Account(row.target_id, row.resource, linked=False)
    missing: dict[str, str] = {}
    before = len(row.references)
    for path, manager in list(row.references.items()):
        target_id = new.get(UUID(manager))
        if target_id == "":
            waiting[row.object_id] = UUID(manager)
            continue
        del row.references[path]
        if target_id is None:
            missing[path] = manager
        elif change := reference_change(path, target_id, account):
            row.changes += stored_changes([change])
    if missing:
        row.params["missing"] = missing
    return len(row.references) < before


def _says_nothing(row: PlanRow) -> bool:
    return row.operation == Operation.UPDATE and not row.changes and not row.references


def _put_in_waves(work: Work, waves: Mapping[UUID, int]) -> None:
    by_wave: defaultdict[int, list[UUID]] = defaultdict(list)
    for person, wave in waves.items():
        if wave:
            by_wave[wave].append(person)
    for wave, people in by_wave.items():
        for start in range(0, len(people), PAGE):
            PlanRow.objects.filter(
                plan=work.plan, lane=Lane.CHANGES, object_id__in=people[start : start + PAGE]
            ).update(wave=wave)


def _close_circles(work: Work, closing: Iterable[UUID]) -> None:
    """The cut person is written without the manager, and told about them afterwards."""
    rows = PlanRow.objects.filter(plan=work.plan, lane=Lane.CHANGES, object_id__in=list(closing))
    for row in rows:
        references, row.references = row.references, {}
        row.save(update_fields=["references"])
        if _says_nothing(row):
            row.delete()
        PlanRow.objects.create(
            plan=work.plan,
            object_id=row.object_id,
            operation=Operation.UPDATE,
            lane=Lane.CIRCLES,
            references=references,
            reason=Reason.REFERENCE_CLOSED,
            revision=row.revision,
        )
