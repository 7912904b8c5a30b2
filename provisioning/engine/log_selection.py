"""Which log entries somebody asks for: of a cycle, a status, a person, since a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.vocabulary import Status
from provisioning.core.wording import gettext_noop
from provisioning.models import Application, Cycle, DirectoryObject, LogEntry


@dataclass(frozen=True, slots=True)
class LogSelection:
    """What is asked for; nothing given asks for everything."""

    cycle: int | None = None
    status: str = ""
    user: str = ""
    since: datetime | None = None

    def of(self, application: Application) -> QuerySet[LogEntry]:
        """The entries, oldest first. Raises `ConfigurationError` for what cannot exist."""
        entries = LogEntry.objects.filter(job=application.job)
        entries = entries.select_related("job__application", "cycle")
        if self.cycle is not None:
            entries = entries.filter(cycle=_cycle(application, self.cycle))
        if self.status:
            entries = entries.filter(status=_status(self.status))
        if self.user:
            entries = entries.filter(_about(application, self.user))
        if self.since is not None:
            entries = entries.filter(at__gte=self.since)
        return entries.order_by("at", "pk")


def _cycle(application: Application, number: int) -> Cycle:
    cycle = Cycle.objects.filter(job=application.job, number=number).first()
    if cycle is None:
        last = application.job.cycles_begun
        raise ConfigurationError(
            gettext_noop("%(application)s has no cycle %(number)d."),
            params={"application": application.slug, "number": number},
            advice=_("Its last one is %(number)d.") % {"number": last}
            if last
            else gettext_noop("None has run yet."),
        )
    return cycle


def _status(text: str) -> str:
    if text not in list(Status):
        raise ConfigurationError(
            gettext_noop("There is no status %(status)s."),
            params={"status": text[:60]},
            advice=_("Use one of %(known)s.") % {"known": ", ".join(Status)},
        )
    return text


def _about(application: Application, text: str) -> Q:
    """Entries of whoever is meant, also of somebody who has left the directory since."""
    found = DirectoryObject.objects.find(text)
    about = Q(object__in=[one.pk for one in found]) | Q(source_id=text)
    if not found and not LogEntry.objects.filter(job=application.job, source_id=text).exists():
        raise ConfigurationError(
            gettext_noop("The directory has nobody called %(name)s."),
            params={"name": text[:120]},
            advice=gettext_noop("Give a userPrincipalName, source id or externalId."),
        )
    return about
