"""The set-up list of an application: what is done, what is to do, what has to wait (S05 a).

Pure: everything it reads of the database was read by `application_status.with_status`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from console.pages.status import Tag
from provisioning.core.gallery import find_template
from provisioning.models import Application

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
    told = bool(application.notification_emails)
    tried = bool(getattr(application, "was_tried", False))
    start = TO_DO if connected and somebody else NOT_YET
    lines = (
        ("credentials", _("Connect"), _("Tenant URL and secret token"), _mark(connected)),
        ("notifications", _("Notification email"), _("Who hears about failures"), _mark(told)),
        ("mappings", _("Mappings"), _mappings(application), COMPLETED),
        ("assignments", _("Who"), _("Scope, users, groups and roles"), _mark(somebody)),
        ("on-demand", _("Try with one person"), _("Provision on demand"), _mark(tried)),
        ("plans", _("Preview and start"), _("Needs 1, 3 and 4"), start),
    )
    slug = application.slug
    return [Task(label, hint, reverse(name, args=[slug]), tag) for name, label, hint, tag in lines]


def is_set_up(application: Application) -> bool:
    """Whether provisioning was approved or has run: from then on the overview shows cycles."""
    ran = getattr(application, "last_state", None) is not None
    return application.job.approved_once or ran or application.job.open_cycle_id is not None


def completed(lines: list[Task]) -> int:
    """How many are done."""
    return sum(1 for line in lines if line.status == COMPLETED)


def _is_connected(application: Application) -> bool:
    return bool(application.connection.tenant_url and application.connection.secret)


def _has_somebody(application: Application) -> bool:
    """Scope *all*, or an assignment that is not excluded."""
    content = _content(application)
    if content.get("scope") == "all":
        return True
    excluded = content.get("exclude_default_access", True)
    return bool(getattr(application, "has_roles" if excluded else "has_people", False))


def _mappings(application: Application) -> str:
    """How many attributes are mapped, and whether anybody changed the template's choice."""
    default = find_template(application.template).document()["mappings"]
    mappings = _content(application).get("mappings", default)
    users, groups = (len(mappings[kind]["attributes"]) for kind in ("users", "groups"))
    text = ngettext("%(n)d user attribute", "%(n)d user attributes", users) % {"n": users}
    if mappings["groups"]["enabled"]:
        more = ngettext("%(n)d group attribute", "%(n)d group attributes", groups) % {"n": groups}
        text = f"{text}, {more}"
    return f"{text} · {gettext('Default, not changed')}" if mappings == default else text


def _content(application: Application) -> Mapping[str, Any]:
    definition = application.job.definition
    return definition.content if definition is not None else {}


def _mark(done: bool) -> Tag:
    return COMPLETED if done else TO_DO
