"""The review: whom the guard holds, for which reasons, and which is most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from provisioning.core.vocabulary import REMOVALS, Operation, RowState
from provisioning.engine.sentences import because, why_held
from provisioning.models import Application, AuditEvent, Job, Plan, PlanRow
from provisioning.models.audit import Activity
from provisioning.models.cycle import Purpose

TAKE_PEOPLE_OUT = (Activity.IMPORT, Activity.ASSIGNMENT, Activity.MAPPINGS)


@dataclass(frozen=True, slots=True)
class Group:
    """People who wait for the same reasons."""

    key: str
    sentence: str
    number: int


@dataclass(frozen=True, slots=True)
class Review:
    """Everybody of a plan who waits, by name: the rows, each with the key of its reasons."""

    people: Sequence[tuple[int, str]]
    groups: Sequence[Group]
    """The most likely cause first."""
    operations: frozenset[str]
    """What would happen to them."""

    @property
    def removes(self) -> bool:
        """Whether every one of them would lose access."""
        return self.operations <= frozenset(REMOVALS)

    @property
    def deletes(self) -> bool:
        """Whether every one of them is an account to be deleted, not disabled."""
        return self.operations == {Operation.DELETE}

    @property
    def number(self) -> int:
        """How many people wait."""
        return len(self.people)

    def rows(self, reason: str = "") -> list[int]:
        """The rows of one reason, or all."""
        return [pk for pk, key in self.people if not reason or key == reason]

    def only(self, rows: Collection[int]) -> Review:
        """What is decided about those rows alone."""
        chosen = [(pk, key) for pk, key in self.people if pk in rows]
        keys = {key for _, key in chosen}
        return replace(self, people=chosen, groups=[one for one in self.groups if one.key in keys])


def review_of(plan: Plan) -> Review:
    """Read whom the guard holds, in one query."""
    held = PlanRow.objects.filter(plan=plan, state=RowState.HELD)
    held = held.order_by("object__display_name", "object_id", "part")
    people: list[tuple[int, str]] = []
    sentences: dict[str, str] = {}
    operations: set[str] = set()
    for pk, operation, params in held.values_list("pk", "operation", "params"):
        reasons = why_held(params)
        key = _key(reasons)
        people.append((pk, key))
        operations.add(operation)
        if key not in sentences:
            sentences[key] = because(reasons)
    counted = Counter(key for _, key in people)
    groups = [Group(key, sentences[key], number) for key, number in counted.most_common()]
    return Review(people, groups, frozenset(operations))


def people_of(rows: Sequence[int]) -> list[tuple[PlanRow, str]]:
    """These rows with the sentence why, in their order."""
    found = PlanRow.objects.select_related("object").in_bulk(list(rows))
    return [(found[pk], because(why_held(found[pk].params))) for pk in rows if pk in found]


def happened_before(application: Application, plan: Plan) -> AuditEvent | None:
    """What was done last before the plan was made that can have taken people out."""
    known = Q(application=application) | Q(application=None, activity=Activity.IMPORT)
    events = AuditEvent.objects.filter(known, activity__in=TAKE_PEOPLE_OUT, at__lte=plan.created)
    return events.select_related("actor").order_by("-at").first()


def newer_review(job: Job, plan: Plan) -> Plan | None:
    """The plan of a later cycle that decided about these people again."""
    later = Plan.objects.filter(job=job, created__gt=plan.created, rows__state=RowState.HELD)
    return later.filter(cycles__purpose=Purpose.CYCLE).order_by("-created").first()


def _key(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Equal for people with the same reasons: codes, the group or filter, not what was found."""
    return "-".join(_name(one) for one in reasons) or "none"


def _name(reason: Mapping[str, Any]) -> str:
    params = reason.get("params", {})
    filters = dict.fromkeys(one.get("filter", "") for one in params.get("filters", []))
    detail = [*filters, *params.get("through", []), params.get("state", "")]
    told = ",".join(str(one) for one in detail if one)
    return f"{reason['reason']}({told})" if told else str(reason["reason"])
