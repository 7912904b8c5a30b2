"""apply: makes the configuration match files (interface.md, "Configuration file")."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.applying import Applied, apply_configuration
from provisioning.engine.configuration.read import LARGEST_FILE, ConfigurationText
from provisioning.management.output import Outcome, RollcallCommand

STANDARD_INPUT = "-"
EMPTY: tuple[object, ...] = (None, "", [], {})


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
        notes = tuple(f"Warning: {one}" for one in applied.warnings)
        return Outcome(document=document, text=_text(applied), notes=notes)


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
        f"{path}: {_value(old)} → {_value(new)}"
        for one in applied.changes
        for path, old, new in _leaves(str(one["path"]), one["old"], one["new"])
    ]
    ending = "Applied." if applied.applied else "Dry run: nothing was changed."
    return "\n".join([*lines, ending])


def _leaves(path: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    """One line for each key of a mapping, and none for what is empty before and after."""
    if not isinstance(old, dict) and not isinstance(new, dict):
        if old not in EMPTY or new not in EMPTY:
            yield path, old, new
        return
    before = old if isinstance(old, dict) else {}
    after = new if isinstance(new, dict) else {}
    for key in dict.fromkeys([*before, *after]):
        yield from _leaves(f"{path}.{key}", before.get(key), after.get(key))


def _value(value: object) -> str:
    """As the configuration file would write it, on one line."""
    if value in EMPTY:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{text[:117]}…" if len(text) > 118 else text
