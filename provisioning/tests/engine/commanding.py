"""Runs a management command in the process and answers what it said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from typing import Any


@dataclass(frozen=True)
class Said:
    """Exit code, standard output and standard error of one command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


def command(name: str, *arguments: str) -> Said:
    """`manage.py NAME ARGUMENTS`, without the settings checks."""
    module = import_module(f"provisioning.management.commands.{name}")
    runs = module.Command(stdout=StringIO(), stderr=StringIO(), no_color=True)
    code = 0
    try:
        runs.run_from_argv(["manage.py", name, "--skip-checks", *arguments])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    return Said(code, runs.stdout.getvalue(), runs.stderr.getvalue())
