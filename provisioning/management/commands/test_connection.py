"""test_connection: the console's Test Connection, layer by layer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.test_connection import probe
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.management.probing import told_steps


class Command(RollcallCommand):
    """Read-only, at most 15 s; the first failure says what to change."""

    help = "Test the connection to an application; exit 1 when it does not work."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        return told_steps(probe(job_of(options["app"]).application))
