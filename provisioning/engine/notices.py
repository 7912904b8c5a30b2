"""Mail about failures, decisions, quarantine and recovery: written to an outbox, delivered beside
the work. Each ends with the address of the page where one goes on.

A mail server that is down never fails a cycle (F36): what cannot be sent is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.core.health import MANUAL
from provisioning.core.vocabulary import REMOVALS, CycleState, Status
from provisioning.engine.causes import cause
from provisioning.engine.guard_words import guard_sentences
from provisioning.engine.spoken import spoken
from provisioning.models import Application, Cycle, Escrow, Job, LogEntry, Notice

SUBJECT = 150
"""Characters of a subject line; control characters never get into one (T20)."""
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail by what it is about (each is sent once), and where below the application's page one
    goes on.
    """

    key: str
    subject: str
    body: str
    page: str = ""


def tell_of_quarantine(job: Job, now: datetime) -> None:
    """One mail when a job enters quarantine, with the evidence and the way out (I16)."""
    application = job.application
    subject = _("%(application)s: provisioning is quarantined") % {"application": application.name}
    values = {
        "message": spoken(job.quarantine_evidence) or job.quarantine_reason,
        "advice": _(str(job.quarantine_evidence.get("advice", ""))),
        "application": application.name,
    }
    body = _(
        "%(message)s\n\n%(advice)s\n\nNothing was changed in the application since then. The next "
        "automatic try follows by itself, later each time, up to once a day."
    )
    if job.quarantine_reason == MANUAL:
        body = _(
            "%(message)s\n\n%(advice)s\n\nNothing is sent to %(application)s by itself until then."
        )
    _write(application, Letter(_key(job), subject, body % values, page="quarantine/"), now)


def tell_of_long_quarantine(job: Job, days: int, now: datetime) -> None:
    """One mail for each of these days of a quarantine that nobody ended."""
    application = job.application
    values = {"application": application.name, "days": days}
    subject = _("%(application)s: quarantined for %(days)d days") % values
    body = _(
        "For %(days)d days nothing was provisioned to %(application)s: people who left keep their "
        "accounts there, and people who joined have none.\n\nReason: %(message)s\n\nIt stays "
        "switched on and goes on trying as before; it is never switched off by itself. If it is "
        "no longer needed, switch it off."
    ) % {**values, "message": spoken(job.quarantine_evidence) or job.quarantine_reason}
    _write(application, Letter(f"{_key(job)} {days}", subject, body, page="quarantine/"), now)


def tell_of_recovery(job: Job, now: datetime, *, by_hand: bool = False) -> None:
    """One mail when the job leaves quarantine; before the mark is taken off."""
    application = job.application
    subject = _("%(application)s: provisioning works again") % {"application": application.name}
    body = _("The application answers again. Provisioning goes on where it stopped.")
    if by_hand:
        subject = _("%(application)s: taken out of quarantine") % {"application": application.name}
        body = _("Somebody took it out of quarantine. The next cycle shows whether it works.")
    _write(application, Letter(f"recovery of {_key(job)}", subject, body), now)


def _key(job: Job) -> str:
    """Each stay in quarantine has its own."""
    since = job.quarantined_at
    return f"quarantine {job.pk} {since.isoformat() if since else ''}"


def tell_of_failures(cycle: Cycle, now: datetime) -> None:
    """One mail per cycle in which somebody failed for the first time.

    None when the cycle ended in quarantine: that mail has the reason of them all.
    """
    if cycle.state == CycleState.QUARANTINED:
        return
    new = Escrow.objects.filter(job=cycle.job, tries=1, first_failed__gte=cycle.started)
    failed = LogEntry.objects.filter(cycle=cycle, status=Status.FAILURE)
    count = failed.filter(object_id__in=new.values("object_id")).count()
    application = cycle.job.application
    if not count or not application.notify_on_failure:
        return
    subject = ngettext(
        "%(application)s: %(count)d person or group could not be provisioned",
        "%(application)s: %(count)d people or groups could not be provisioned",
        count,
    ) % {"application": application.name, "count": count}
    causes = failed.values("reason").annotate(number=Count("pk")).order_by("-number", "reason")
    lines = [f"{one['number']} × {cause(one['reason'])}" for one in causes[:10]]
    body = _(
        "Cycle %(number)d could not write everybody. The others were provisioned; those who failed "
        "are tried again with the next cycle.\n\n%(causes)s\n\nThe provisioning logs say for each "
        "one what happened and what to do."
    ) % {"number": cycle.number, "causes": "\n".join(lines)}
    page = f"logs/?status=failure&cycle={cycle.number}"
    _write(application, Letter(f"failures {cycle.pk}", subject, body, page), now)


def tell_of_decisions(cycle: Cycle, now: datetime) -> None:
    """One mail per cycle that began to hold somebody: nothing happened, a person must decide."""
    staged = LogEntry.objects.filter(cycle=cycle, status=Status.STAGED)
    held = staged.count()
    if not held or cycle.plan is None:
        return
    if staged.exclude(action__in=REMOVALS).exists():
        subject = ngettext(
            "%(application)s: %(count)d change waits for a decision",
            "%(application)s: %(count)d changes wait for a decision",
            held,
        )
    else:
        subject = ngettext(
            "%(application)s: %(count)d person would lose access",
            "%(application)s: %(count)d people would lose access",
            held,
        )
    body = _(
        "%(guard)s\n\nNothing happened to anybody yet, and all other changes went on. Look at them "
        "by name, with the reasons, then release or keep them."
    ) % {"guard": " ".join(guard_sentences(cycle.plan.guard))}
    values = {"application": cycle.job.application.name, "count": held}
    key, page = f"decisions {cycle.pk}", f"deletions/{cycle.plan_id}/"
    _write(cycle.job.application, Letter(key, subject % values, body, page), now)


def deliver_due(now: datetime) -> int:
    """Send what is due and answer how many mails went out; failures wait for their next try."""
    sent = 0
    for notice in Notice.objects.due(now).order_by("created")[:100]:
        sent += _deliver(notice, now)
    return sent


def _deliver(notice: Notice, now: datetime) -> bool:
    message = EmailMessage(
        subject=notice.subject, body=notice.body, to=notice.recipients,
        from_email=settings.DEFAULT_FROM_EMAIL,
    )  # fmt: skip
    notice.tries += 1
    try:
        message.send()
    except OSError as error:
        notice.error = str(error)[:500]
        notice.next_try = now + min(timedelta(minutes=2) * 2 ** min(notice.tries, 10), LONGEST_WAIT)
    else:
        notice.sent, notice.error = now, ""
    notice.save()
    return notice.sent is not None


def _write(application: Application, letter: Letter, now: datetime) -> None:
    """Put it into the outbox, unless it is there already or nobody wants to hear of failures."""
    if not application.notification_emails or not application.notify_on_failure:
        return
    address = f"{settings.PUBLIC_URL}/applications/{application.slug}/{letter.page}"
    line = "".join(c if c.isprintable() else " " for c in letter.subject)[:SUBJECT]
    Notice.objects.get_or_create(
        key=letter.key,
        defaults={
            "application": application,
            "subject": line,
            "body": f"{letter.body}\n\n{address}\n",
            "recipients": list(application.notification_emails),
            "created": now,
            "next_try": now,
        },
    )
