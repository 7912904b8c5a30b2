"""What a person asks of the workers: a cycle now, a preview, one person on demand.

Each opens a cycle and wakes the workers; the page that asked watches the row (house-style, path 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine import dispatch, escrows
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import AuditEvent, Cycle, DirectoryObject, Escrow, Job
from provisioning.models.audit import Activity
from provisioning.models.cycle import Origin, Purpose
from provisioning.models.standing import EscrowQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def run_now(actor: User | None, job: Job) -> Cycle:
    """Begin a cycle at once, whatever the status; of a job in quarantine it is *Retry now*.

    Raises `ProvisioningError` while another cycle runs, `ConfigurationError` without credentials.
    """
    check_credentials(job)
    with transaction.atomic():
        cycle = open_cycle(job, Request(origin=Origin.CONSOLE))
        if cycle is None:
            raise ProvisioningError(
                gettext_noop("A cycle of %(application)s is running."),
                params={"application": job.application.name},
                advice=gettext_noop("Wait until it has ended."),
            )
        change = {"path": "cycle", "old": None, "new": cycle.number}
        AuditEvent.record(actor, Activity.RUN, job.application, [change])
        dispatch.wake()
    return cycle


def retry_failed(actor: User | None, job: Job, code: str) -> tuple[int, Cycle | None]:
    """Whoever waits for another try because of `code` is due at once, and a cycle begins; who is
    ignored stays so.

    Answers how many those are, and the cycle; none while another one runs: the next one takes them.
    Raises `ConfigurationError` without credentials.
    """
    waiting = Escrow.objects.filter(job=job, code=code).heeded()
    return _retry(actor, job, waiting, code)


def retry_one(actor: User | None, job: Job, row: DirectoryObject) -> Cycle | None:
    """The same of one object, an ignored one as well.

    Raises `ConfigurationError` without credentials, or when the object does not wait.
    """
    escrows.waiting_one(job, row)
    return _retry(actor, job, Escrow.objects.filter(job=job, object=row), str(row))[1]


def _retry(
    actor: User | None, job: Job, waiting: EscrowQuerySet, what: str
) -> tuple[int, Cycle | None]:
    check_credentials(job)
    with transaction.atomic():
        number = escrows.retry(actor, job, waiting, what)
        cycle = open_cycle(job, Request(origin=Origin.CONSOLE)) if number else None
        dispatch.wake()
    return number, cycle


def request_preview(job: Job, *, initial: bool = False) -> Cycle:
    """Plan a cycle without writing anything; its plan is sealed when the cycle has ended.

    Raises `ConfigurationError` without credentials.
    """
    check_credentials(job)
    with transaction.atomic():
        cycle = open_cycle(job, Request(Purpose.PREVIEW, Origin.CONSOLE, initial=initial))
        dispatch.wake()
    return _begun(cycle)


def request_on_demand(
    actor: User | None, job: Job, row: DirectoryObject, *, preview: bool = False
) -> Cycle:
    """Provision one object beside a running cycle; with `preview` show what would be done.

    Raises `ConfigurationError` without credentials.
    """
    check_credentials(job)
    purpose = Purpose.PREVIEW if preview else Purpose.ON_DEMAND
    with transaction.atomic():
        cycle = _begun(open_cycle(job, Request(purpose, Origin.CONSOLE, only=row)))
        if not preview:
            change = {"path": "on_demand", "old": None, "new": str(row)}
            AuditEvent.record(actor, Activity.ON_DEMAND, job.application, [change])
        dispatch.wake()
    return cycle


def check_credentials(job: Job) -> None:
    """Raise `ConfigurationError` where there is nothing to reach the target with."""
    connection = job.application.connection
    if not (connection.tenant_url and connection.secret):
        raise ConfigurationError(
            gettext_noop("%(application)s has no credentials yet."),
            params={"application": job.application.name},
            advice=gettext_noop("Add a Tenant URL and a secret first."),
        )


def _begun(cycle: Cycle | None) -> Cycle:
    if cycle is None:
        raise LookupError("Only a job's own cycle can be in the way.")
    return cycle
