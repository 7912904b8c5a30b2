"""The phases of a cycle: what each does to a unit, and what opens when the last unit is done.

recover → scope → list → match → references → groups → seal → removals → changes (wave by wave) →
circles → memberships → close. A phase without work opens the next at once; a preview ends with
its seal. Opening is a compare-and-set on the cycle, so that one worker does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from provisioning.core.vocabulary import CycleState, Lane, Phase, RowState
from provisioning.engine import closing, recovery
from provisioning.engine.execution import batch
from provisioning.engine.planning import (
    candidates,
    groups,
    listing,
    matching,
    references,
    scope,
    sealing,
)
from provisioning.engine.work import Work
from provisioning.models import Cycle, Plan, PlanRow, WorkUnit
from provisioning.models.cycle import Purpose
from provisioning.models.unit import UnitState

MATCH_PAGE = 500
BATCH = 100
UNITS_AT_ONCE = 10
"""So many units are in memory while a phase is opened, however large it is."""
LANES: Mapping[str, str] = {
    Phase.REMOVALS: Lane.REMOVALS,
    Phase.CHANGES: Lane.CHANGES,
    Phase.CIRCLES: Lane.CIRCLES,
    Phase.MEMBERSHIPS: Lane.MEMBERSHIPS,
}
ORDER = tuple(Phase)

Content = dict[str, object] | list[int]
"""What a unit is about: a payload while planning, the keys of rows that are sent."""

RUN: Mapping[str, Callable[[Work], None]] = {
    Phase.RECOVER: recovery.run,
    Phase.SCOPE: scope.run,
    Phase.LIST: listing.run,
    Phase.MATCH: matching.run,
    Phase.REFERENCES: references.run,
    Phase.GROUPS: groups.run,
    Phase.SEAL: sealing.run,
    Phase.REMOVALS: batch.run,
    Phase.CHANGES: batch.run,
    Phase.CIRCLES: batch.run,
    Phase.MEMBERSHIPS: batch.run,
    Phase.CLOSE: closing.run,
}


def run_unit(work: Work) -> None:
    """Do one unit and, if it was the phase's last, open what comes next."""
    work.advance = partial(_advance, work.cycle.pk)
    RUN[work.unit.phase](work)


def _advance(cycle_id: UUID) -> None:
    """Open the next phase that has work, once the current one has none left.

    Of two who finish the last units at once, the second sees both done: each has the cycle's lock.
    """
    with transaction.atomic(savepoint=False):
        cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
        if cycle.ended is None and not _unfinished(cycle):
            open_next(cycle)


def open_next(cycle: Cycle) -> None:
    """Step through the phases until one has something to do."""
    while not _step(cycle):
        continue
    cycle.save(update_fields=["phase", "wave"])


def _unfinished(cycle: Cycle) -> bool:
    units = WorkUnit.objects.filter(cycle=cycle, phase=cycle.phase, wave=cycle.wave)
    return units.exclude(state=UnitState.DONE).exists()


def _step(cycle: Cycle) -> bool:
    """Go to the next phase or wave and make its units; `False` when it has nothing to do."""
    cycle.phase, cycle.wave = _after(cycle)
    contents: Iterator[Content] = iter(
        _batches(cycle) if cycle.phase in LANES else _payloads(cycle)
    )
    made = 0
    while some := list(islice(contents, UNITS_AT_ONCE)):
        _make_units(cycle, made, some)
        made += len(some)
    return made > 0


def _make_units(cycle: Cycle, first: int, contents: Sequence[Content]) -> None:
    """Some units of the phase: each has what it is about in its payload, or rows that name it."""
    batches = [content for content in contents if isinstance(content, list)]
    payloads = [{} if isinstance(content, list) else content for content in contents]
    units = [
        WorkUnit(cycle=cycle, phase=cycle.phase, wave=cycle.wave, ordinal=ordinal, payload=payload)
        for ordinal, payload in enumerate(payloads, start=first)
    ]
    WorkUnit.objects.bulk_create(units)
    for unit, rows in zip(units, batches, strict=False):
        for start in range(0, len(rows), 500):
            PlanRow.objects.filter(pk__in=rows[start : start + 500]).update(unit=unit)


def _after(cycle: Cycle) -> tuple[Phase, int]:
    """What comes after the cycle's phase: the next wave, the next phase, or the end."""
    phase = Phase(cycle.phase)
    if phase is Phase.CHANGES and (wave := _next_wave(cycle)) is not None:
        return phase, wave
    if phase is Phase.SEAL and _ends_with_the_plan(cycle):
        return Phase.CLOSE, 0
    if phase is Phase.RECOVER and _plan(cycle).sealed_at is not None:
        return Phase.SEAL, 0
    return ORDER[ORDER.index(phase) + 1], 0


def _ends_with_the_plan(cycle: Cycle) -> bool:
    return cycle.purpose == Purpose.PREVIEW or cycle.state == CycleState.WAITING


def _next_wave(cycle: Cycle) -> int | None:
    later = PlanRow.objects.filter(
        plan=cycle.plan, lane=Lane.CHANGES, wave__gt=cycle.wave, state=RowState.PLANNED
    )
    return later.order_by("wave").values_list("wave", flat=True).first()


def _payloads(cycle: Cycle) -> Iterable[dict[str, object]]:
    """One payload per unit of the planning phase that the cycle has just come to."""
    if cycle.purpose == Purpose.REMOVALS and cycle.phase in (Phase.REFERENCES, Phase.GROUPS):
        return []
    match cycle.phase:
        case Phase.SCOPE:
            return map(_ids, candidates.pages(cycle, "user"))
        case Phase.LIST:
            return [{}] if _unmatched(cycle).exists() else []
        case Phase.MATCH:
            return _row_pages(_unmatched(cycle).values_list("pk", flat=True).iterator())
        case Phase.REFERENCES:
            return [{}] if _somebody_was_looked_at(cycle) else []
        case Phase.GROUPS:
            enabled = cycle.definition.as_definition().groups.enabled
            return map(_ids, groups.group_pages(cycle)) if enabled else []
        case _:
            return [{}]


def _somebody_was_looked_at(cycle: Cycle) -> bool:
    looked = WorkUnit.objects.filter(cycle=cycle, phase=Phase.SCOPE)
    return looked.exists() or PlanRow.objects.filter(plan=cycle.plan).exists()


def _plan(cycle: Cycle) -> Plan:
    if cycle.plan is None:
        raise LookupError("A cycle has a plan from its first phase on.")
    return cycle.plan


def _ids(page: Iterable[object]) -> dict[str, object]:
    return {"ids": [str(one) for one in page]}


def _unmatched(cycle: Cycle) -> QuerySet[PlanRow]:
    return PlanRow.objects.filter(plan=cycle.plan, state=RowState.UNMATCHED).order_by("pk")


def _row_pages(keys: Iterable[int]) -> Iterable[dict[str, object]]:
    rest = iter(keys)
    while page := list(islice(rest, MATCH_PAGE)):
        yield {"rows": page}


def _batches(cycle: Cycle) -> Iterator[list[int]]:
    """The phase's rows in batches of about 100, all rows of one object in the same one (I05)."""
    rows = PlanRow.objects.filter(
        plan=cycle.plan, lane=LANES[cycle.phase], state=RowState.PLANNED
    ).order_by("object_id", "part")
    if cycle.phase == Phase.CHANGES:
        rows = rows.filter(wave=cycle.wave)
    batch: list[int] = []
    last = None
    for pk, object_id in rows.values_list("pk", "object_id").iterator():
        if len(batch) >= BATCH and object_id != last:
            yield batch
            batch = []
        batch.append(pk)
        last = object_id
    if batch:
        yield batch
