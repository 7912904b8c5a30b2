"""JSON Lines text as rows: one object a line, its values text, numbers, booleans, lists or null.

Numbers arrive as they were written, so that `007` as text and twenty digits stay what they are
(W28); hostile JSON (depth, repeated names, NaN, lone surrogates) costs its own row only (T11).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from provisioning.core.resource import Value
from provisioning.sources.columns import MOST_COLUMNS
from provisioning.sources.text_lines import REPLACEMENT, Line

LONGEST_TEXT = 131_072
_SURROGATES = re.compile("[\ud800-\udfff]")


class JsonRow(NamedTuple):
    """One line's object; with a `problem`, `values` hold what could still be read."""

    line: int
    values: dict[str, Value]
    problem: str = ""
    note: str = ""


class Literal(str):
    """A number as the file spells it."""

    __slots__ = ()

    def number(self) -> int | float | str:
        """Its value; a number that no double or 18 digits can hold stays text."""
        if self.lstrip("-").isdigit():
            return int(self) if len(self) <= 18 else str(self)
        value = float(self)
        return value if math.isfinite(value) else str(self)


class _Refused(ValueError):
    """JSON that is no row; the text is the reason."""


def json_rows(lines: Iterator[Line]) -> Iterator[JsonRow]:
    """The rows of the file, without blank lines."""
    for line in lines:
        if line.text.strip():
            yield _row(line)


def _row(line: Line) -> JsonRow:
    try:
        values = json.loads(
            line.text,
            object_pairs_hook=_object,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=_refuse_constant,
        )
        if not isinstance(values, dict):
            raise _Refused(_("The line is not a JSON object."))
    except _Refused as refusal:
        return JsonRow(line.number, {}, line.problem or str(refusal))
    except (ValueError, RecursionError):
        return JsonRow(line.number, {}, line.problem or _("The line is not valid JSON."))
    return _cleaned_row(line, values)


def _cleaned_row(line: Line, values: dict[str, Value]) -> JsonRow:
    """Every usable value, and the first reason why another is not."""
    cleaned: dict[str, Value] = {}
    problem = line.problem
    for name, value in values.items():
        try:
            cleaned[_clean(name)] = _checked(name, value)
        except _Refused as refusal:
            problem = problem or str(refusal)
    return JsonRow(line.number, cleaned, problem, line.note or _note(line.text, cleaned))


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused(_("A name appears twice in the object."))
    if len(found) > MOST_COLUMNS:
        raise _Refused(_("The object has more than %(most)d names.") % {"most": MOST_COLUMNS})
    return found


def _refuse_constant(_name: str) -> Value:
    raise _Refused(_("The line is not valid JSON: NaN and Infinity are no numbers."))


def _checked(name: str, value: Value) -> Value:
    """The value, without what no table can hold."""
    if isinstance(value, list):
        return [_checked_single(name, one) for one in value if one is not None]
    return _checked_single(name, value)


def _checked_single(name: str, value: Value) -> Value:
    if isinstance(value, (dict, list)):
        reason = _(
            "The value of “%(name)s” is neither text, number, boolean, list of those nor null."
        )
        raise _Refused(reason % {"name": _clean(name)[:60]})
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_TEXT:
        raise _Refused(_("A value is longer than %(most)d characters.") % {"most": LONGEST_TEXT})
    return value if isinstance(value, Literal) else _clean(value)


def _clean(text: str) -> str:
    return _SURROGATES.sub(REPLACEMENT, text).replace("\0", REPLACEMENT)


def _note(text: str, cleaned: dict[str, Value]) -> str:
    if REPLACEMENT in str(cleaned) and REPLACEMENT not in text:
        return _("A character that no database or target can hold was replaced.")
    return ""
