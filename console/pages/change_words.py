"""What an audit row or a difference says, in words instead of paths and JSON (S21, S25).

A field is called what its form calls it, and a choice what its button says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.forms.credentials import FIELDS as CREDENTIALS
from console.forms.credentials import CredentialsForm
from console.forms.mappings import MappingForm
from console.forms.notifications import Notifications
from console.forms.settings import PLACES, Settings
from console.models import Role
from console.pages.change_values import plain, word_of
from provisioning.engine.causes import cause

Text = str | Promise
Say = Callable[[Any], str]
Place = tuple[str, Say]
ATTRIBUTE_KEYS = {"actions": gettext_lazy("Actions"), "enabled": gettext_lazy("Enabled")}
KINDS = {"users": gettext_lazy("users"), "groups": gettext_lazy("groups")}
NAMES: Mapping[str, Text] = {
    "scope": gettext_lazy("Scope"),
    "exclude_default_access": gettext_lazy("Exclude people whose only role is Default Access"),
    "on_leaving_scope": gettext_lazy("When someone leaves the scope"),
    "notification.email": Notifications.base_fields["email"].label or "",
    "notification.on_failure": Notifications.base_fields["on_failure"].label or "",
    "credentials.client_credentials": gettext_lazy("Client credentials"),
    "slug": gettext_lazy("Short name in addresses"),
    "template": gettext_lazy("Gallery template"),
    "source": gettext_lazy("Source"),
    "held": gettext_lazy("Held removals"),
    "rejected": gettext_lazy("Rows refused"),
    "warnings": gettext_lazy("Notes"),
    "plan": gettext_lazy("Plan"),
    "cycle": gettext_lazy("Cycle"),
    "watermark": gettext_lazy("Read up to change"),
    "links": gettext_lazy("Links between accounts"),
    "quarantine": gettext_lazy("Quarantine"),
    "on_demand": gettext_lazy("Person or group"),
}
COUNTS: Mapping[str, Text] = {
    "users": gettext_lazy("People"),
    "groups": gettext_lazy("Groups"),
    "memberships": gettext_lazy("Memberships"),
    "added": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("Removed"),
    "unchanged": gettext_lazy("Unchanged"),
}
WORDS: Mapping[str, Mapping[str, Text]] = {
    "scope": {
        "assigned": gettext_lazy("Sync only assigned users and groups"),
        "all": gettext_lazy("Sync all users and groups"),
    },
    "on_leaving_scope": {
        "disable": pgettext_lazy("choice", "Disable"),
        "delete": pgettext_lazy("choice", "Delete"),
        "nothing": gettext_lazy("Leave as is"),
    },
}
STORED: Mapping[object, Text] = {
    "stored": gettext_lazy("stored"),
    "set": gettext_lazy("set"),
    "changed": gettext_lazy("changed"),
}
_ROW = re.compile(r"mappings\.(users|groups)\.(attributes|filters)\[\d+\]\.?(.*)")
_PART = re.compile(r"mappings\.(users|groups)\.(\w+)")
_COUNT = re.compile(r"(users|groups|memberships)\.(\w+)")
_ACCOUNT = re.compile(r"(.+)\.(role|active)")


@dataclass(frozen=True, slots=True)
class Told:
    """One change; `path` is its place in the configuration file."""

    what: str
    path: str
    old: str
    new: str


def told(changes: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Every change in words; a path that nobody named stays as it is."""
    return [_told(one) for one in changes]


def _told(change: Mapping[str, Any]) -> Told:
    path = str(change["path"])
    sides = [change.get("old"), change.get("new")]
    of = change.get("of") or next((_name(side) for side in sides if isinstance(side, dict)), "")
    places = (rule(path, str(of)) for rule in _RULES)
    what, say = next((place for place in places if place), (path, plain))
    old, new = ("" if side is None else say(side) for side in sides)
    return Told(what, path, old, new)


def _row(path: str, of: str) -> Place | None:
    """A mapping, a filter, or something inside one."""
    if not (found := _ROW.fullmatch(path)):
        return None
    kind, part, key = found.groups()
    if part == "filters":
        what = _("Scoping filter %(name)s") if of else _("Scoping filter")
        return f"{what % {'name': of}} ({KINDS[kind]})", plain
    what = f"{_mappings_of(kind)} · {of}"
    if key in MappingForm.base_fields:
        return f"{what} · {_label(MappingForm, key)}", partial(word_of, MappingForm, key)
    return what, plain


def _part(path: str, of: str) -> Place | None:
    """The actions of a kind, or whether it is synchronized."""
    if found := _PART.fullmatch(path):
        return f"{_mappings_of(found[1])} · {ATTRIBUTE_KEYS.get(found[2], found[2])}", plain
    return None


def _listed(path: str, of: str) -> Place | None:
    if path.startswith("assignments"):
        return _("Assignment"), plain
    if path.startswith("roles"):
        return " ".join(filter(None, (_("App role"), of))), plain
    return None


def _field(path: str, of: str) -> Place | None:
    """What a form of the console has a field for."""
    if name := PLACES.get(path):
        return _label(Settings, name), partial(word_of, Settings, name)
    if name := CREDENTIALS.get(path):
        return _label(CredentialsForm, name), lambda value: str(STORED.get(value, plain(value)))
    return None


def _count(path: str, of: str) -> Place | None:
    """What an import did."""
    if found := _COUNT.fullmatch(path):
        return f"{COUNTS[found[1]]} · {COUNTS.get(found[2], found[2])}", plain
    return None


def _named(path: str, of: str) -> Place | None:
    if path not in NAMES:
        return None
    words = WORDS.get(path, {})
    say = cause if path == "quarantine" else lambda value: str(words.get(str(value), plain(value)))
    return str(NAMES[path]), say


def _account(path: str, of: str) -> Place | None:
    """Somebody's account of the console."""
    if not (found := _ACCOUNT.fullmatch(path)):
        return None
    if found[2] == "role":
        labels = dict(Role.choices)
        return f"{found[1]} · {_('Role')}", lambda value: str(labels.get(value, value))
    return f"{found[1]} · {_('May sign in')}", plain


_RULES = (_row, _part, _listed, _field, _count, _named, _account)


def _mappings_of(kind: str) -> str:
    return _("User mapping") if kind == "users" else _("Group mapping")


def _label(form: type[Form], name: str) -> str:
    return str(form.base_fields[name].label)


def _name(row: Mapping[str, Any]) -> str:
    """What a row of a list is called."""
    return str(row.get("target") or row.get("title") or "")
