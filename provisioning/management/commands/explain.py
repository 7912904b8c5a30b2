"""`explain APP USER`: why this person is, or is not, in the application."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.explaining import explain
from provisioning.management.choosing import job_of, person
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Answers in one sentence, with every reason and what would change it."""

    help = "Say why a person is or is not in an application."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("user", metavar="USER", help="userPrincipalName, id or externalId")

    def work(self, options: dict[str, Any]) -> Outcome:
        document = explain(job_of(options["app"]), person(options["user"]))
        reasons = [f"  {one['sentence']}" for one in document["because"]]
        advice = [f"  → {one}" for one in document["to_change"]]
        return Outcome(document, text="\n".join([document["verdict"], *reasons, *advice]))
