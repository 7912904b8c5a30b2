"""`escrows APP`: who failed and waits for another try; try again, ignore, or heed again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine import escrows
from provisioning.management.choosing import job_of, person
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.models import Escrow, Job


class Command(RollcallCommand):
    """Lists what waits, after doing what was asked of it; see docs/reference/commands.md."""

    help = "List who failed and waits for another try; try them with the next cycle, or ignore."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--retry", metavar="USER", help="the next cycle tries this one")
        what.add_argument("--cause", metavar="CODE", help="the next cycle tries all of this cause")
        what.add_argument(
            "--ignore", metavar="USER", help="leave this one alone until something about it changes"
        )
        what.add_argument("--heed", metavar="USER", help="take --ignore back")

    def work(self, options: dict[str, Any]) -> Outcome:
        job = job_of(options["app"])
        changed = _do(job, options)
        waiting = list(escrows.waiting_for(job))
        document = {
            "waiting": [escrows.escrow_document(one) for one in waiting],
            "changed": changed,
        }
        return Outcome(document, text="\n".join(map(_line, waiting)) or _("Nobody waits."))


def _do(job: Job, options: dict[str, Any]) -> int:
    """What was asked for; how many it is about."""
    if options["retry"]:
        one = escrows.waiting_one(job, person(options["retry"]))
        chosen = Escrow.objects.filter(pk=one.pk)
        return escrows.retry(None, job, chosen, str(one.object))
    if options["cause"]:
        chosen = Escrow.objects.filter(job=job, code=options["cause"]).heeded()
        return escrows.retry(None, job, chosen, options["cause"])
    if options["ignore"]:
        escrows.ignore(None, job, person(options["ignore"]))
        return 1
    if options["heed"]:
        escrows.heed(None, job, person(options["heed"]))
        return 1
    return 0


def _line(escrow: Escrow) -> str:
    document = escrows.escrow_document(escrow)
    when = _("ignored") if escrow.ignored else escrow.next_try.isoformat(timespec="minutes")
    return f"{document['name']}: {document['cause']}, {escrow.tries} ×, {when}"
