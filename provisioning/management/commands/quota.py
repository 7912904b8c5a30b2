"""`quota APP`: what Rollcall learned about an application's quota, and what holds it back now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.learnt_quota import learnt_quota
from provisioning.engine.quota_words import quota_facts
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Reads what the workers share; asks the application nothing."""

    help = "Show what Rollcall learned about an application's quota."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        document = learnt_quota(job_of(options["app"]).application)
        lines = [f"{label}: {value}" for label, value in quota_facts(document)]
        if not document["known"]:
            lines.insert(0, _("Nothing was sent yet, so nothing was learned."))
        return Outcome(document, text="\n".join(lines))
