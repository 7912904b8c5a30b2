"""A connected source as its page shows it: state, what the guard holds, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from console.pages.connection_test import ShownTest, shown_step
from console.pages.imports import PARTS
from console.pages.status import FAILED, RUNNING, Tag
from provisioning.engine.importing.connected import held_numbers
from provisioning.engine.spoken import message_in, spoken
from provisioning.models import ReadState, SourceConnection, SourceRead

SHOWN = 20
_TAGS = {
    ReadState.READING: RUNNING,
    ReadState.DONE: Tag(_("Imported"), "ok", "circle-check"),
    ReadState.HELD: Tag(_("Removals held"), "wait", "hand"),
    ReadState.FAILED: FAILED,
}


@dataclass(frozen=True, slots=True)
class ShownRead:
    """One line of the history."""

    read: SourceRead
    status: Tag
    counts: dict[str, dict[str, int]]
    reason: str
    advice: str


def history(connection: SourceConnection) -> list[ShownRead]:
    """The last reads, newest first."""
    rows = SourceRead.objects.filter(origin=connection.origin).select_related("actor")
    return [_shown(one) for one in rows.order_by("-started", "-pk")[:SHOWN]]


def held_by_part(connection: SourceConnection) -> dict[str, int]:
    """How many of each part are missing and wait for somebody to say so."""
    return {part: numbers["missing"] for part, numbers in held_numbers(connection).items()}


def last_source_test(connection: SourceConnection) -> ShownTest | None:
    """The last Test Connection, if there was one."""
    if connection.last_tested_at is None or not connection.last_test:
        return None
    result: dict[str, Any] = connection.last_test
    steps = [shown_step(one) for one in result["steps"]]
    return ShownTest(bool(result["ok"]), steps, connection.last_tested_at)


def _shown(row: SourceRead) -> ShownRead:
    empty = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
    counts = {part: row.counts.get(part, empty) for part in PARTS}
    reason = spoken(message_in(row.reason)) if row.reason else ""
    advice = row.reason.get("recommendedAction", "") if row.reason else ""
    return ShownRead(row, _TAGS[ReadState(row.state)], counts, reason, advice)
