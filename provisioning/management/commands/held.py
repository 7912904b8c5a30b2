"""`held APP`: whom the guard holds, by name; release or keep them, some or all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.vocabulary import CycleState
from provisioning.core.wording import gettext_noop
from provisioning.engine import holding
from provisioning.engine.cycle import Request
from provisioning.engine.documents import operation_document
from provisioning.engine.running import check_time, run_cycle
from provisioning.engine.sentences import because, why_held
from provisioning.management.choosing import job_of, moment, person
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.models import Job, Plan


class Command(RollcallCommand):
    """Lists who waits, after doing what was asked of it; see docs/reference/commands.md."""

    help = "List whom the guard holds, with the reasons; release or keep them by name, or all."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--release", metavar="USER", nargs="*", help="write what waits for these, now"
        )
        what.add_argument("--keep", metavar="USER", nargs="*", help="leave these as they are")
        parser.add_argument("--all", action="store_true", help="everybody who waits")
        parser.add_argument("--now-is", metavar="TIME", help="use this time as the clock")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        now_is = moment(options["now_is"])
        check_time(job, now_is)
        named = options["release"] if options["release"] is not None else options["keep"]
        if named is None and options["all"]:
            raise ConfigurationError(gettext_noop("--all belongs to --release or to --keep."))
        plan = holding.newest_review(job)
        done, code = {"released": 0, "kept": 0}, Exit.DONE
        if named is not None:
            chosen = _chosen(plan, named, everybody=options["all"])
            release = options["release"] is not None
            done, code = _decide(job, plan, chosen, now_is if release else None, release=release)
        held = [_document(row) for row in holding.held_rows(plan)] if plan else []
        if named is not None and held and code == Exit.DONE:
            code = Exit.WAITING
        text = "\n".join(map(_line, held)) or _("Nobody waits.")
        return Outcome({"digest": plan.digest if plan else None, "held": held, **done}, code, text)


def _decide(
    job: Job, plan: Plan | None, chosen: set[UUID], now_is: datetime | None, *, release: bool
) -> tuple[dict[str, int], Exit]:
    """Do what was asked for; how many were released and kept, and how their cycle ended."""
    if plan is None:
        return {"released": 0, "kept": 0}, Exit.DONE
    if not release:
        return {"released": 0, "kept": holding.keep_held(None, plan, chosen)}, Exit.DONE
    number = holding.release_held(None, plan, chosen)
    return {"released": number, "kept": 0}, _run(job, plan, Request(plan=plan, now_is=now_is))


def _chosen(plan: Plan | None, named: Sequence[str], *, everybody: bool) -> set[UUID]:
    """Whom the command names, all of whom must wait."""
    waiting = {row.object_id for row in holding.held_rows(plan)} if plan else set()
    if everybody or not named:
        if everybody and waiting and not named:
            return waiting
        raise ConfigurationError(
            gettext_noop("Say who: nobody was named, or nobody waits."),
            advice=gettext_noop("Name people of the list that `held` prints, or give --all."),
        )
    chosen = set()
    for text in named:
        one = person(text)
        if one.pk not in waiting:
            raise ConfigurationError(
                gettext_noop("“%(text)s” does not wait for a decision."),
                params={"text": text},
                advice=gettext_noop("Name people of the list that `held` prints, or give --all."),
            )
        chosen.add(one.pk)
    return chosen


def _run(job: Job, plan: Plan, request: Request) -> Exit:
    """Write what was released of a plan that was run; one that waits for approval is not begun."""
    if not holding.is_under_way(plan):
        return Exit.DONE
    cycle = run_cycle(job, request)
    if cycle.state in (CycleState.SUCCEEDED, CycleState.WAITING):
        return Exit.DONE
    return {CycleState.PARTLY: Exit.PARTLY, CycleState.QUARANTINED: Exit.QUARANTINED}.get(
        CycleState(cycle.state), Exit.FAILED
    )


def _document(row: Any) -> dict[str, Any]:
    return {**operation_document(row), "sentence": because(why_held(row.params))}


def _line(document: dict[str, Any]) -> str:
    return (
        f"{document['operation']:<10} {document['object']['displayName']}  {document['sentence']}"
    )
