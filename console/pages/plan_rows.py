"""The rows of a plan as its page shows them: counted, filtered, each told in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.pages.status import OPERATIONS, Sign
from provisioning.core.vocabulary import REMOVALS, Operation, RowState
from provisioning.engine.causes import cause
from provisioning.engine.sentences import because
from provisioning.engine.spoken import message_in, spoken
from provisioning.models import Plan, PlanRow

WITHOUT_ROWS = (Operation.UNCHANGED, Operation.SKIP)
"""What is counted only: nothing is planned for these people."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One figure of a plan: how many rows of an operation; a filter where there are rows."""

    operation: Operation
    number: int

    @property
    def sign(self) -> Sign:
        """Its word, sign and colour."""
        return OPERATIONS[self.operation]

    @property
    def filters(self) -> bool:
        """Whether its rows can be listed."""
        return self.number > 0 and self.operation not in WITHOUT_ROWS


def counters(plan: Plan) -> list[Counter]:
    """The figures in the order of the vocabulary, without those that are nought."""
    return [
        Counter(operation, number)
        for operation in Operation
        if (number := int(plan.counts.get(operation.value, 0)))
    ]


def rows_of(
    plan: Plan, *, operation: str = "", text: str = "", attribute: str = ""
) -> QuerySet[PlanRow]:
    """The rows of one counter, or all, of objects that are called so or change in an attribute."""
    rows = PlanRow.objects.filter(plan=plan).select_related("object")
    if operation == RowState.STALE:
        rows = rows.filter(state=RowState.STALE)
    elif operation == Operation.HELD:
        rows = rows.filter(state=RowState.HELD)
    elif operation:
        rows = rows.filter(operation=operation).exclude(state=RowState.HELD)
    if text:
        rows = rows.filter(
            Q(object__display_name__icontains=text)
            | Q(object__user_name__icontains=text)
            | Q(object__source_id=text)
        )
    if attribute:
        # A change is stored as [path, old, new]: on both databases its text begins so.
        rows = rows.annotate(told=Cast("changes", TextField())).filter(
            Q(told__contains=f"[{json.dumps(attribute)}, ") | Q(references__has_key=attribute)
        )
    return rows.order_by("object__display_name", "object_id", "lane", "part")


def attributes_of(plan: Plan) -> list[str]:
    """The target attributes that a row can change, people's first."""
    mappings = plan.definition.content.get("mappings", {})
    rows = [row for kind in ("users", "groups") for row in mappings[kind]["attributes"]]
    return list(dict.fromkeys(str(row["target"]) for row in rows))


def refusals(plan: Plan) -> list[tuple[str, int]]:
    """Why rows cannot be written, the most frequent reason first."""
    failed = PlanRow.objects.filter(plan=plan, operation=Operation.FAILED).order_by()
    counted = failed.values_list("error__code").annotate(n=Count("pk")).order_by("-n")
    return [(cause(code or ""), number) for code, number in counted[:3]]


def stale_rows(plan: Plan) -> int:
    """How many rows no longer fitted their accounts when they were to be sent."""
    return PlanRow.objects.filter(plan=plan, state=RowState.STALE).count()


def why(row: PlanRow) -> str:
    """The rule that decides, in sentences."""
    if row.operation == Operation.FAILED:
        return spoken(message_in(row.error))
    reasons = row.params.get("because") or [{"reason": row.reason, "params": row.params}]
    return because(reasons)


def summary(row: PlanRow) -> str:
    """One line: why somebody leaves or fails, else what changes first."""
    if row.operation == Operation.FAILED or row.operation in REMOVALS:
        return why(row)
    if row.operation == Operation.CREATE:
        number = len(row.changes) + len(row.references)
        return ngettext("%(number)d attribute", "%(number)d attributes", number) % {
            "number": number
        }
    return " · ".join([*_first_change(row.shown_changes), *_members(row.members)])


def _first_change(changes: Sequence[Sequence[Any]]) -> list[str]:
    if not changes:
        return []
    path, old, new = changes[0]
    more = len(changes) - 1
    text = f"{path}: {_short(old)} → {_short(new)}"
    return [text, *([_("and %(number)d more") % {"number": more}] if more else [])]


def _members(members: Mapping[str, Sequence[str]]) -> list[str]:
    add, remove = len(members.get("add", ())), len(members.get("remove", ()))
    told = []
    if add:
        told.append(ngettext("%(n)d member joins", "%(n)d members join", add) % {"n": add})
    if remove:
        told.append(ngettext("%(n)d member leaves", "%(n)d members leave", remove) % {"n": remove})
    return told


def _short(value: object) -> str:
    if value is None:
        return "–"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def first_names(rows: QuerySet[PlanRow], number: int = 10) -> list[str]:
    """Some of the people, by name, as a confirmation lists them."""
    return [str(row.object) for row in rows[:number]]
