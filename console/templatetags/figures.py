"""Numbers and times as people read them, in the reader's language (console-ux 6.6)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A date with its time: `22 Nov 2026, 14:05`. Nothing for nothing."""
    return _time(at, _absolute(at)) if at else ""


@register.filter
def at(when: datetime | None) -> SafeString | str:
    """`14:40` of today, else the date with its time: for what is near."""
    if not when:
        return ""
    today = timezone.localdate(when) == timezone.localdate()
    return _time(when, timezone.localtime(when).strftime("%H:%M")) if today else moment(when)


@register.filter
def clock(at: datetime | None) -> SafeString | str:
    """The time with seconds, as logs show it; the whole date in its title."""
    return _time(at, timezone.localtime(at).strftime("%H:%M:%S")) if at else ""


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """How long ago, under seven days; the whole date in its title and for screen readers."""
    if not at:
        return ""
    passed = timezone.now() - at
    if not timedelta(0) <= passed < timedelta(days=7):
        return moment(at)
    return _time(at, _ago(passed))


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """`412 ms`, `4 s`, `2 min 5 s`, `1 h 20 min`."""
    if seconds is None:
        return ""
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if total < 1:
        return f"{round(total * 1000)} ms"
    whole = round(total)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


@register.filter
def about(seconds: float | timedelta) -> str:
    """A duration nobody knows to the second: `40 s`, `3 min`, `1 h 20 min`, `2 days`."""
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if total < 60:
        return f"{max(10, round(total, -1)):.0f} s"
    if total < 48 * 3600:
        return duration(round(total / 60) * 60)
    days = round(total / 86_400)
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


@register.filter
def milliseconds(value: float | None) -> str:
    """A duration given in milliseconds."""
    return "" if value is None else duration(value / 1000)


@register.filter
def percent(share: float) -> str:
    """A share of one: `62%`, in French `62 %`."""
    return _("%(number)d%%") % {"number": int(share * 100)}


def _time(at: datetime, text: str) -> SafeString:
    zone = timezone.get_current_timezone_name()
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>', at.isoformat(), _absolute(at), zone, text
    )


def _absolute(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _ago(passed: timedelta) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(number)d min ago") % {"number": minutes}
    if minutes < 24 * 60:
        return _("%(number)d h ago") % {"number": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(number)d day ago", "%(number)d days ago", days) % {"number": days}


@register.filter
def shown(value: object) -> str:
    """A value of an attribute as a person reads it: text as it is, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
