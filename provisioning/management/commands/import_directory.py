"""import_directory: files of people, groups and memberships into the directory (interface.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import Terms
from provisioning.management.importing import told_import
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.sources.base import Part
from provisioning.sources.csv_file import FileSource
from provisioning.sources.file_reading import ENCODINGS, FileReading

DEFAULT_SOURCE = "files"
LONGEST_NAME = 100


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
        return told_import(report)


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
