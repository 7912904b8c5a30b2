"""restart: forgets how far the job has come, so that the next cycle looks at everybody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.controls import restart_job
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Clears watermark, retries and quarantine; accounts and links stay."""

    help = "Make the next cycle an initial one, due at once; ends quarantine."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument(
            "--forget-links", action="store_true", help="match everybody anew with their accounts"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        status = restart_job(None, job, forget_links=options["forget_links"])
        text = (
            f"The next cycle of {job.application.name} is initial. Provisioning is {status.value}."
        )
        return Outcome(document={"status": status.value}, text=text)
