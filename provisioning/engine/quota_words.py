"""What was learned about a quota as a list of facts, for the settings page and the command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def quota_facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each fact, in the reader's language; `document` is `learnt_quota`'s."""
    rate, connections = document["requests_per_minute"], document["connections"]
    facts = [
        (_("Requests per minute that are kept"), _number(rate["kept"], _("no quota is known"))),
        (_("Announced by the application"), _number(rate["announced"], "–")),
        (_("Sent in the last minute"), _number(document["sent_in_the_last_minute"], "0")),
        (_("Parallel requests"), _parallel(connections)),
        (_("Waiting until"), _held(document["held"])),
        (_("Refused (429)"), _refused(document["refused"])),
        (_("Time an answer takes"), _seconds(document["seconds_an_answer"]["recent"])),
    ]
    if document["waits_first"]:
        facts.append((_("Goes first"), _urgency(document["waits_first"])))
    return facts


def _number(value: float | None, nothing: str) -> str:
    return nothing if value is None else formats.number_format(round(value), use_l10n=True)


def _parallel(connections: Mapping[str, Any]) -> str:
    if connections["limit"] is None:
        return "–"
    return _("%(now)d under way, at most %(most)d") % {
        "now": connections["in_flight"],
        "most": connections["limit"],
    }


def _held(held: Mapping[str, str] | None) -> str:
    if held is None:
        return _("nothing is held back")
    reasons = {
        "refused": _("the application answered 429"),
        "announced": _("the application said that its allowance is used up"),
    }
    time = formats.time_format(timezone.localtime(datetime.fromisoformat(held["until"])), "H:i:s")
    return f"{time} ({reasons[held['because']]})"


def _refused(refused: Mapping[str, Any]) -> str:
    times = refused["times"]
    return ngettext("%(times)d time", "%(times)d times", times) % {"times": times}


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return _("%(number)s s") % {"number": formats.number_format(seconds, 2, use_l10n=True)}


def _urgency(name: str) -> str:
    names = {
        "removal": _("a removal"),
        "on_demand": _("a provision on demand"),
        "change": _("a change"),
        "create": _("a new account"),
        "verification": _("a verification"),
    }
    return names[name]
