"""Quarantine as its page shows it: the reason, the way out in numbered steps, the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.pages.log_causes import CauseGroup, causes
from console.pages.log_wanted import Selection
from provisioning.core.health import BASE, MANUAL, PROPORTION, TOTAL
from provisioning.core.schedule import next_quarantine_try
from provisioning.core.vocabulary import Action, Status
from provisioning.engine.spoken import spoken
from provisioning.models import Application, AuditEvent, Cycle, Job, LogEntry
from provisioning.models.audit import Activity
from provisioning.models.cycle import Purpose
from provisioning.models.job import Mode, ProvisioningStatus

CREDENTIALS, COMPLIANCE, FAILURES, UNREACHABLE, BY_HAND = (
    *("credentials", "compliance", "failures", "unreachable", "by_hand"),
)
KINDS: Mapping[str, str] = {
    "Unauthorized": CREDENTIALS,
    "SecretUnreadable": CREDENTIALS,
    "InvalidSecretToken": CREDENTIALS,
    "SystemForCrossDomainIdentityManagementServiceIncompatible": COMPLIANCE,
    "InvalidTenantUrl": COMPLIANCE,
    PROPORTION: FAILURES,
    BASE: FAILURES,
    TOTAL: FAILURES,
    MANUAL: BY_HAND,
}
TITLES: Mapping[str, str | Promise] = {
    CREDENTIALS: gettext_lazy("Invalid credentials"),
    COMPLIANCE: gettext_lazy("SCIM compliance"),
    FAILURES: gettext_lazy("Too many failures"),
    UNREACHABLE: gettext_lazy("Application unreachable"),
    BY_HAND: gettext_lazy("Set by a person"),
}
PERIODS = 20


@dataclass(frozen=True, slots=True)
class WayOut:
    """One numbered step, with the button that does it; the last one is Retry now."""

    text: str
    label: str = ""
    address: str = ""


def kind_of(code: str) -> str:
    """What sort of trouble a code is: each has its own way out."""
    return KINDS.get(code, UNREACHABLE)


def title_of(code: str) -> str:
    """The reason in a few words."""
    return str(TITLES[kind_of(code)])


def message_of(job: Job) -> str:
    """What happened, in the reader's language."""
    return spoken(job.quarantine_evidence)


def way_out(application: Application) -> list[WayOut]:
    """What to do, in order, before Retry now."""
    names = {"application": application.name}
    credentials = reverse("credentials", args=[application.slug])
    logs = f"{reverse('logs', args=[application.slug])}?status=failure"
    test = WayOut(_("Select Test Connection."), _("Test Connection"), credentials)
    steps = {
        CREDENTIALS: [
            WayOut(_token_from(application)),
            WayOut(
                _("Enter it under Credentials and select Test Connection."),
                _("Update credentials"),
                credentials,
            ),
        ],
        COMPLIANCE: [
            WayOut(
                _("Check the Tenant URL: what answers there is not a SCIM service."),
                _("Update credentials"),
                credentials,
            ),
            test,
        ],
        FAILURES: [
            WayOut(
                _("Look at the causes in the provisioning logs, and correct them."),
                _("View all in logs"),
                logs,
            ),
            WayOut(
                _("Try with one person."),
                _("Provision on demand"),
                reverse("on-demand", args=[application.slug]),
            ),
        ],
        UNREACHABLE: [
            WayOut(_("Check that %(application)s works and can be reached from here.") % names),
            test,
        ],
        BY_HAND: [WayOut(_("Make sure that %(application)s may be written to again.") % names)],
    }
    return steps[kind_of(application.job.quarantine_reason)]


def _token_from(application: Application) -> str:
    if application.template == "genesys-cloud":
        return _("Get a new token in %(application)s: Admin > Integrations > OAuth.") % {
            "application": application.name
        }
    return _("Get a new token in %(application)s.") % {"application": application.name}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the last cycle was answered, and what came of it."""

    cycle: Cycle | None
    requests: int
    exchanges: Sequence[Mapping[str, Any]]
    written: int
    """Changes written since, by hand: nothing else is."""
    causes: Sequence[CauseGroup] = ()
    """Why they failed, where the number of failures is the reason."""


def evidence_of(job: Job) -> Evidence:
    """The very requests of the cycle that found the application unwell."""
    kept = job.quarantine_evidence
    number = kept.get("cycle")
    cycle = Cycle.objects.filter(job=job, number=number).first() if number else None
    exchanges = list(kept.get("exchanges", []))
    if not exchanges and cycle is not None:
        failed = LogEntry.objects.filter(cycle=cycle, status=Status.FAILURE).order_by("-at")
        stored = failed.exclude(exchanges=[]).values_list("exchanges", flat=True)[:5]
        exchanges = [exchange for one in stored for exchange in one[-1:]]
    return Evidence(
        cycle=cycle,
        requests=sum(cycle.requests.values()) if cycle else 0,
        exchanges=exchanges,
        written=_written_since(job),
        causes=_causes(job, cycle),
    )


def _causes(job: Job, cycle: Cycle | None) -> list[CauseGroup]:
    if cycle is None or kind_of(job.quarantine_reason) != FAILURES:
        return []
    return causes(job.application, Selection(view="causes", cycle=str(cycle.number)))[:3]


def _written_since(job: Job) -> int:
    entries = LogEntry.objects.filter(job=job, status=Status.SUCCESS)
    return entries.filter(at__gt=job.quarantined_at).exclude(action=Action.OTHER).count()


@dataclass(frozen=True, slots=True)
class Tries:
    """When the application is tried again by itself: not at all, then, and after that."""

    automatic: bool
    first: datetime | None = None
    second: datetime | None = None


def tries_of(job: Job) -> Tries:
    """The next two automatic tries."""
    by_itself = job.mode == Mode.AUTOMATIC and job.status == ProvisioningStatus.ON
    if not by_itself or job.quarantine_reason == MANUAL:
        return Tries(automatic=False)
    if job.next_run is None:
        return Tries(automatic=True)
    later = next_quarantine_try(job.next_run, job.interval, job.quarantine_tries + 1)
    return Tries(automatic=True, first=job.next_run, second=later)


def attempt_of(job: Job) -> Cycle | None:
    """The cycle that is trying now."""
    return Cycle.objects.filter(job=job, purpose=Purpose.CYCLE, ended__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Period:
    """One stay in quarantine."""

    reason: str
    since: datetime
    until: datetime | None

    @property
    def took(self) -> timedelta | None:
        """How long it lasted."""
        return self.until - self.since if self.until else None


def history_of(application: Application) -> list[Period]:
    """Stays in quarantine by the audit, the newest first; a restart ends one as well."""
    events = AuditEvent.objects.filter(
        application=application, activity__in=(Activity.QUARANTINE, Activity.RESTART)
    ).order_by("-at", "-pk")[: 4 * PERIODS]
    periods: list[Period] = []
    open_since: tuple[str, datetime] | None = None
    for event in reversed(events):
        entered = _entered(event)
        if entered:
            open_since = open_since or (title_of(entered), event.at)
        elif open_since:
            periods.append(Period(*open_since, event.at))
            open_since = None
    if open_since:
        periods.append(Period(*open_since, None))
    return periods[::-1][:PERIODS]


def _entered(event: AuditEvent) -> str:
    """The reason of an entry into quarantine; nothing for a way out of it."""
    if event.activity != Activity.QUARANTINE:
        return ""
    return next((str(change["new"]) for change in event.changes if change.get("new")), "")
