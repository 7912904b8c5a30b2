"""Verifications: asked for by a person, claimed by one worker at a time, beside every cycle.

The row is the order and the report. Whoever claims it reads from the beginning: it writes nothing
at the target, so nothing is lost with a worker that dies but the time.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine import dispatch
from provisioning.engine.clock import Clock, database_now
from provisioning.engine.containing import internal_fault
from provisioning.engine.facts import Facts
from provisioning.engine.knowing import Circumstances
from provisioning.engine.leases import LEASE, Instant, Lease, LeaseLost
from provisioning.engine.requesting import check_credentials
from provisioning.engine.spoken import stored
from provisioning.engine.target import Target
from provisioning.engine.verifying.findings import Findings
from provisioning.engine.verifying.groups import Groups
from provisioning.engine.verifying.holding import Hold
from provisioning.engine.verifying.people import People
from provisioning.engine.work import Leaving, stays
from provisioning.models import AuditEvent, Job, ReadAccount, Verification
from provisioning.models.audit import Activity
from provisioning.models.verification import VerificationState
from provisioning.scim.urgency import Urgency
from provisioning.scim.verbs import Verb

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

KEPT = 10
"""Reports kept of each application."""


def request_verification(actor: User | None, job: Job) -> Verification:
    """Have a worker verify the application; one under way already is answered instead.

    Raises `ConfigurationError` without credentials.
    """
    check_credentials(job)
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        under_way = locked.verifications.filter(state=VerificationState.RUNNING).first()
        if under_way is not None:
            return under_way
        run = _open(job)
        change = {"path": "verify", "old": None, "new": str(run)}
        AuditEvent.record(actor, Activity.RUN, job.application, [change])
        dispatch.wake()
    return run


def verify_now(job: Job, *, sleep: Callable[[float], None] = time.sleep) -> Verification:
    """Verify in the foreground, needing neither worker nor broker, and answer the report.

    Raises `ConfigurationError` without credentials.
    """
    check_credentials(job)
    asked_at = Instant.now()
    with transaction.atomic():
        run = _open(job)
        run.claim(_owner(), database_now(), LEASE)
    _work_on(Hold(run, Lease(asked_at), stays), sleep)
    run.refresh_from_db()
    return run


def stop_verification(run: Verification) -> None:
    """Nothing more is read; what was found so far stays."""
    Verification.objects.filter(pk=run.pk, state=VerificationState.RUNNING).update(
        state=VerificationState.STOPPED, ended=Clock().now()
    )


def due() -> list[UUID]:
    """Verifications that nobody works on."""
    return list(Verification.objects.claimable(database_now()).values_list("pk", flat=True))


def turn(
    run_id: UUID,
    *,
    sleep: Callable[[float], None] = time.sleep,
    leaving: Callable[[], bool] = stays,
) -> bool:
    """Work on a verification until it ends or this worker is to go; whether it was free."""
    asked_at = Instant.now()
    run = Verification.objects.filter(pk=run_id).first()
    if run is None or not run.claim(_owner(), database_now(), LEASE):
        return False
    _work_on(Hold(run, Lease(asked_at), leaving), sleep)
    return True


def _open(job: Job) -> Verification:
    if job.definition is None:
        raise ConfigurationError(
            gettext_noop("%(application)s has no mappings yet."),
            params={"application": job.application.name},
        )
    recent = job.verifications.order_by("-started").values_list("pk", flat=True)
    job.verifications.filter(pk__in=list(recent[KEPT - 1 :])).delete()
    return Verification.objects.create(job=job, definition=job.definition, started=Clock().now())


def _work_on(hold: Hold, sleep: Callable[[float], None]) -> None:
    """Read everything, whatever happens: the run has ended, or is somebody else's."""
    run = hold.run
    target = Target(run.job.application, sleep)
    target.permit = hold.permit
    target.urgency = _behind_all_others
    ended: dict[str, Any] = {"state": VerificationState.FINISHED}
    try:
        with hold.kept():
            _read(run, target)
    except LeaseLost:
        log.warning("The %s was stopped, or taken over by another worker.", run)
        return
    except Leaving:
        run.keep(lease_until=None)
        return
    except ProvisioningError as error:
        ended = _failed(error)
    except Exception as error:
        log.exception("The %s failed in our own code.", run)
        ended = _failed(internal_fault(error))
    finally:
        requests = dict(target.new_requests())
        target.close()
    if run.keep(**ended, requests=requests, ended=Clock().now(), lease_until=None):
        ReadAccount.objects.filter(run=run).delete()


def _behind_all_others(_: Verb) -> Urgency:
    return Urgency.VERIFICATION


def _read(run: Verification, target: Target) -> None:
    definition = run.definition.as_definition()
    around = Circumstances(
        now=Clock().now(),
        definition=definition,
        approved=run.job.approved_once,
        quarantine=run.job.quarantine_evidence if run.job.quarantined else None,
    )
    findings = Findings(run, definition, around)
    findings.forget()
    facts = Facts(run.job, definition)
    People(findings, target, facts).compare()
    if definition.groups.enabled:
        Groups(findings, target, facts).compare()


def _failed(error: ProvisioningError) -> dict[str, Any]:
    told = {"code": error.code, "advice": error.advice, **stored(error)}
    return {"state": VerificationState.FAILED, "error": told}


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
