"""Parts of pages that are more than a line of HTML: icons, status tags, the application's frame."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from lucide.templatetags.lucide import lucide

from console.frame import Link, application_links
from console.pages.application_status import status_of
from console.pages.status import ACTIVITIES, CYCLE_STATES, LOG_STATUSES, OPERATIONS, Sign, Tag
from console.templatetags.figures import duration
from provisioning.core.vocabulary import CycleState, Operation, Status
from provisioning.engine.causes import cause
from provisioning.engine.log_document import sentence_of
from provisioning.models import Application, Cycle, LogEntry, Plan
from provisioning.models.audit import Activity

register = template.Library()


_DRAWN_BY_CSS = re.compile(r' (?:fill|stroke[a-z-]*)="(?:none|currentColor|2|round)"|\n *')


@cache
def _drawn(name: str, size: int) -> SafeString:
    """The drawing; how its lines look is said once, in CSS, as a list may hold a hundred icons."""
    drawing = lucide(name, size=size, aria_hidden="true")
    return SafeString(_DRAWN_BY_CSS.sub("", drawing))


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A line icon; it says nothing to a screen reader, the word beside it does."""
    return _drawn(name, size)


@register.simple_tag
def tag(status: Tag) -> SafeString:
    """A status: icon, word, colour."""
    turning = " spin" if status.icon == "loader-circle" else ""
    return format_html(
        '<span class="tag {}{}">{}{}</span>',
        status.token,
        turning,
        icon(status.icon, 14),
        status.word,
    )


@register.simple_tag
def application_status(application: Application) -> Tag:
    """The tag of an application that `with_status` read."""
    return status_of(application)


@register.simple_tag
def application_pages(application: Application) -> list[Link]:
    """The pages of this application."""
    return application_links(application.slug)


@register.filter
def operation(value: str) -> Sign:
    """The word and sign of an operation of a plan row or a log entry."""
    return OPERATIONS[Operation(value)]


@register.filter
def item(mapping: dict[str, Any], key: str) -> Any:
    """A value by a key that only the template knows."""
    return mapping.get(key)


@register.simple_tag
def quarantine_sentence(application: Application) -> str:
    """Why this application is in quarantine, in one sentence."""
    return cause(application.job.quarantine_reason)


@register.simple_tag
def cycle_state(cycle: Cycle) -> Tag:
    """How a cycle stands or ended."""
    return CYCLE_STATES[CycleState(cycle.state)]


@register.simple_tag
def activity(value: str) -> str:
    """What an audit event says was done."""
    return str(ACTIVITIES[Activity(value)])


@register.filter
def unlocal(value: float) -> str:
    """A number as HTML wants it in attributes, whatever the language."""
    return f"{value:.4f}"


@register.simple_tag
def entry_sentence(entry: LogEntry) -> str:
    """What a log entry says, in one sentence."""
    return Truncator(sentence_of(entry)).chars(400)


@register.filter
def took(cycle: Cycle) -> str:
    """How long a cycle lasted; nothing while it runs."""
    return duration(cycle.ended - cycle.started) if cycle.ended else ""


@register.filter
def computed_in(plan: Plan) -> str:
    """How long a plan took to compute."""
    return duration(plan.sealed_at - plan.created) if plan.sealed_at else ""


@register.simple_tag
def log_status(entry: LogEntry) -> Tag:
    """The tag of an entry's status."""
    return LOG_STATUSES[Status(entry.status)]
