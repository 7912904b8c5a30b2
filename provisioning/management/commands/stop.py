"""stop: begins no further cycle, and stops the one in progress."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.controls import stop_job
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Nothing is forgotten: `start` goes on where it stopped."""

    help = "Stop provisioning; a running cycle stops after the requests under way."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        status = stop_job(None, job)
        text = f"Provisioning of {job.application.name} is off. `start` goes on where it stopped."
        return Outcome(document={"status": status.value}, text=text)
