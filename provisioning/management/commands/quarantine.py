"""`quarantine APP`: whether an application is held back, and why; begin it, or end it, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.causes import cause
from provisioning.engine.controls import enter_quarantine, leave_quarantine
from provisioning.engine.quarantine import automatic_try
from provisioning.engine.spoken import spoken
from provisioning.management.choosing import job_of
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.models import Job


class Command(RollcallCommand):
    """Tells how it stands after doing what was asked; see docs/reference/commands.md."""

    help = "Say whether an application is in quarantine; put it there, or take it out."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--enter", action="store_true", help="hold it back until --leave")
        what.add_argument("--leave", action="store_true", help="go on without a try before")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        if options["enter"]:
            enter_quarantine(None, job)
        if options["leave"]:
            leave_quarantine(None, job)
        job.refresh_from_db()
        document = _document(job)
        return Outcome(document, text=_text(document))


def _document(job: Job) -> dict[str, Any]:
    if not job.quarantined:
        return {"quarantined": False, "since": None, "reason": None, "next_try": None}
    return {
        "quarantined": True,
        "since": job.quarantined_at,
        "reason": job.quarantine_reason,
        "cause": cause(job.quarantine_reason),
        "message": spoken(job.quarantine_evidence),
        "advice": _(str(job.quarantine_evidence.get("advice", ""))),
        "tries": job.quarantine_tries,
        "next_try": automatic_try(job),
        "exchanges": job.quarantine_evidence.get("exchanges", []),
    }


def _text(document: dict[str, Any]) -> str:
    if not document["quarantined"]:
        return _("Not in quarantine.")
    since = document["since"].isoformat(timespec="minutes")
    lines = [
        _("In quarantine since %(since)s.") % {"since": since},
        document["message"],
        document["advice"],
    ]
    if document["next_try"]:
        then = document["next_try"].isoformat(timespec="minutes")
        lines.append(_("Next automatic try: %(time)s.") % {"time": then})
    else:
        lines.append(_("It is not tried by itself: `cycle` tries now, --leave goes on."))
    return "\n".join(lines)
