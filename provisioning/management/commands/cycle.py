"""`cycle APP`: one cycle in the foreground."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from django.core.management.base import CommandParser

from provisioning.core.errors import ConfigurationError
from provisioning.core.vocabulary import CycleState
from provisioning.core.wording import gettext_noop
from provisioning.engine import notices
from provisioning.engine.clock import Clock
from provisioning.engine.cycle import Request
from provisioning.engine.documents import cycle_document
from provisioning.engine.holding_back import hold_back
from provisioning.engine.running import check_time, run_cycle, stored_plan
from provisioning.management.choosing import job_of, moment, person
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.models import Plan
from provisioning.models.cycle import Origin

EXIT_OF = {
    CycleState.SUCCEEDED: Exit.DONE,
    CycleState.PARTLY: Exit.PARTLY,
    CycleState.WAITING: Exit.WAITING,
    CycleState.QUARANTINED: Exit.QUARANTINED,
    CycleState.STOPPED: Exit.FAILED,
    CycleState.FAILED: Exit.FAILED,
}

ANSWERED = ["cycle", "kind", "state", "counts", "requests", "seconds", "watermark", "quarantine"]
"""The keys of the interface; `stale` joins them when a row no longer fitted its account."""


class Command(RollcallCommand):
    """Runs one cycle and says what it did; see docs/reference/commands.md."""

    help = "Run one provisioning cycle of an application in the foreground."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument("--initial", action="store_true", help="decide about everybody again")
        parser.add_argument("--plan", metavar="DIGEST", help="run exactly this stored plan")
        parser.add_argument(
            "--hold-back",
            metavar="USER",
            nargs="+",
            help="of the stored plan, let what is planned for these wait for a person",
        )
        parser.add_argument(
            "--approve", action="store_true", help="approve the plan, what the guard holds included"
        )
        parser.add_argument("--now-is", metavar="TIME", help="use this time as the clock")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        now_is = moment(options["now_is"])
        check_time(job, now_is)
        plan = stored_plan(job, options["plan"]) if options["plan"] else None
        if options["hold_back"]:
            _hold_back(plan, options["hold_back"])
        request = Request(
            origin=Origin.COMMAND,
            initial=options["initial"],
            approve=options["approve"],
            now_is=now_is,
            plan=plan,
        )
        began = monotonic()
        cycle = run_cycle(job, request)
        notices.deliver_due(Clock(now_is).now())
        document = cycle_document(cycle, monotonic() - began)
        # A job that is in quarantine when its cycle ends exits 4, whatever ended the cycle.
        quarantined = document["quarantine"] is not None
        exit_code = Exit.QUARANTINED if quarantined else EXIT_OF[CycleState(cycle.state)]
        answer = {key: document[key] for key in ANSWERED}
        if document["stale"]:
            answer["stale"] = document["stale"]
        return Outcome(answer, exit_code, _text(document), notes=_notes(document, exit_code))


def _hold_back(plan: Plan | None, named: Sequence[str]) -> None:
    """Everybody who is named, or nobody: each must be in the plan."""
    if plan is None:
        raise ConfigurationError(
            gettext_noop("--hold-back belongs to --plan."),
            advice=gettext_noop("Make a plan with `plan`, then run it by its digest."),
        )
    chosen = {person(text).pk: text for text in named}
    in_plan = set(plan.rows.filter(object_id__in=chosen).values_list("object_id", flat=True))
    for one, text in chosen.items():
        if one not in in_plan:
            raise ConfigurationError(
                gettext_noop("“%(text)s” is not in this plan."),
                params={"text": text},
                advice=gettext_noop("Name people of the list that `plan` prints."),
            )
    hold_back(None, plan, set(chosen))


def _text(document: dict[str, Any]) -> str:
    counts = ", ".join(f"{key} {number}" for key, number in document["counts"].items() if number)
    sent = ", ".join(f"{key} {number}" for key, number in document["requests"].items() if number)
    stale = [line for one in document["stale"] for line in _stale_lines(one)]
    return "\n".join(
        [
            f"Cycle {document['cycle']} ({document['kind']}): {document['state']}",
            f"  {counts or 'nothing to do'}",
            f"  requests: {sent or 'none'} in {document['seconds']} s",
            *([f"  {document['decided_again']}"] if document["decided_again"] else []),
            *stale,
        ]
    )


def _stale_lines(operation: dict[str, Any]) -> list[str]:
    """The difference of the difference, a line per attribute."""
    head = f"  not sent, the account changed: {operation['operation']} "
    lines = [
        f"    {one['path']}: planned {one['planned']['old']!r} → {one['planned']['new']!r}, "
        f"now {one['now']!r}"
        for one in operation["stale"]
    ]
    return [head + operation["object"]["displayName"], *lines]


def _notes(document: dict[str, Any], exit_code: int) -> tuple[str, ...]:
    if document["error"]:
        return (f"{document['error']['message']} {document['error']['advice']}",)
    if exit_code == Exit.WAITING:
        return (
            f"Plan {document['digest']} waits for a person. Look at it with `plan`, then run "
            "`cycle --approve`.",
        )
    return ()
