"""What a database hands over, as a directory stores it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from provisioning.core.resource import Value
from provisioning.sources.base import Part
from provisioning.sources.columns import canonical
from provisioning.sources.json_rows import Literal
from provisioning.sources.row_values import Row
from provisioning.sources.text_lines import REPLACEMENT

_MOST_DIGITS = 18


class _Unusable(ValueError):
    """A value of a kind that no attribute has."""


def row_of(part: Part, number: int, names: Sequence[str], cells: Sequence[object]) -> Row:
    """One row by the directory's names. A binary value costs its attribute only (W22); in a column
    that decides who is meant it costs the row.
    """
    values: dict[str, Value] = {}
    problem = note = ""
    for column, cell in zip(names, cells, strict=True):
        name = canonical(part, column)
        try:
            value = _value(cell)
        except _Unusable:
            reason = _("“%(column)s” holds what is neither text nor number: it was left out.")
            note = reason % {"column": column[:60]}
            problem = problem or (note if name in ("id", "group", "member") else "")
            continue
        if name in values:
            problem = _("The column “%(column)s” appears more than once.") % {"column": name}
        values[name] = value
    return Row(number, values, problem, note)


def _value(cell: object) -> Value:
    if isinstance(cell, list | tuple):
        return [_single(one) for one in cell if one is not None]
    return _single(cell)


def _single(cell: object) -> Value:
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        return cell.replace("\0", REPLACEMENT)
    if isinstance(cell, int):
        return cell if len(str(abs(cell))) <= _MOST_DIGITS else str(cell)
    if isinstance(cell, Decimal | float):
        return Literal(str(cell)).number() if _is_finite(cell) else str(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, UUID | timedelta):
        return str(cell)
    raise _Unusable


def _is_finite(cell: Decimal | float) -> bool:
    return Decimal(str(cell)).is_finite()
