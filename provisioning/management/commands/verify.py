"""`verify APP`: read the application, compare it with the directory, write nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.core.errors import ProvisioningError
from provisioning.engine.verifying.report import agrees, document_of
from provisioning.engine.verifying.runs import verify_now
from provisioning.management.choosing import job_of
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.models import Verification
from provisioning.models.verification import VerificationState


class Command(RollcallCommand):
    """Exit 0 when everything agrees, 5 when something does not."""

    help = "Read an application and compare it with the directory; writes nothing."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        run = verify_now(job_of(options["app"]))
        if run.state != VerificationState.FINISHED:
            raise _failure(run)
        document = document_of(run)
        code = Exit.DONE if agrees(run) else Exit.PARTLY
        return Outcome(document, code, text_lines=_lines(document))


def _failure(run: Verification) -> ProvisioningError:
    """Why it did not come to an end: as the worker stored it, or because somebody stopped it."""
    if not run.error:
        return ProvisioningError(_("The verification was stopped."), advice=_("Begin it again."))
    values = run.error.get("values") or None
    error = run.error
    return ProvisioningError(
        error["template"], params=values, advice=error["advice"], code=error["code"]
    )


def _lines(document: dict[str, Any]) -> Iterator[str]:
    people, attributes = document["people"], document["attributes"]
    yield (
        _(
            "%(expected)d people expected: %(equal)d equal, %(different)d different, %(missing)d "
            "missing; %(extra)d too many."
        )
        % people
    )
    yield _("%(equal)d of %(compared)d attributes are equal.") % attributes
    for one in document["exceptions"]:
        name = (one["object"] or {}).get("displayName") or (one["target"] or {}).get("name", "")
        yield f"  {one['kind']} {name}: {one['sentence']}"
        for each in one["attributes"] if one["object"] else ():
            yield f"    {each['path']}: {each['expected']} ≠ {each['found']}"
