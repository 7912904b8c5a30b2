"""`explain APP USER [--trace]`: why this person is, or is not, in the application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.explaining import explain
from provisioning.engine.tracing import trace_lines
from provisioning.management.choosing import job_of, person
from provisioning.management.output import Outcome, RollcallCommand


class Command(RollcallCommand):
    """Answers in one sentence, with every reason and what would change it."""

    help = "Say why a person is or is not in an application."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("user", metavar="USER", help="userPrincipalName, id or externalId")
        parser.add_argument(
            "--trace", action="store_true", help="tell also how each attribute got its value"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        job, row = job_of(options["app"]), person(options["user"])
        document = explain(job, row, trace=options["trace"])
        reasons = [f"  {one['sentence']}" for one in document["because"]]
        advice = [f"  → {one}" for one in document["to_change"]]
        lines = [document["verdict"], *reasons, *_role(document), *advice]
        if options["trace"]:
            lines += ["", *trace_lines(document["attributes"])]
        return Outcome(document, text="\n".join(lines))


def _role(document: Mapping[str, Any]) -> list[str]:
    """The line about the role that wins, if there is one."""
    details = [one["detail"] for one in document["because"]]
    return [f"  {one['role']['sentence']}" for one in details if "role" in one]
