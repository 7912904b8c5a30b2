"""One log entry as its panel shows it: what to do, steps, changes, requests, ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from shlex import quote
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.pages.status import LOG_STATUSES, NOT_TRIED, Tag
from console.templatetags.figures import shown
from provisioning.core.vocabulary import Reason, Status
from provisioning.engine.log_document import log_document
from provisioning.models import LogEntry

TABS = (
    ("do", _("What to do")),
    ("steps", _("Steps")),
    ("changes", _("Modified properties")),
    ("http", _("Request and response")),
    ("summary", _("Summary")),
)
LONGEST = 2_000
STEP_NAMES: Mapping[str, str | Promise] = {
    "import": _("Import"),
    "scoping": _("Determine scope"),
    "matching": _("Match"),
    "export": _("Perform action"),
    "referenceResolution": _("References"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its status."""

    name: str | Promise
    status: Tag
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value: `same`, `old` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Modified:
    """One attribute with the characters that differ marked on both sides."""

    name: str
    old: list[Part]
    new: list[Part]


@dataclass(frozen=True, slots=True)
class Fix:
    """A link that helps."""

    text: str | Promise
    address: str


def panel(entry: LogEntry, tab: str) -> dict[str, Any]:
    """The context of the panel with one tab open."""
    document: dict[str, Any] = log_document(entry)
    tabs = [one for one in TABS if one[0] != "do" or entry.status != Status.SUCCESS]
    chosen = tab if tab in dict(tabs) else tabs[0][0]
    exchanges = [{**one, "curl": curl(one)} for one in entry.exchanges]
    return {
        "entry": entry,
        "document": document,
        "tabs": tabs,
        "tab": chosen,
        "status": LOG_STATUSES[Status(entry.status)],
        "error": document["provisioningStatusInfo"]["errorInformation"],
        "steps": [_step(one) for one in document["provisioningSteps"]],
        "modified": [_modified(one) for one in entry.modified],
        "exchanges": exchanges,
        "alone": len(exchanges) == 1,
        "fixes": fixes(entry),
        "answered": _answered(entry),
    }


def fixes(entry: LogEntry) -> list[Fix]:
    """Where the cause can be mended."""
    slug = entry.job.application.slug
    code = str(entry.error.get("errorCode", ""))
    found = []
    if entry.reason == Reason.DEFAULT_ACCESS_ONLY or _has_reason(entry, "DefaultAccessOnly"):
        found.append(Fix(_("Give another role"), reverse("assignments", args=[slug])))
    if code in ("Unauthorized", "ConnectionFailed", "InvalidTenantUrl", "SecretUnreadable"):
        found.append(Fix(_("Edit the credentials"), reverse("credentials", args=[slug])))
    elif entry.status == Status.FAILURE:
        kind = "groups" if entry.kind == "group" else "users"
        found.append(Fix(_("Edit the mapping"), reverse("mapping", args=[slug, kind])))
    if entry.status == Status.SKIPPED:
        found.append(Fix(_("Look at the scope"), reverse("scope", args=[slug])))
    if entry.status == Status.STAGED and entry.row is not None:
        address = reverse("deletions", args=[slug, entry.row.plan_id])
        found.append(Fix(_("Deletion review"), address))
    return found


def curl(exchange: Mapping[str, Any]) -> str:
    """The request as a command; the token is a variable of whoever runs it."""
    parts = ["curl", "-X", str(exchange.get("method")), quote(str(exchange.get("url")))]
    parts += ["-H", '"Authorization: Bearer $TOKEN"']
    if exchange.get("requestBody") is not None:
        body = quote(shown(exchange["requestBody"]))
        parts += ["-H", quote("Content-Type: application/scim+json"), "-d", body]
    return " ".join(parts)


def _answered(entry: LogEntry) -> str:
    """The target's own words about what it refused."""
    told = str(entry.error.get("additionalDetails") or "")
    return told if told != str(entry.error.get("reason", "")) else ""


def _has_reason(entry: LogEntry, reason: str) -> bool:
    return reason in str(entry.params)


def _step(document: Mapping[str, Any]) -> Step:
    status = str(document.get("status", ""))
    return Step(
        name=STEP_NAMES.get(str(document.get("provisioningStepType")), str(document["name"])),
        status=LOG_STATUSES[Status(status)] if status in list(Status) else NOT_TRIED,
        text=str(document.get("description") or ""),
    )


def _modified(one: Mapping[str, Any]) -> Modified:
    old, new = shown(one.get("oldValue")), shown(one.get("newValue"))
    before, after = _parts(old[:LONGEST], new[:LONGEST])
    return Modified(str(one.get("displayName")), before, after)


def _parts(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Both values cut where they differ. Values that share little are shown as a whole."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or len(old) * len(new) > 250_000 or matcher.quick_ratio() < 0.5:
        return _whole("old", old), _whole("new", new)
    before: list[Part] = []
    after: list[Part] = []
    for word, i1, i2, j1, j2 in matcher.get_opcodes():
        _add(before, "same" if word == "equal" else "old", old[i1:i2])
        _add(after, "same" if word == "equal" else "new", new[j1:j2])
    return before, after


def _whole(kind: str, text: str) -> list[Part]:
    return [Part(kind, text)] if text else []


def _add(parts: list[Part], kind: str, text: str) -> None:
    if text:
        parts.append(Part(kind, text))
