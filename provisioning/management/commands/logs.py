"""logs: the provisioning log of an application, as JSON Lines or one readable line per entry."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.vocabulary import Status
from provisioning.engine.log_document import log_document, log_line
from provisioning.engine.log_selection import LogSelection
from provisioning.management.choosing import job_of, moment
from provisioning.management.output import Outcome, RollcallCommand

AT_A_TIME = 500


class Command(RollcallCommand):
    """Oldest first; read page by page, however many there are."""

    help = "Show the provisioning log."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("--cycle", type=int, metavar="N", help="of this cycle")
        parser.add_argument("--status", default="", metavar="S", help=", ".join(Status))
        parser.add_argument("--user", default="", metavar="USER", help="of this person")
        parser.add_argument("--since", metavar="TIME", help="ISO 8601 with offset")

    def work(self, options: dict[str, Any]) -> Outcome:
        selection = LogSelection(
            cycle=options["cycle"],
            status=options["status"],
            user=options["user"],
            since=moment(options["since"]),
        )
        entries = selection.of(job_of(options["app"]).application)
        return Outcome(
            lines=(log_document(entry) for entry in entries.iterator(AT_A_TIME)),
            text_lines=(log_line(entry) for entry in entries.iterator(AT_A_TIME)),
        )
