"""`passport APP [--probe --yes]`: how the application is known to behave; find it out anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.core.errors import NeedsApproval
from provisioning.core.wording import gettext_noop
from provisioning.engine.passport.probing import document_of, probe, what_is_written
from provisioning.management.choosing import job_of
from provisioning.management.output import Exit, Outcome, RollcallCommand


class Command(RollcallCommand):
    """Reads only what is stored, unless a probe is asked for and consented to."""

    help = "Show an application's passport; --probe --yes finds it out with test accounts."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")
        parser.add_argument(
            "--probe", action="store_true", help="create test accounts, try, and delete them"
        )
        parser.add_argument("--yes", action="store_true", help="consent to what a probe writes")

    def work(self, options: dict[str, Any]) -> Outcome:
        application = job_of(options["app"]).application
        if options["probe"] and not options["yes"]:
            raise NeedsApproval(
                " ".join(what_is_written(application)),
                advice=gettext_noop("Add --yes if that may happen."),
            )
        document = probe(application) if options["probe"] else document_of(application)
        left = document["left_behind"]
        lines = [
            f"{'!' if one['broken'] else '✓'} {one['question']}: {one['sentence']}"
            for one in document["answers"]
        ]
        lines += (
            [_("Could not be deleted: %(names)s.") % {"names": ", ".join(left)}] if left else []
        )
        text = "\n".join(lines) or _("Never probed.")
        return Outcome(document, Exit.PARTLY if left else Exit.DONE, text)
