"""stop: begins no further cycle, and stops the one in progress."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.applications import find_application
from provisioning.engine.controls import stop_job
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Nothing is forgotten: `start` goes on where it stopped."""

    help = "Stop provisioning; a running cycle stops after the requests under way."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP")

    def work(self, options: dict[str, Any]) -> Outcome:
        application = find_application(options["app"])
        status = stop_job(None, application.job)
        text = f"Provisioning of {application.name} is off. `start` goes on where it stopped."
        return Outcome(document={"status": status.value}, text=text)
