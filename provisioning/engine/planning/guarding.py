"""The guard looks at a plan: which rows take something away, and which of them wait for a person.

What a row does is told by its operation, its changes, and for a group by the members it keeps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from provisioning.core.guard import WINDOW, Counted, Danger, GuardVerdict, dangers, judge
from provisioning.core.json_values import is_unassigned
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import REMOVALS, Operation, RowState, Status
from provisioning.engine.planning.rows import EMPTIES, read_changes
from provisioning.engine.recording import record_held
from provisioning.engine.work import Work
from provisioning.models import Link, LogEntry, PlanRow
from provisioning.models.cycle import Purpose

WRITING = (Operation.ADOPT, Operation.UPDATE, Operation.ENABLE)


@dataclass(slots=True)
class Dangerous:
    """The rows that take something away: in which ways, and of which attributes."""

    rows: dict[int, dict[Danger, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    groups: set[UUID] = field(default_factory=set)
    _taken: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add_group(self, row: PlanRow) -> None:
        """A group that would lose everybody; its members may be in several rows."""
        self.rows[row.pk][Danger.MEMBERS_EMPTIED] = []
        self.groups.add(row.object_id)

    def add_person(self, row: PlanRow, matching: Collection[str]) -> None:
        """What the changes of one account do, alone and with those of the people before."""
        if why := dangers(read_changes(row.changes), matching):
            self.rows[row.pk].update(why)
        if Danger.MATCHING_CHANGES not in why:
            return
        for path, _, new in row.changes:
            if path in matching and not is_unassigned(new):
                alike = self._taken[path, str(new).casefold()]
                alike.append(row.pk)
                for pk in alike if len(alike) > 1 else ():
                    self.rows[pk][Danger.COLLIDES] = [path]

    def counts(self) -> Counter[Danger]:
        """How many people, or groups, each danger would hit."""
        counted = Counter(danger for found in self.rows.values() for danger in found)
        if self.groups:
            counted[Danger.MEMBERS_EMPTIED] = len(self.groups)
        return counted


def judge_plan(work: Work) -> tuple[GuardVerdict, Dangerous]:
    """The verdict about every row that is still to be done, and the rows it is about."""
    planned = PlanRow.objects.filter(plan=work.plan, state=RowState.PLANNED)
    found = _dangerous(work, planned)
    counts = found.counts()
    counts[Danger.REMOVAL] = _removals(work, planned)
    linked = Link.objects.filter(job=work.job)
    counted = Counted(
        counts,
        _recent(work, counts),
        people=linked.filter(kind=Kind.USER).count(),
        groups=linked.filter(kind=Kind.GROUP).count(),
    )
    return judge(work.definition.guard, counted), found


def _removals(work: Work, planned: QuerySet[PlanRow]) -> int:
    """How many the plan would remove; beside a running cycle, what that one still will as well."""
    removals = planned.filter(operation__in=REMOVALS).count()
    if work.cycle.purpose == Purpose.REMOVALS:
        running = PlanRow.objects.filter(plan__cycles=work.job.open_cycle_id)
        open_ones = (RowState.PLANNED, RowState.HELD, RowState.INTENT)
        removals += running.filter(operation__in=REMOVALS, state__in=open_ones).count()
    return removals


def hold(work: Work, verdict: GuardVerdict, found: Dangerous) -> None:
    """Let the rows of what the verdict holds wait for a person; the log says so once."""
    wait: dict[int, dict[Danger, list[str]]] = {
        pk: {danger: paths for danger, paths in why.items() if danger in verdict.holds}
        for pk, why in found.rows.items()
    }
    if Danger.REMOVAL in verdict.holds:
        removals = PlanRow.objects.filter(
            plan=work.plan, operation__in=REMOVALS, state=RowState.PLANNED
        )
        wait |= {pk: {Danger.REMOVAL: []} for pk in removals.values_list("pk", flat=True)}
    numbers = iter(sorted(pk for pk, why in wait.items() if why))
    while page := list(islice(numbers, 200)):
        rows = list(PlanRow.objects.filter(pk__in=page).select_related("object"))
        for row in rows:
            row.state = RowState.HELD
            row.params |= _told(wait[row.pk])
        PlanRow.objects.bulk_update(rows, ["state", "params"])
        if work.records:
            record_held(work, rows)


def _told(why: Mapping[Danger, list[str]]) -> dict[str, object]:
    """Why a row waits that removes nobody, as reasons are stored."""
    told = [
        {"reason": danger.value, "params": {"properties": paths}}
        for danger, paths in sorted(why.items())
        if danger is not Danger.REMOVAL
    ]
    return {"dangers": told} if told else {}


def _dangerous(work: Work, rows: QuerySet[PlanRow]) -> Dangerous:
    found = Dangerous()
    matching = [str(rule.target) for rule in work.definition.users.matching]
    for row in _writing(rows):
        if row.params.get(EMPTIES):
            found.add_group(row)
        elif row.object.kind == Kind.USER:
            found.add_person(row, matching)
    return found


def _writing(rows: QuerySet[PlanRow]) -> Iterator[PlanRow]:
    """The rows that change what an account or a group holds already."""
    changing = rows.filter(operation__in=[*WRITING, Operation.MEMBERSHIP])
    known = changing.select_related("object").only(
        "operation", "changes", "params", "object_id", "object__kind"
    )
    return known.iterator(500)


def _recent(work: Work, counts: Mapping[Danger, int]) -> Counter[Danger]:
    """What the last 24 hours took away that no person released."""
    since = work.now - WINDOW
    removals = LogEntry.objects.filter(
        job=work.job, operation__in=REMOVALS, status=Status.SUCCESS, at__gt=since
    )
    removals = removals.exclude(row__plan__held_released=True).exclude(row__by_name=True)
    found: Counter[Danger] = Counter()
    if any(count for danger, count in counts.items() if danger is not Danger.REMOVAL):
        before = PlanRow.objects.filter(
            plan__job=work.job, plan__held_released=False, by_name=False,
            state=RowState.DONE, plan__sealed_at__gt=since,
        ).exclude(plan=work.plan)  # fmt: skip
        found = _dangerous(work, before).counts()
    found[Danger.REMOVAL] = removals.count()
    return found
