"""What every page shows around its content: navigation, who is signed in, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from console.access import role_of
from console.models import Role
from console.pages.application_status import with_status
from console.pages.decisions import Decision, decisions_of


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation; `section` is what its page calls itself in the context."""

    section: str
    label: str | Promise
    icon: str
    address: str


def application_links(slug: str) -> list[Link]:
    """The pages of one application, in the order in which one sets it up, then looks after it."""
    pages = (
        ("overview", _("Overview"), "layout-dashboard"),
        ("credentials", _("Credentials"), "key-round"),
        ("mappings", _("Mappings"), "arrow-left-right"),
        ("scope", _("Scope"), "funnel"),
        ("assignments", _("Users and groups"), "users"),
        ("roles", _("App roles"), "id-card"),
        ("on-demand", _("Provision on demand"), "user-check"),
        ("plans", _("Change preview"), "list-checks"),
        ("verify", _("Verify"), "scan-search"),
        ("cycles", _("Cycles"), "history"),
        ("logs", _("Provisioning logs"), "scroll-text"),
        ("notifications", _("Notifications"), "mail"),
        ("settings", _("Settings"), "settings"),
    )
    return [Link(name, label, icon, reverse(name, args=[slug])) for name, label, icon in pages]


def console_links(role: Role) -> list[Link]:
    """The pages of the whole console; of administration a reader sees the audit log."""
    administration = "administrators" if role == Role.ADMINISTRATOR else "audit"
    pages = (
        ("applications", _("Applications"), "layout-grid"),
        ("users", _("Users"), "user"),
        ("groups", _("Groups"), "users"),
        ("sources", _("Sources"), "database"),
        ("all-logs", _("Provisioning logs"), "scroll-text"),
        (administration, _("Administration"), "shield"),
        ("system", _("System health"), "activity"),
    )
    return [Link(name, label, icon, reverse(name)) for name, label, icon in pages]


@dataclass(frozen=True, slots=True)
class Language:
    """The other language, by its own name."""

    code: str
    name: str


def other_language() -> Language:
    """What the language switch offers."""
    code = "en" if (get_language() or "en").startswith("fr") else "fr"
    return Language(code, dict(settings.LANGUAGES)[code])


def waiting_for_people() -> list[Decision]:
    """What applications wait for, by their names."""
    return decisions_of(with_status().order_by("name"))


def frame(request: HttpRequest) -> dict[str, object]:
    """The context of every page. Queries run only where the frame is drawn."""
    user = getattr(request, "user", None)
    role = role_of(user) if user is not None else None
    account = getattr(user, "account", None) if role else None
    return {
        "role": role,
        "may_change": role == Role.ADMINISTRATOR,
        "theme": account.theme if account else "",
        "console_links": console_links(role) if role else [],
        "other_language": other_language(),
        "waiting": SimpleLazyObject(waiting_for_people) if role else [],
    }
