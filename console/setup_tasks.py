"""The set-up list of an application: what is done, what is to do, what has to wait (S05 a)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.status import Tag
from provisioning.models import Application
from provisioning.models.cycle import Purpose

COMPLETED = Tag(_("Completed"), "ok", "circle-check")
TO_DO = Tag(_("To do"), "run", "circle-dashed")
NOT_YET = Tag(_("Cannot start yet"), "idle", "circle-pause")


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list; the whole line leads to its page."""

    name: str | Promise
    hint: str | Promise
    address: str
    status: Tag


def tasks(application: Application) -> list[Task]:
    """The six lines, in the order most people take them."""
    connected = _is_connected(application)
    somebody = _has_somebody(application)
    ready = connected and somebody
    started = TO_DO if ready else NOT_YET
    told = bool(application.notification_emails)
    tried = application.job.cycles.filter(purpose=Purpose.ON_DEMAND).exists()
    lines = (
        ("credentials", _("Connect"), _("Tenant URL and secret token"), _mark(connected)),
        ("notifications", _("Notification email"), _("Who hears about failures"), _mark(told)),
        ("mappings", _("Mappings"), _("Default settings; change them if you need to"), COMPLETED),
        ("assignments", _("Who"), _("Scope, users, groups and roles"), _mark(somebody)),
        ("on-demand", _("Try with one person"), _("Provision on demand"), _mark(tried)),
        ("plans", _("Preview and start"), _("Needs credentials and people"), started),
    )
    slug = application.slug
    return [Task(label, hint, reverse(name, args=[slug]), tag) for name, label, hint, tag in lines]


def is_set_up(application: Application) -> bool:
    """Whether provisioning was approved or has run: from then on the overview shows cycles."""
    return (
        application.job.approved_once
        or application.job.cycles.filter(purpose=Purpose.CYCLE).exists()
    )


def completed(lines: list[Task]) -> int:
    """How many are done."""
    return sum(1 for line in lines if line.status == COMPLETED)


def _is_connected(application: Application) -> bool:
    return bool(application.connection.tenant_url and application.connection.secret)


def _has_somebody(application: Application) -> bool:
    """Scope *all*, or an assignment that is not excluded."""
    definition = application.job.definition
    if definition is not None and definition.content.get("scope") == "all":
        return True
    return application.assignments.exclude(role="").exists()


def _mark(done: bool) -> Tag:
    return COMPLETED if done else TO_DO
