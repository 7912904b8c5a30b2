"""What the commands that read a source say of it: one document, one summary, one exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from provisioning.engine.importing.report import ImportReport
from provisioning.management.output import Exit, Outcome
from provisioning.sources.base import Finding

_TOLD = 20


def told_import(report: ImportReport) -> Outcome:
    """The outcome of a command that imported."""
    return Outcome(
        document=_document(report),
        exit_code=_exit_code(report),
        text=_summary(report),
        notes=tuple(_told("rejected", report.rejected) + _told("warning", report.warnings)),
    )


def _document(report: ImportReport) -> dict[str, Any]:
    document = asdict(report)
    told = ("users", "groups", "memberships", "rejected", "warnings")
    return {name: document[name] for name in told}


def _exit_code(report: ImportReport) -> Exit:
    if report.held:
        return Exit.WAITING
    return Exit.PARTLY if report.rejected else Exit.DONE


def _summary(report: ImportReport) -> str:
    lines = []
    for name in ("users", "groups", "memberships"):
        counts = ", ".join(f"{n} {word}" for word, n in asdict(getattr(report, name)).items())
        lines.append(f"{name}: {counts}")
    lines.append(f"{len(report.rejected)} rows rejected, {len(report.warnings)} warnings")
    return "\n".join(lines)


def _told(word: str, findings: Iterable[Finding]) -> list[str]:
    told = [f"{word}: {_place(one)}: {one.reason}" for one in findings]
    if len(told) > _TOLD:
        told[_TOLD:] = [f"{word}: … and {len(told) - _TOLD} more (--json lists all of them)"]
    return told


def _place(one: Finding) -> str:
    return one.file if one.line is None else f"{one.file}, line {one.line}"
