"""connect_source: connect a directory that Rollcall reads by itself, or change how."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import Wish, connect_source
from provisioning.engine.importing.kinds import FORMS
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """The keys of a kind are those of its form; a secret is only ever a reference."""

    help = "Connect a source (LDAP, Microsoft Entra ID, a database), or change its settings."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the source's name")
        parser.add_argument("--kind", required=True, choices=sorted(FORMS))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="a setting; given again for the same key, a further line",
        )
        secret = parser.add_mutually_exclusive_group()
        secret.add_argument("--secret-env", metavar="NAME", help="the variable with the secret")
        secret.add_argument("--secret-file", type=Path, metavar="FILE")
        parser.add_argument(
            "--every",
            type=int,
            default=40,
            metavar="MINUTES",
            help="how often it is read; 0: only when asked (default: %(default)s)",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        wish = Wish(
            options["name"],
            options["kind"],
            _settings(options["set"]),
            _secret(options),
            timedelta(minutes=max(0, options["every"])),
        )
        row = connect_source(None, wish, Clock().now())
        document = {"source": row.origin.name, "kind": row.origin.kind, "host": row.host}
        return Outcome(document=document, text=f"{row.origin.name}: {row.host}")


def _settings(given: list[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals:
            raise UsageProblems([Problem("--set", f"“{one[:60]}” is no KEY=VALUE.")])
        said[key] = f"{said[key]}\n{value}" if key in said else value
    return said


def _secret(options: dict[str, Any]) -> str:
    if name := options["secret_env"]:
        if not os.environ.get(name):
            raise UsageProblems([Problem("--secret-env", f"The variable {name} is not set.")])
        return os.environ[name].strip()
    path: Path | None = options["secret_file"]
    if path is None:
        return ""
    try:
        return path.read_text().strip()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise UsageProblems([Problem("--secret-file", message)]) from None
