"""The state of the parts Rollcall is made of: what an operator looks at on an alert (S26)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.engine.clock import database_now
from provisioning.engine.health import broker_answers
from provisioning.models import Heartbeat, Job, Notice, WorkUnit

LAST_MAILS = 10
LEAST_DISK = 1024**3
GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Row:
    """One part: whether it works, what is to be said of it, and what to do when it does not."""

    part: str
    good: bool
    state: str
    advice: str = ""
    since: datetime | None = None


def condition(now: datetime) -> list[Row]:
    """Every part, in the order in which one would look for a fault."""
    return [
        Row(_("Web"), True, _("Answers.")),
        _database(),
        _broker(),
        _workers(),
        _queue(now),
        _schedule(now),
        _mail(),
        _disk(),
        _key(),
    ]


def _database() -> Row:
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    took = round((perf_counter() - began) * 1000, 1)
    text = _("%(vendor)s answers in %(took)s ms.") % {
        "vendor": connection.display_name,
        "took": took,
    }
    return Row(_("Database"), True, text)


def _broker() -> Row:
    if broker_answers(settings.CELERY_BROKER_URL):
        return Row(_("Broker"), True, _("Answers."))
    advice = _("Start Redis or Valkey. Nothing is lost: work is found again in the database.")
    return Row(_("Broker"), False, _("Does not answer."), advice)


def _workers() -> Row:
    now = database_now()
    names = list(Heartbeat.objects.fresh(now).values_list("name", flat=True))
    in_hand = WorkUnit.objects.held(now).count()
    if names:
        text = ngettext("%(n)d alive", "%(n)d alive", len(names)) % {"n": len(names)}
        doing = _("%(n)d units of work in hand") % {"n": in_hand}
        return Row(_("Workers"), True, f"{text}, {doing}.")
    last = Heartbeat.objects.order_by("-at").first()
    advice = _("Start a worker. Cycles wait and go on where they stopped.")
    since = last.at if last else None
    return Row(_("Workers"), False, _("None has answered for a minute."), advice, since)


def _queue(now: datetime) -> Row:
    waiting = WorkUnit.objects.claimable(now).filter(cycle__ended__isnull=True).count()
    text = ngettext("%(n)d unit of work waits.", "%(n)d units of work wait.", waiting)
    return Row(_("Queue"), True, text % {"n": waiting})


def _schedule(now: datetime) -> Row:
    following = (
        Job.objects.filter(status="on", next_run__isnull=False)
        .select_related("application")
        .order_by("next_run")
        .first()
    )
    overdue = Job.objects.due(now).filter(next_run__lt=now).count()
    if following is None:
        return Row(_("Schedule"), True, _("No application is switched on."))
    text = _("Next: %(app)s.") % {"app": following.application.name}
    if overdue:
        late = ngettext("%(n)d cycle is due.", "%(n)d cycles are due.", overdue) % {"n": overdue}
        text = f"{text} {late}"
    return Row(_("Schedule"), True, text, since=following.next_run)


def _mail() -> Row:
    last = list(Notice.objects.order_by("-created")[:LAST_MAILS])
    refused = [one for one in last if one.error and one.sent is None]
    if not refused:
        return Row(_("Mail"), True, _("%(n)d of the last mails were accepted.") % {"n": len(last)})
    text = _("%(n)d of the last %(all)d mails were refused.") % {
        "n": len(refused),
        "all": len(last),
    }
    advice = _("The mail server says: %(said)s Check EMAIL_URL.") % {"said": refused[0].error}
    return Row(_("Mail"), False, text, advice, refused[0].created)


def _disk() -> Row:
    free = shutil.disk_usage(settings.ROLLCALL_DATA).free
    text = _("%(free)s GB free.") % {"free": localize(round(free / GIGABYTE, 1))}
    advice = "" if free > LEAST_DISK else _("Free some space, or keep log entries for less long.")
    return Row(_("Disk"), free > LEAST_DISK, text, advice)


def _key() -> Row:
    number = len(settings.ROLLCALL_SECRET_KEYS)
    text = ngettext("%(n)d key in the ring.", "%(n)d keys in the ring.", number) % {"n": number}
    return Row(_("Encryption key"), bool(number), text)
