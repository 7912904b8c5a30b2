"""What decided at a moment of the past: the definition in force, and the directory as it was.

Time-travel is re-evaluation of an old revision with an old definition (design 2). Facts of then
come from `engine.facts` like those of now. Nothing is guessed: what lies before the first moment
that is remembered, or after now, is refused. One thing is of now: the target's schema, which says
what it does with values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop
from provisioning.engine.facts import Fact, Facts
from provisioning.models import (
    AuditEvent,
    Definition,
    DirectoryObject,
    Job,
    Link,
    PastLink,
    Plan,
    Revision,
)
from provisioning.models.audit import Activity


@dataclass(frozen=True, slots=True)
class Past:
    """One job at one moment, with the definition that was in force, whether a plan had been
    approved, and whether the job had ever been in quarantine.
    """

    job: Job
    at: datetime
    definition: Definition
    approved: bool
    marked: bool

    @classmethod
    def of(cls, job: Job, at: datetime, now: datetime) -> Past:
        """The job as it was. Raises `ConfigurationError` for what is to come, and for what was
        before anything is remembered.
        """
        if at > max(now, job.last_now or now):
            raise ConfigurationError(
                gettext_noop("%(time)s is still to come."),
                params={"time": at.isoformat()},
                advice=gettext_noop("Give a time that has passed."),
            )
        versions = Definition.objects.filter(job=job)
        definition = None
        if at >= job.remembers_since:
            plans = Plan.objects.filter(job=job, approved_at__lte=at)
            marks = AuditEvent.objects.filter(
                application=job.application_id, activity=Activity.QUARANTINE, at__lte=at
            )
            versions = versions.annotate(approved=Exists(plans), marked=Exists(marks))
            definition = versions.filter(created__lte=at).order_by("version").last()
        if definition is None:
            made = versions.order_by("version").values_list("created", flat=True).first()
            first = max(job.remembers_since, made or job.remembers_since)
            raise ConfigurationError(
                gettext_noop("Nothing is known of %(application)s before %(time)s."),
                params={"application": job.application.name, "time": _full(first)},
                advice=gettext_noop("Give that time or a later one."),
            )
        definition.job = job
        return cls(job, at, definition, definition.approved, definition.marked)

    def facts(
        self, rows: Sequence[DirectoryObject], *, with_everything: bool = False
    ) -> list[Fact]:
        """Facts of those of the objects that the directory knew, in their order; with what is
        known of their accounts.
        """
        known = objects_at([one.pk for one in rows], self.at)
        then = [known[one.pk] for one in rows if one.pk in known]
        read = Facts(
            self.job, self.definition.as_definition(), with_everything=with_everything, at=self.at
        )
        return read.of(then, links_at(self.job, list(known), self.at))

    def fact(self, row: DirectoryObject, *, with_everything: bool = False) -> Fact:
        """As `facts`, of one. Raises `ConfigurationError` when the directory did not know it."""
        found = self.facts([row], with_everything=with_everything)
        if found:
            return found[0]
        first = Revision.objects.filter(object=row).order_by("number").first()
        since = first.recorded if first else row.created
        raise ConfigurationError(
            gettext_noop("The directory did not know %(name)s before %(time)s."),
            params={"name": row.display_name or row.source_id, "time": _full(since)},
            advice=gettext_noop("Give that time or a later one."),
        )


def objects_at(ids: Iterable[UUID], at: datetime) -> dict[UUID, DirectoryObject]:
    """Directory objects as they were, by id; not to be saved. Who was unknown is missing."""
    newest = Revision.objects.until(at).newest(ids)
    return {one: revision.as_object() for one, revision in newest.items()}


def manager_at(row: DirectoryObject, at: datetime) -> DirectoryObject | None:
    """The manager of somebody who is as they were then; nobody who was away or unknown."""
    return Revision.objects.until(at).managers_of([row]).get(row.pk)


def links_at(job: Job, ids: Sequence[UUID], at: datetime) -> list[Link]:
    """The accounts of these objects as they were known then; not to be saved."""
    columns = ("object_id", "target_id", "resource", "echo", "disabled_by_us")
    rows = {"job": job, "object_id__in": ids}
    still = Link.objects.filter(**rows, updated__lte=at).values_list(*columns)
    ended = PastLink.objects.filter(**rows, since__lte=at, until__gt=at).values_list(*columns)
    return [
        Link(job_id=job.pk, **dict(zip(columns, values, strict=True)))
        for values in still.union(ended, all=True)
    ]


def _full(moment: datetime) -> str:
    """The time, or the next full second: one that can be given in turn."""
    later = moment + timedelta(seconds=1) - timedelta.resolution
    return later.replace(microsecond=0).isoformat()
