"""Which entries of the log are asked for: by the controls of the page, or typed (S17).

Every filter is one parameter of the address and one key of the search box, by the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from console.pages.log_search import Typed, read_search
from provisioning.core.directory_keys import search_key
from provisioning.core.vocabulary import Operation, Status
from provisioning.models.cycle import Purpose

VIEWS = ("changes", "everything", "causes")
KINDS = ("user", "group")
PERIODS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
STARTERS = {"cycle": (Purpose.CYCLE, Purpose.REMOVALS), "on-demand": (Purpose.ON_DEMAND,)}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; nothing given asks for all of a view."""

    view: str = "changes"
    text: str = ""
    statuses: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    kind: str = ""
    user: str = ""
    cause: str = ""
    cycle: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    http: str = ""
    over: str = ""
    attribute: str = ""
    by: str = ""
    typed: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the view was chosen."""
        return self != Selection(view=self.view)


def read_selection(data: Any) -> Selection:
    """The filters of a query string; what cannot exist is left out, so that no link breaks."""
    typed = read_search(data.get("q", "")[:400])

    def one(key: str) -> str:
        said = typed.keys.get(key, [""])[-1]
        return str(data.get(key) or said)[:120]

    return Selection(
        view=_known(data.get("view", ""), VIEWS) or "changes",
        text=typed.words,
        statuses=_several(data, typed, "status", list(Status)),
        operations=_several(data, typed, "action", list(Operation)),
        kind=_known(one("type"), KINDS),
        user=one("user"),
        cause=one("cause"),
        cycle=_digits(one("cycle")),
        period=_known(one("period"), PERIODS),
        since=one("since") if _day(one("since")) else "",
        until=one("until") if _day(one("until")) else "",
        http=_digits(one("http")),
        over=_digits(one("over")),
        attribute=one("attribute"),
        by=_known(one("by"), STARTERS),
        typed=data.get("q", "")[:400],
    )


def conditions(wanted: Selection) -> list[Q]:
    """The selection as conditions on log entries."""
    return [
        *_outcome(wanted),
        *_time(wanted),
        *_cause(wanted),
        *(_about(text) for text in (wanted.text, wanted.user) if text),
    ]


def _outcome(wanted: Selection) -> list[Q]:
    """A skip changes nothing and fails nothing: it is shown where it is asked for."""
    found = []
    if wanted.view != "everything" and not wanted.statuses:
        found.append(~Q(status=Status.SKIPPED))
    if wanted.statuses:
        found.append(Q(status__in=wanted.statuses))
    if wanted.operations:
        found.append(Q(operation__in=wanted.operations))
    if wanted.kind:
        found.append(Q(kind=wanted.kind))
    return found


def _time(wanted: Selection) -> list[Q]:
    found = []
    if wanted.period:
        found.append(Q(at__gte=timezone.now() - PERIODS[wanted.period]))
    if day := _day(wanted.since):
        found.append(Q(at__gte=_midnight(day)))
    if day := _day(wanted.until):
        found.append(Q(at__lt=_midnight(day + timedelta(days=1))))
    if wanted.over:
        found.append(Q(milliseconds__gt=int(wanted.over)))
    return found


def _cause(wanted: Selection) -> list[Q]:
    """What led to the entry and what was sent. A status and an attribute are looked for in the
    text of the stored JSON, which both databases write with a space behind the colon.
    """
    found = []
    if wanted.cause:
        found.append(Q(error__errorCode=wanted.cause))
    if wanted.cycle:
        found.append(Q(cycle__number=int(wanted.cycle)))
    if wanted.by:
        found.append(Q(cycle__purpose__in=STARTERS[wanted.by]))
    if wanted.http:
        stored = f'"status": {wanted.http}'
        ends = (Q(exchanges__icontains=stored + end) for end in (",", "}"))
        found.append(next(ends) | next(ends))
    if wanted.attribute:
        found.append(Q(modified__icontains=f'"displayName": "{wanted.attribute}'))
    return found


def _about(text: str) -> Q:
    """Name, user name, e-mail, ids, the target's own words."""
    person = Q()
    for word in search_key(text).split():
        person &= Q(object__search_key__contains=word)
    return (
        person
        | Q(source_name__icontains=text)
        | Q(source_id=text)
        | Q(target_id=text)
        | Q(error__icontains=text)
    )


def _several(data: Any, typed: Typed, key: str, known: Sequence[str]) -> tuple[str, ...]:
    asked = [*data.getlist(key), *typed.keys.get(key, ())]
    return tuple(dict.fromkeys(one for one in asked if one in known))


def _known(text: str, known: Any) -> str:
    return text if text in known else ""


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


def _day(text: str) -> date | None:
    """The day; none for 31 February as for no day at all."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
