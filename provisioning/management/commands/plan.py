"""`plan APP`: what a cycle would do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.errors import ProvisioningError
from provisioning.engine.cycle import Request
from provisioning.engine.documents import plan_document
from provisioning.engine.running import check_time, run_beside
from provisioning.management.choosing import job_of, moment, person
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.models.cycle import Origin, Purpose


class Command(RollcallCommand):
    """Plans without writing anything to the target, and stores the plan."""

    help = "Show what a cycle of an application would do; nothing is written to the application."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("--initial", action="store_true", help="decide about everybody again")
        parser.add_argument("--user", metavar="USER", help="only this person")
        parser.add_argument("--now-is", metavar="TIME", help="use this time as the clock")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        now_is = moment(options["now_is"])
        check_time(job, now_is)
        only = person(options["user"]) if options["user"] else None
        request = Request(
            Purpose.PREVIEW,
            Origin.COMMAND,
            initial=options["initial"],
            now_is=now_is,
            only=only,
        )
        cycle = run_beside(job, request)
        if cycle.error or cycle.plan is None:
            raise ProvisioningError(cycle.error["message"], advice=cycle.error["advice"])
        document = plan_document(cycle.plan)
        operations = [_answered(one) for one in document["operations"]]
        return Outcome({**document, "operations": operations}, text=_text(document))


def _answered(operation: dict[str, Any]) -> dict[str, Any]:
    """An operation with the keys of the interface."""
    return {key: operation[key] for key in ("object", "operation", "reason", "changes")}


def _text(document: dict[str, Any]) -> str:
    lines = [f"Plan {document['digest']}"]
    for one in document["operations"]:
        held = " (held)" if one["held"] else ""
        paths = ", ".join(dict.fromkeys(change["path"] for change in one["changes"]))
        lines.append(f"  {one['operation']:<10} {one['object']['displayName']}{held}  {paths}")
    counts = ", ".join(f"{key} {number}" for key, number in document["counts"].items() if number)
    return "\n".join([*lines, counts or "Nothing to do.", *document["guard"].get("reasons", [])])
