"""The controls of the log page: what can be ticked, with how many there are, and what is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from console.pages.filters import Control, Option, Word, chip
from console.pages.log_list import facets
from console.pages.log_wanted import Selection, read_selection
from console.pages.status import LOG_STATUSES, OPERATIONS
from provisioning.core.vocabulary import Operation, Status
from provisioning.engine.causes import CAUSES, cause
from provisioning.models import Application

ACTIONS = tuple(Operation)[: tuple(Operation).index(Operation.UNCHANGED)]
"""What was done; that nothing was is a status."""
KIND_WORDS: Mapping[str, Word] = {"user": _("User"), "group": _("Group")}
PERIOD_WORDS: Mapping[str, Word] = {
    "1h": _("Last hour"),
    "24h": _("Last 24 hours"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
}
STARTER_WORDS: Mapping[str, Word] = {"cycle": _("A cycle"), "on-demand": _("Provision on demand")}


def controls(application: Application | None, wanted: Selection, data: QueryDict) -> dict[str, Any]:
    """What the templates of the filters need. What was typed ticks nothing: it is taken back by
    typing.
    """
    statuses, operations = facets(application, wanted)
    ticked = _ticked(data)
    return {
        "ticked": ticked,
        "chips": [chip(data, *one) for one in _set(ticked)],
        "facets": [
            Control("status", _("Status"), [
                Option(one, tag.word, one in ticked.statuses, statuses.of(one))
                for one, tag in LOG_STATUSES.items()
            ]),
            Control("action", _("Action"), [
                Option(one, OPERATIONS[one].word, one in ticked.operations, operations.of(one))
                for one in ACTIONS
            ]),
        ],
        "choices": [
            Control("type", _("Type"), _options(KIND_WORDS, ticked.kind)),
            Control("period", _("Period"), _options(PERIOD_WORDS, ticked.period)),
            Control("by", _("Started by"), _options(STARTER_WORDS, ticked.by)),
            Control("cause", _("Cause"), _options(_causes(), ticked.cause)),
        ],
    }  # fmt: skip


def _ticked(data: QueryDict) -> Selection:
    rest = data.copy()
    rest.pop("q", None)
    return read_selection(rest)


def _set(wanted: Selection) -> Iterable[tuple[str, Word, str, Word]]:
    for one in wanted.statuses:
        yield "status", _("Status"), one, LOG_STATUSES[Status(one)].word
    for one in wanted.operations:
        yield "action", _("Action"), one, OPERATIONS[Operation(one)].word
    singles = (
        ("type", _("Type"), wanted.kind, KIND_WORDS.get(wanted.kind, "")),
        ("user", _("Person or group"), wanted.user, wanted.user),
        ("cause", _("Cause"), wanted.cause, cause(wanted.cause)),
        ("cycle", _("Cycle"), wanted.cycle, wanted.cycle),
        ("period", _("Period"), wanted.period, PERIOD_WORDS.get(wanted.period, "")),
        ("since", _("Since"), wanted.since, wanted.since),
        ("until", _("Until"), wanted.until, wanted.until),
        ("http", _("HTTP status"), wanted.http, wanted.http),
        ("over", _("Duration over"), wanted.over, f"{wanted.over} ms"),
        ("attribute", _("Attribute changed"), wanted.attribute, wanted.attribute),
        ("by", _("Started by"), wanted.by, STARTER_WORDS.get(wanted.by, "")),
    )
    yield from (one for one in singles if one[2])


def _options(words: Mapping[str, Word], chosen: str) -> list[Option]:
    return [Option(value, word, value == chosen) for value, word in words.items()]


def _causes() -> dict[str, Word]:
    """Every cause by what it means, in the order of the alphabet."""
    named: dict[str, Word] = {code: cause(code) for code in CAUSES}
    return dict(sorted(named.items(), key=lambda one: str(one[1]).casefold()))
