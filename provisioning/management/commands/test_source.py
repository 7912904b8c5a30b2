"""test_source: the console's Test Connection of a source, layer by layer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import find_connection, try_connection
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.management.probing import told_steps


class Command(RollcallCommand):
    """Reads a little and imports nothing; the first failure says what to change."""

    help = "Test the connection to a source; exit 1 when it does not work."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the source's name")

    def work(self, options: dict[str, Any]) -> Outcome:
        return told_steps(try_connection(find_connection(options["name"]), Clock().now()))
