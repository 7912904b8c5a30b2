"""`provision APP USER`: provision on demand."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.core.vocabulary import Operation
from provisioning.engine import notices, on_demand
from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request
from provisioning.engine.running import check_time
from provisioning.management.choosing import job_of, moment, person
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.models.cycle import Origin, Purpose


class Command(RollcallCommand):
    """Takes one person through scope, match and action, step by step."""

    help = "Provision one person now, or show what would be done."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("user", metavar="USER", help="userPrincipalName, id or externalId")
        parser.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--now-is", metavar="TIME", help="use this time as the clock")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        now_is = moment(options["now_is"])
        check_time(job, now_is)
        row = person(options["user"])
        purpose = Purpose.PREVIEW if options["preview"] else Purpose.ON_DEMAND
        document = on_demand.provision(
            job, row, Request(purpose, Origin.COMMAND, now_is=now_is, only=row)
        )
        notices.deliver_due(Clock(now_is).now())
        failed = document["result"] == "failure"
        return Outcome(document, Exit.PARTLY if failed else Exit.DONE, _text(document))


def _text(document: dict[str, Any]) -> str:
    lines = [_headline(document["result"], document["action"])]
    lines += [
        f"  {_(one['name']):<16} {one['verdict']:<8} {one['detail']}" for one in document["steps"]
    ]
    lines += [
        f"  {one['path']}: {_shown(one['old'])} → {_shown(one['new'])}"
        for one in document["changes"]
    ]
    return "\n".join(lines)


def _headline(result: str, action: str) -> str:
    """The result with what was done, where the one does not say the other already."""
    return result if action in (Operation.SKIP, Operation.FAILED) else f"{result}: {action}"


def _shown(value: object) -> str:
    """A value as a person reads it: JSON, but for text and for none at all."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
