"""The verbs that change what provisioning does: the actor first, one transaction, an audit row.

Console and commands change state through these only. Workers are woken when all is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.gallery import find_template
from provisioning.core.wording import gettext_noop
from provisioning.engine import dispatch, holding, notices, quarantine, recognising
from provisioning.engine.clock import Clock
from provisioning.engine.configuration.applying import Applied, apply_documents
from provisioning.engine.configuration.diff import Change
from provisioning.engine.configuration.identity import slug_for
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.configuration.schema import RESERVED_SLUGS
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.planning import sealing
from provisioning.engine.removal import remove_application
from provisioning.engine.switching import switch_off, switch_on
from provisioning.models import Application, AuditEvent, Escrow, Job, Link, PastLink, Plan
from provisioning.models.audit import Activity
from provisioning.models.cycle import Origin
from provisioning.models.job import ProvisioningStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


NO_CONTENT: Mapping[str, object] = {}


def create_application(
    actor: User | None, *, name: str, template: str, content: Mapping[str, object] = NO_CONTENT
) -> Application:
    """A new application with its template's defaults, off; the second of a name gets -2.

    `content` are keys of the configuration file that differ from the defaults.
    """
    find_template(template)
    with transaction.atomic():
        taken = {*Application.objects.values_list("slug", flat=True), *RESERVED_SLUGS}
        slug = slug_for(name, taken) or slug_for(template, taken)
        save_configuration(actor, {**content, "name": name, "slug": slug, "template": template})
        return Application.objects.get(slug=slug)


def save_configuration(actor: User | None, content: Mapping[str, object]) -> Applied:
    """Change what a document says: the keys of the configuration file, all or nothing.

    Raises `UsageProblems` with the path of everything that is wrong.
    """
    return apply_documents(actor, [ConfigurationDocument(content)])


def set_credentials(
    actor: User | None, application: Application, credentials: Mapping[str, object]
) -> Applied:
    """Change where and how the application is entered: the file's `credentials`, in which a secret
    from a form is a `provisioning.scim.secret.Secret`. On another host it is needed again (T07).
    """
    return save_configuration(actor, {"slug": application.slug, "credentials": {**credentials}})


def start_job(actor: User | None, job: Job) -> ProvisioningStatus:
    """Run on schedule from now on; a job that ran before goes on at its watermark."""
    with transaction.atomic():
        job = _locked(job)
        connection = job.application.connection
        if not (connection.tenant_url and connection.secret):
            raise ConfigurationError(
                gettext_noop("%(application)s has no credentials yet."),
                params={"application": job.application.name},
                advice=gettext_noop(
                    "Add a Tenant URL and a secret to its configuration, then start it."
                ),
            )
        if job.status != ProvisioningStatus.ON:
            AuditEvent.record(actor, Activity.START, job.application, [_status(job, "on")])
            switch_on(job)
    return ProvisioningStatus.ON


def stop_job(actor: User | None, job: Job) -> ProvisioningStatus:
    """Begin no further cycle; the one in progress stops after the requests under way."""
    with transaction.atomic():
        job = _locked(job)
        if job.status != ProvisioningStatus.OFF:
            AuditEvent.record(actor, Activity.STOP, job.application, [_status(job, "off")])
        switch_off(job)
    return ProvisioningStatus.OFF


def restart_job(actor: User | None, job: Job, *, forget_links: bool = False) -> ProvisioningStatus:
    """Forget watermark, retries and quarantine, so that the next cycle is initial and due at once.

    Links survive, unless `forget_links`: then everybody is matched again.
    """
    with transaction.atomic():
        job = _locked(job)
        if forget_links and job.open_cycle_id is not None:
            raise ProvisioningError(
                gettext_noop("A cycle of %(application)s is running with these links."),
                params={"application": job.application.name},
                advice=gettext_noop(
                    "Stop it, wait until it has ended, then restart with --forget-links."
                ),
            )
        change: Change = {"path": "watermark", "old": job.watermark, "new": None}
        forgotten: Change = {"path": "links", "old": job.links.count(), "new": 0}
        changes = [change, forgotten] if forget_links else [change]
        if job.quarantined:
            notices.tell_of_recovery(job, Clock().now(), by_hand=True)
            quarantine.forget(job)
        AuditEvent.record(actor, Activity.RESTART, job.application, changes)
        Escrow.objects.filter(job=job).delete()
        if forget_links:
            links = Link.objects.filter(job=job)
            PastLink.keep(job.pk, links.values_list("object_id", flat=True), Clock().now())
            links.delete()
        job.watermark, job.decided_with, job.next_run = None, None, None
        job.save(update_fields=("watermark", "decided_with", "next_run"))
        dispatch.wake()
    return ProvisioningStatus(job.status)


def enter_quarantine(actor: User | None, job: Job) -> None:
    """Hold the job back at once, until a person takes it out; the cycle in progress stops."""
    with transaction.atomic():
        quarantine.set_by_hand(actor, _locked(job), Clock().now())
        dispatch.wake()


def leave_quarantine(actor: User | None, job: Job) -> None:
    """Take the mark off without a probe: the next cycle is due at once, and may enter it again."""
    with transaction.atomic():
        job = _locked(job)
        if not job.quarantined:
            return
        if job.quarantine_reason == recognising.TargetChanged.code:
            recognising.is_the_same(job)
        else:
            recognising.look_at_it(job)
        quarantine.leave(job, Clock().now(), actor, by_hand=True)
        job.next_run = None
        job.save(update_fields=("next_run",))
        dispatch.wake()


def remove_configuration(actor: User | None, application: Application) -> None:
    """Remove the application from Rollcall; its accounts stay as they are."""
    with transaction.atomic():
        remove_application(actor, application)


def approve_plan(actor: User | None, plan: Plan, *, release_held: bool) -> None:
    """Approve exactly this plan and begin it; with `release_held`, what the guard holds as well."""
    with transaction.atomic():
        job = _locked(plan.job)
        if plan.definition_id != job.definition_id:
            raise ConfigurationError(
                gettext_noop("This plan was made with an older definition."),
                advice=gettext_noop(
                    "The configuration changed since. Make a new plan and look at it."
                ),
            )
        sealing.approve(job, plan, release_held=release_held, now=Clock().now())
        Plan.objects.filter(pk=plan.pk).update(approved_by=actor)
        change: Change = {"path": "plan", "old": None, "new": plan.digest}
        held: Change = {"path": "held", "old": "held", "new": "released"}
        changes = [change, held] if release_held else [change]
        AuditEvent.record(actor, Activity.APPROVE, job.application, changes)
        request = Request(origin=Origin.CONSOLE, plan=plan, approve=release_held)
        if open_cycle(job, request) is None:
            raise ProvisioningError(
                gettext_noop("A cycle of %(application)s is running."),
                params={"application": job.application.name},
                advice=gettext_noop("Wait until it has ended, then approve the plan it leaves."),
            )
        dispatch.wake()


def release_people(actor: User | None, plan: Plan, chosen: Collection[UUID]) -> int:
    """Release by name what the guard holds; of a plan that was run it is written at once, of one
    that waits for approval with the rest. How many people or groups; raises as `release_held` does.
    """
    with transaction.atomic():
        number = holding.release_held(actor, plan, chosen)
        if holding.is_under_way(plan):
            open_cycle(_locked(plan.job), Request(plan=plan))
            dispatch.wake()
    return number


def _locked(job: Job) -> Job:
    # `of`: the rows joined in may be absent, which PostgreSQL does not lock.
    jobs = Job.objects.select_for_update(of=("self",))
    return jobs.select_related("application__connection").get(pk=job.pk)


def _status(job: Job, status: str) -> Change:
    return {"path": "provisioning.status", "old": str(job.status), "new": status}
