"""apply: makes the configuration match files (interface.md, "Configuration file")."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.applying import Applied, apply_configuration
from provisioning.engine.configuration.read import LARGEST_FILE, ConfigurationText
from provisioning.management.output import Outcome, RollcallCommand

STANDARD_INPUT = "-"


class Command(RollcallCommand):
    """All files or nothing; prints what it changed."""

    help = "Make the configuration match the file(s). All or nothing."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="YAML; - is standard input")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="remove the configuration of applications not named; their accounts stay",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        applied = apply_configuration(
            None,
            [_read(name) for name in options["files"]],
            dry_run=options["dry_run"],
            prune=options["prune"],
        )
        document = {"changes": applied.changes, "applied": applied.applied}
        return Outcome(document=document, text=_text(applied))


def _read(name: str) -> ConfigurationText:
    """One byte more than allowed is read, so that the limit is noticed and memory is not filled."""
    if name == STANDARD_INPUT:
        return ConfigurationText("standard input", sys.stdin.buffer.read(LARGEST_FILE + 1))
    try:
        with open(name, "rb") as file:
            return ConfigurationText(name, file.read(LARGEST_FILE + 1))
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise UsageProblems([Problem(name, message, "Check its path and permissions.")]) from None


def _text(applied: Applied) -> str:
    if not applied.changes:
        return "Nothing to change: the configuration is as the files say."
    lines = [
        f"{one['path']}: {_value(one['old'])} → {_value(one['new'])}" for one in applied.changes
    ]
    ending = "Applied." if applied.applied else "Dry run: nothing was changed."
    return "\n".join([*lines, ending])


def _value(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return f"{text[:117]}…" if len(text) > 118 else text
