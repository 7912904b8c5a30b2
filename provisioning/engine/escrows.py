"""Escrows: failed objects that wait for another try, and what a person may say about them.

The first retry comes with the next cycle, then after 2, 4, 8 … intervals up to a day; no failure is
ever dropped (entra-provisioning 10, Ours). Whoever is ignored is left alone until something about
them, or the configuration, changes; that is shown and can be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from provisioning.core.errors import ConfigurationError
from provisioning.core.schedule import next_escrow_try
from provisioning.core.wording import gettext_noop
from provisioning.engine.causes import cause
from provisioning.engine.clock import Clock
from provisioning.engine.work import Work
from provisioning.models import AuditEvent, DirectoryObject, Escrow, Job, PlanRow
from provisioning.models.audit import Activity
from provisioning.models.standing import EscrowQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def is_maintained(job: Job) -> bool:
    """Whether the application is being maintained now, so that what fails there says nothing."""
    return job.application.connection.maintained_until(Clock().now()) is not None


def count_failure(
    work: Work, row: PlanRow, code: str, message: str, *, excused: bool = False
) -> None:
    """One more failure of the row's object, and when it is tried again; an excused one is kept, and
    does not count as a try.
    """
    escrow, new = Escrow.objects.get_or_create(
        job=work.job,
        object_id=row.object_id,
        defaults={
            "code": code,
            "message": message,
            "first_failed": work.now,
            "next_try": work.now,
            "tries": 0 if excused else 1,
        },
    )
    if new:
        return
    escrow.tries += 0 if excused else 1
    escrow.code, escrow.message = code, message
    escrow.next_try = next_escrow_try(work.now, work.job.interval, escrow.tries)
    _heed(escrow)
    escrow.save()


def waiting_for(job: Job) -> EscrowQuerySet:
    """Everything of the job that waits, with its objects, by name; ignored ones as well."""
    waiting = Escrow.objects.filter(job=job).select_related("object", "job")
    return waiting.order_by("object__display_name", "pk")


def escrow_document(escrow: Escrow) -> dict[str, object]:
    """One failure as commands tell it; times are ISO 8601 once they are written."""
    row = escrow.object
    return {
        "id": row.source_id,
        "kind": row.kind,
        "name": row.display_name,
        "code": escrow.code,
        "cause": cause(escrow.code),
        "message": escrow.message,
        "tries": escrow.tries,
        "first_failed": escrow.first_failed,
        "next_try": None if escrow.ignored else escrow.next_try,
        "ignored": escrow.ignored,
        "ignored_since": escrow.ignored_at if escrow.ignored else None,
    }


def waiting_one(job: Job, row: DirectoryObject) -> Escrow:
    """The failure of one object. Raises `ConfigurationError` when it does not wait."""
    found = waiting_for(job).filter(object=row).first()
    if found is None:
        raise ConfigurationError(
            gettext_noop("%(name)s does not wait for another try."),
            params={"name": str(row)},
            advice=gettext_noop("`escrows`, and the page *Waiting for retry*, list who does."),
        )
    return found


def retry(actor: User | None, job: Job, waiting: EscrowQuerySet, what: str) -> int:
    """The next cycle tries these, whatever its clock says; how many they are.

    `what` names them in the audit: a cause, or somebody.
    """
    with transaction.atomic():
        number = waiting.update(
            next_try=F("first_failed"), ignored_at=None, ignored_change=None, ignored_with=None
        )
        if number:
            _record(actor, job, {"path": "retry", "old": None, "new": f"{what}: {number}"})
    return number


def ignore(actor: User | None, job: Job, row: DirectoryObject) -> Escrow:
    """Leave the object alone until it, or the configuration, changes."""
    with transaction.atomic():
        escrow = waiting_one(job, row)
        escrow.ignored_at = Clock().now()
        escrow.ignored_change = escrow.object.change_number
        escrow.ignored_with_id = escrow.job.definition_id
        escrow.save()
        _record(actor, job, {"path": "ignore", "old": None, "new": str(row)})
    return escrow


def heed(actor: User | None, job: Job, row: DirectoryObject) -> Escrow:
    """Take *ignore* back: the object is tried again when its time comes."""
    with transaction.atomic():
        escrow = waiting_one(job, row)
        if escrow.ignored_at is not None:
            _heed(escrow)
            escrow.save()
            _record(actor, job, {"path": "ignore", "old": str(row), "new": None})
    return escrow


def _heed(escrow: Escrow) -> None:
    escrow.ignored_at = escrow.ignored_change = escrow.ignored_with = None


def _record(actor: User | None, job: Job, change: dict[str, object]) -> None:
    AuditEvent.record(actor, Activity.RETRY, job.application, [change])
