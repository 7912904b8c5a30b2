"""Makes the stored configuration of one application what a document asks for.

Inside the caller's transaction: rows, a new definition version when what decides changed, one audit
row per kind of change, and marks on the objects whose assignment changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from provisioning.core.durations import read_duration
from provisioning.core.errors import ProvisioningError
from provisioning.core.resource import Kind
from provisioning.engine.clock import Clock
from provisioning.engine.configuration.assignments import Assignee, stored_assignments
from provisioning.engine.configuration.credentials import (
    SEALED_FOR,
    Credentials,
    credentials_of,
)
from provisioning.engine.configuration.diff import Change, rows_named
from provisioning.engine.configuration.normal import Document, definition_part, section
from provisioning.engine.configuration.taken_over import write_taken_over
from provisioning.engine.switching import switch_off, switch_on
from provisioning.models import (
    Application,
    Assignment,
    AuditEvent,
    Connection,
    Definition,
    DirectoryObject,
    Job,
    Membership,
)
from provisioning.models.audit import Activity
from provisioning.models.secret import seal, unseal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_MAPPING_KEYS = ("mappings", "dialect")
_ASSIGNMENT_KEYS = ("assignments", "assignments_from", "roles")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one document asks for, judged: nothing in it can be refused any more."""

    document: Document
    credentials: Credentials
    assignees: set[Assignee]
    changes: list[Change]
    application: Application | None


def write_configuration(actor: User | None, wanted: Wanted) -> Application:
    """Store it; nothing at all is written when nothing changed."""
    if wanted.application and not wanted.changes:
        return wanted.application
    created = wanted.application is None
    application = _write_application(wanted)
    now = Clock().now()
    job = _write_job(application, wanted.document, now)
    _write_connection(application, wanted)
    _write_definition(actor, job, definition_part(wanted.document), now)
    _write_assignments(application, job, wanted.assignees, now)
    write_taken_over(application, wanted.document)
    _write_status(job, str(section(wanted.document, "provisioning")["status"]))
    named = rows_named(wanted.changes, wanted.document)
    for activity, changes in _by_activity(named, created=created).items():
        AuditEvent.record(actor, activity, application, changes)
    return application


def _write_application(wanted: Wanted) -> Application:
    document = wanted.document
    notification = section(document, "notification")
    application = wanted.application or Application(slug=str(document["slug"]))
    application.name = str(document["name"])
    application.template = str(document["template"])
    application.notification_emails = notification["email"]
    application.notify_on_failure = bool(notification["on_failure"])
    application.log_retention_days = read_duration(str(document["log_retention"])).days
    application.save()
    return application


def _write_job(application: Application, document: Document, now: datetime) -> Job:
    provisioning = section(document, "provisioning")
    interval = read_duration(str(provisioning["interval"]))
    job = Job.objects.select_for_update().filter(application=application).first()
    if job is None:
        mode = str(provisioning["mode"])
        return Job.objects.create(
            application=application, interval=interval, mode=mode, remembers_since=now
        )
    if job.next_run is not None:
        job.next_run += interval - job.interval
    job.interval = interval
    job.mode = str(provisioning["mode"])
    job.save(update_fields=("interval", "mode", "next_run"))
    return job


def _write_connection(application: Application, wanted: Wanted) -> None:
    limits = cast(Mapping[str, Any], wanted.document["limits"])
    connection = Connection.objects.filter(application=application).first()
    if connection is None:
        connection = Connection.objects.create(application=application)
    connection.requests_per_minute = limits["requests_per_minute"]
    connection.connections = limits["connections"]
    connection.quiet_hours = limits["quiet_hours"] or ""
    connection.quiet_requests_per_minute = limits["quiet_requests_per_minute"] or 0
    connection.maintenance = limits["maintenance"] or []
    if wanted.credentials != credentials_of(connection):
        store_credentials(connection, wanted.credentials)
    connection.save()


def store_credentials(connection: Connection, wanted: Credentials) -> None:
    """Put credentials on the row. The last test was of others, and what was learnt of another
    server is forgotten; a secret that is neither kept nor given is erased.
    """
    connection.last_test, connection.last_tested_at = {}, None
    if wanted.tenant_url != connection.tenant_url:
        connection.passport = {}
    if _may_be_another_target(connection, wanted):
        # What is linked may not be there: a sample is looked at before anything is written (F42).
        jobs = Job.objects.filter(application=connection.application_id, links__isnull=False)
        Job.objects.filter(pk__in=jobs.values("pk")).update(fingerprint={"due": True})
    connection.tenant_url = wanted.tenant_url
    connection.auth = wanted.auth
    connection.token_url = wanted.token_url
    connection.client_id = wanted.client_id
    connection.host = wanted.host
    if wanted.secret is not None:
        plain = wanted.secret.reveal()
        row = str(connection.pk)
        connection.secret = seal(plain, table=SEALED_FOR, row=row, host=wanted.host)
        connection.secret_set_at = Clock().now()
    elif not wanted.keeps:
        connection.secret, connection.secret_set_at = b"", None


def _may_be_another_target(connection: Connection, wanted: Credentials) -> bool:
    """Whether the credentials differ: another token may lead to another tenant at the same URL."""
    before = (connection.tenant_url, connection.auth, connection.token_url, connection.client_id)
    after = (wanted.tenant_url, wanted.auth, wanted.token_url, wanted.client_id)
    if before != after or not connection.secret:
        return True
    if wanted.secret is None:
        return False
    try:
        row = str(connection.pk)
        known = unseal(connection.secret, table=SEALED_FOR, row=row, host=connection.host)
    except ProvisioningError:
        return True
    return known != wanted.secret.reveal()


def _write_definition(actor: User | None, job: Job, content: Document, now: datetime) -> None:
    if job.definition is not None and job.definition.content == content:
        return
    last = Definition.objects.filter(job=job).order_by("-version").first()
    job.definition = Definition.objects.create(
        job=job,
        version=last.version + 1 if last else 1,
        content=content,
        created=now,
        created_by=actor,
    )
    job.save(update_fields=("definition",))


def _write_assignments(
    application: Application, job: Job, wanted: set[Assignee], now: datetime
) -> None:
    """Only the difference; the people it reaches are looked at by the next incremental cycle."""
    stored = stored_assignments(application)
    for gone in stored - wanted:
        Assignment.objects.filter(
            application=application, object_id=gone.object_id, role=gone.role
        ).end(now)
    Assignment.objects.bulk_create(
        Assignment(application=application, object_id=one.object_id, role=one.role, created=now)
        for one in wanted - stored
    )
    nested = bool(job.definition and job.definition.content["nested_groups"])
    mark_assigned({one.object_id for one in stored ^ wanted}, nested=nested)


def mark_assigned(ids: Iterable[uuid.UUID], *, nested: bool) -> None:
    """Mark these objects and, of groups, their present members, for the next incremental cycle."""
    touched = set(ids)
    groups = DirectoryObject.objects.filter(pk__in=touched, kind=Kind.GROUP.value)
    group_ids = list(groups.values_list("pk", flat=True))
    for members in Membership.objects.members_of(group_ids, nested=nested).values():
        touched |= members
    if touched:
        DirectoryObject.objects.mark(touched)


def _write_status(job: Job, status: str) -> None:
    if job.status != status:
        (switch_on if status == "on" else switch_off)(job)


def _by_activity(
    changes: Sequence[Change], *, created: bool
) -> dict[Activity, list[dict[str, object]]]:
    grouped: dict[Activity, list[dict[str, object]]] = {}
    for change in changes:
        activity = Activity.APPLICATION if created else _activity(change)
        grouped.setdefault(activity, []).append(change)
    return grouped


def _activity(change: Change) -> Activity:
    path = str(change["path"])
    top = path.split(".")[0].split("[")[0]
    if path == "provisioning.status":
        return Activity.START if change["new"] == "on" else Activity.STOP
    if top in _MAPPING_KEYS:
        return Activity.MAPPINGS
    return Activity.ASSIGNMENT if top in _ASSIGNMENT_KEYS else Activity.SETTINGS
