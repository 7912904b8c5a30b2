"""Sources and imports as the console shows them: cards, results, findings by file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind, State
from provisioning.engine.importing.report import ImportReport
from provisioning.engine.importing.uploads import file_name
from provisioning.models import AuditEvent, Source
from provisioning.models.audit import Activity

PARTS = ("users", "groups", "memberships")
SHOWN_FINDINGS = 50
SHOWN_IMPORTS = 20


@dataclass(frozen=True, slots=True)
class Result:
    """One import that was done, by its audit row."""

    event: AuditEvent
    source: str
    held: bool
    rejected: int
    warnings: int
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Card:
    """One source: what it has now, and its last import."""

    source: Source
    people: int
    groups: int
    last: Result | None
    connected: bool = False


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """Something a person should know about one line of a file."""

    file: str
    line: int | None
    reason: str


def last_imports() -> list[Result]:
    """What was imported lately, newest first."""
    events = AuditEvent.objects.filter(activity=Activity.IMPORT).select_related("actor")
    return [_result(one) for one in events.order_by("-at", "-pk")[:SHOWN_IMPORTS]]


def cards(results: Sequence[Result]) -> list[Card]:
    """Every source with how many it has, in one query."""
    newest = {one.source: one for one in reversed(results)}
    there = ~Q(directory_objects__state=State.GONE.value)
    people = there & Q(directory_objects__kind=Kind.USER.value)
    groups = there & Q(directory_objects__kind=Kind.GROUP.value)
    sources = Source.objects.annotate(
        people=Count("directory_objects", filter=people),
        groups=Count("directory_objects", filter=groups),
    ).select_related("connection", "inbound")
    return [
        Card(one, one.people, one.groups, newest.get(one.name), hasattr(one, "connection"))
        for one in sources.order_by("name")
    ]


def part_words() -> dict[str, str]:
    """What the parts of a directory are called."""
    return {"users": _("People"), "groups": _("Groups"), "memberships": _("Memberships")}


def rows_of(report: ImportReport) -> list[tuple[str, Any]]:
    """Name and numbers of each part."""
    return [(word, getattr(report, part)) for part, word in part_words().items()]


def findings_of(report: ImportReport) -> dict[str, Any]:
    """Refused rows and warnings, the first of each, and how many there are."""
    return {
        "rejected": _shown(report.rejected),
        "rejected_count": len(report.rejected),
        "warnings": _shown(report.warnings),
        "warnings_count": len(report.warnings),
    }


def told_problems(problems: UsageProblems) -> list[tuple[str, str]]:
    """What is wrong with the files: the file's name, and what to do."""
    return [
        (file_name(one.path), " ".join(filter(None, (one.message, one.advice))))
        for one in problems.problems
    ]


def _shown(findings: Sequence[Any]) -> list[ShownFinding]:
    return [
        ShownFinding(file_name(one.file), one.line, one.reason) for one in findings[:SHOWN_FINDINGS]
    ]


def _result(event: AuditEvent) -> Result:
    said = {str(one["path"]): one.get("new") for one in event.changes}
    counts = {
        part: {
            word: int(said.get(f"{part}.{word}") or 0)
            for word in ("added", "changed", "removed", "unchanged")
        }
        for part in PARTS
    }
    return Result(
        event,
        str(said.get("source", "")),
        bool(said.get("held")),
        int(said.get("rejected") or 0),
        int(said.get("warnings") or 0),
        counts,
    )
