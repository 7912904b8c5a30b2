"""sync_source: read one connected source now (interface.md)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import find_connection, sync_source
from provisioning.engine.importing.report import Terms
from provisioning.management.importing import told_import
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """In the foreground: needs neither worker nor broker."""

    help = "Read one connected source into the directory now."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the source's name")
        parser.add_argument(
            "--full", action="store_true", help="read everything, not only what changed"
        )
        parser.add_argument(
            "--force", action="store_true", help="remove who is missing, however many"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        terms = Terms(whole=options["full"], force=options["force"])
        return told_import(sync_source(find_connection(options["name"]), terms, Clock().now()))
