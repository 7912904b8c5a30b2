"""import_directory: files of people, groups and memberships into the directory (interface.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.directory_import import import_directory
from provisioning.engine.import_report import ImportReport, Terms
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.sources.base import Finding, Part
from provisioning.sources.csv_file import FileSource
from provisioning.sources.file_reading import ENCODINGS, FileReading

DEFAULT_SOURCE = "files"
LONGEST_NAME = 100
_TOLD = 20


class Command(RollcallCommand):
    """Reads the files that are named, and only those."""

    help = "Import people, groups and memberships from CSV or JSON Lines files."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", required=True, type=Path, metavar="FILE")
        parser.add_argument("--groups", type=Path, metavar="FILE")
        parser.add_argument("--members", type=Path, metavar="FILE")
        parser.add_argument(
            "--source", default=DEFAULT_SOURCE, metavar="NAME", help="default: %(default)s"
        )
        parser.add_argument(
            "--partial",
            action="store_true",
            help="the files hold changes: remove only whom the column action says to delete",
        )
        parser.add_argument(
            "--encoding", choices=ENCODINGS, default="", help="default: UTF-8, or as marked"
        )
        parser.add_argument(
            "--delimiter", default="", metavar="SIGN", help="default: found from the header"
        )
        parser.add_argument(
            "--separator", default="", metavar="SIGN", help="between the values of one cell"
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=NAME",
            help="what a column is called here; COLUMN= leaves it out",
        )
        parser.add_argument(
            "--force", action="store_true", help="remove who is absent, however many"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        partial = options["partial"]
        report = import_directory(
            FileSource(_files(options), _readings(options), changes=partial),
            name=_source_name(options["source"]),
            now=Clock().now(),
            terms=Terms(merge=partial, force=options["force"]),
        )
        return Outcome(
            document=_document(report),
            exit_code=_exit_code(report),
            text=_summary(report),
            notes=tuple(_told("rejected", report.rejected) + _told("warning", report.warnings)),
        )


def _files(options: dict[str, Any]) -> dict[Part, Path]:
    named = {
        Part.USERS: options["users"],
        Part.GROUPS: options["groups"],
        Part.MEMBERSHIPS: options["members"],
    }
    return {part: path for part, path in named.items() if path is not None}


def _readings(options: dict[str, Any]) -> dict[Part, FileReading]:
    """What the options say of every file."""
    columns = dict(_column(text) for text in options["column"])
    delimiter = options["delimiter"].replace("\\t", "\t")
    if len(delimiter) > 1:
        raise UsageProblems([Problem("--delimiter", "A delimiter is one character, or \\t.")])
    one = FileReading(options["encoding"], delimiter, options["separator"], columns)
    return dict.fromkeys(Part, one)


def _column(text: str) -> tuple[str, str]:
    column, found, name = text.rpartition("=")
    if not found or not column:
        raise UsageProblems([Problem("--column", f"“{text}” is not COLUMN=NAME.")])
    return column.strip(), name.strip()


def _source_name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        message = f"A source's name has 1 to {LONGEST_NAME} printable characters."
        raise UsageProblems([Problem("--source", message)])
    return name


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
