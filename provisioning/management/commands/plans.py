"""`plans APP`: the stored plans; begin with a few people of one, or discard it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.cycle import Request
from provisioning.engine.on_demand import provision
from provisioning.engine.plan_choices import discard_plan, first_few
from provisioning.engine.running import stored_plan
from provisioning.management.choosing import job_of
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.models import Job, Plan
from provisioning.models.cycle import Purpose

NEWEST = 20


class Command(RollcallCommand):
    """Lists plans, after doing what was asked of one; see docs/reference/commands.md."""

    help = "List the newest stored plans; begin with a few people of one, or discard it."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--begin", metavar="DIGEST", help="provision five of its people; the plan still waits"
        )
        what.add_argument("--discard", metavar="DIGEST", help="nobody will approve this plan")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        begun: list[dict[str, Any]] = []
        if options["begin"]:
            begun = _begin(job, stored_plan(job, options["begin"]))
        if options["discard"]:
            discard_plan(None, stored_plan(job, options["discard"]))
        plans = Plan.objects.filter(job=job, sealed_at__isnull=False).order_by("-created", "pk")
        listed = [_document(plan) for plan in plans[:NEWEST]]
        failed = any(one["result"] == "failure" for one in begun)
        text = "\n".join(map(_line, listed)) or _("No plan is stored.")
        code = Exit.PARTLY if failed else Exit.DONE
        return Outcome({"plans": listed, "begun": begun}, code, text)


def _begin(job: Job, plan: Plan) -> list[dict[str, Any]]:
    """Provision a few of the plan's people now, one after the other."""
    done = []
    for one in first_few(plan):
        answer = provision(job, one, Request(Purpose.ON_DEMAND, only=one))
        done.append({"id": one.source_id, "name": str(one), "result": answer["result"]})
    return done


def _document(plan: Plan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "created": plan.created.isoformat(),
        "approved": plan.approved_at.isoformat() if plan.approved_at else None,
        "counts": {key: number for key, number in plan.counts.items() if number},
    }


def _line(document: dict[str, Any]) -> str:
    counts = ", ".join(f"{key} {number}" for key, number in document["counts"].items())
    return f"{document['digest']}  {document['created']}  {counts}"
