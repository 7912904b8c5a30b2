"""`explain APP USER [--at TIME] [--trace]`: why somebody is, or was, in the application, or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.explaining import explain
from provisioning.engine.tracing import trace_lines
from provisioning.management.choosing import job_of, moment, person
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
        parser.add_argument("--at", metavar="TIME", help="as it was then: ISO 8601 with offset")

    def work(self, options: dict[str, Any]) -> Outcome:
        at = moment(options["at"])
        job, row = job_of(options["app"]), person(options["user"])
        document = explain(job, row, at, trace=options["trace"])
        then = [_("As of %(time)s:") % {"time": at.isoformat()}] if at else []
        reasons = [f"  {one['sentence']}" for one in document["because"]]
        advice = [f"  → {one}" for one in document["to_change"]]
        lines = [*then, document["verdict"], *reasons, *_role(document), *advice]
        if options["trace"]:
            lines += ["", *trace_lines(document["attributes"])]
        return Outcome(document, text="\n".join(lines))


def _role(document: Mapping[str, Any]) -> list[str]:
    """The line about the role that wins, if there is one."""
    details = [one["detail"] for one in document["because"]]
    return [f"  {one['role']['sentence']}" for one in details if "role" in one]
