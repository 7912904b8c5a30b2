"""`timers APP`: whose account will be deleted, when, and since when they are out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine import timers
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Lists the timers of deletion, the next one first; see docs/reference/commands.md."""

    help = "List the accounts that will be deleted because their people left, and when."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        found = [timers.timer_document(link) for link in timers.running(job_of(options["app"]))]
        lines = [f"{one['delete_at']}  {one['name']} ({', '.join(one['events'])})" for one in found]
        return Outcome({"timers": found}, text="\n".join(lines) or _("No timer runs."))
