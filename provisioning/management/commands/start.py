"""start: runs provisioning on schedule."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.controls import start_job
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """A job that ran before goes on at its watermark."""

    help = "Start provisioning: cycles run on schedule."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        status = start_job(None, job)
        text = f"Provisioning of {job.application.name} is on. The next cycle is due now."
        return Outcome(document={"status": status.value}, text=text)
