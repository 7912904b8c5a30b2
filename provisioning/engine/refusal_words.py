"""What a scoping filter said no to, in words: filter, clause and the value found.

The parts are those of `Refusal.as_document`, as rows and entries store them; what was stored before
a part existed is told without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.scoping import Missing
from provisioning.core.scoping_operators import Reach

Refused = Mapping[str, Any]


def told_refusal(one: Refused) -> str:
    """One clause that refused, with its filter."""
    return told_refusals([one])


def told_refusals(refusals: Iterable[Refused]) -> str:
    """Every clause that refused, by filter, as part of a sentence."""
    return ". ".join(
        _("%(filter)s: %(clauses)s")
        % {
            "filter": title,
            "clauses": "; ".join(f"{clause_words(one)}, {_found(one)}" for one in clauses),
        }
        for title, clauses in _by_filter(refusals)
    )


def what_would_pass(refusals: Iterable[Refused]) -> str:
    """One way in for each filter, with all that it asks for; any of the ways is enough."""
    ways = []
    for title, clauses in _by_filter(refusals):
        wanted = _(" and ").join(f"{clause_words(one)} ({_found(one)})" for one in clauses)
        ways.append(_("%(filter)s: %(clauses)s") % {"filter": title, "clauses": wanted})
    return _("; or ").join(ways)


def _by_filter(refusals: Iterable[Refused]) -> Iterator[tuple[str, Iterator[Refused]]]:
    for (_number, title), clauses in groupby(
        refusals, lambda one: (one.get("number"), _title(one))
    ):
        yield title, clauses


def clause_words(one: Refused) -> str:
    """The clause as the log of Entra has it, with its value and with what it makes of it."""
    operator = str(one.get("operator", "")).replace("_", " ")
    words = [str(one.get("attribute", "")), operator, ", ".join(map(str, one.get("values") or ()))]
    notes = clause_notes(one)
    return " ".join(filter(None, words)) + (f" [{notes}]" if notes else "")


def clause_notes(one: Refused) -> str:
    """What a clause makes of a pattern, of case and of a missing value, where that is said."""
    notes = []
    if "regex" in one:
        full = one["regex"] == Reach.FULL
        notes.append(_("the whole value") if full else _("a part of the value"))
    if one.get("ignore_case"):
        notes.append(_("ignoring case"))
    if one.get("missing") == Missing.PASSES:
        notes.append(_("an empty value passes"))
    return ", ".join(notes)


def _title(one: Refused) -> str:
    title = one.get("filter")
    if title:
        return _("“%(title)s”") % {"title": title}
    number = one.get("number")
    return _("Filter %(number)d") % {"number": number} if number else _("Scoping filter")


def _found(one: Refused) -> str:
    """The value found, or that there was none."""
    found = one.get("found")
    values = found if isinstance(found, list | tuple) else [found]
    texts = [str(value) for value in values if value is not None and value != ""]
    return _("found: %(value)s") % {"value": ", ".join(texts)} if texts else _("no value found")
