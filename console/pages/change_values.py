"""Any value of the configuration on one line, as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, cast

from django.forms import ChoiceField, Form
from django.utils.translation import gettext as _

from console.forms.mappings import MappingForm

TERMS = ("match", "default", "apply", "when_empty")
Row = Mapping[str, Any]


def plain(value: Any) -> str:
    """Yes and no, lists with commas, rows of lists by what is in them."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, dict):
        say = next((say for key, say in _ROWS.items() if key in value), _pairs)
        return say(value)
    return "" if value is None else str(value)


def word_of(form: type[Form], name: str, value: Any) -> str:
    """What a form's field shows for this value: a choice by its label."""
    field = form.base_fields[name]
    choices = dict(cast(Any, field.choices)) if isinstance(field, ChoiceField) else {}
    known = isinstance(value, Hashable) and value in choices
    return str(choices[value]) if known else plain(value)


def mapping_text(row: Row) -> str:
    """What fills an attribute, and under which terms: `jobTitle · Matching precedence: 1`."""
    if row.get("constant") is not None:
        filled = f'"{plain(row["constant"])}"'
    else:
        filled = str(row.get("expression") or row.get("source") or "")
    terms = [
        f"{MappingForm.base_fields[key].label}: {word_of(MappingForm, key, row[key])}"
        for key in TERMS
        if row.get(key)
    ]
    return " · ".join([filled, *terms])


def _filter(row: Row) -> str:
    return f" {_('AND')} ".join(plain(one) for one in row["clauses"])


def _clause(row: Row) -> str:
    return " ".join(filter(None, (row.get("attribute"), row["operator"], plain(row.get("value")))))


def _assignment(row: Row) -> str:
    return f"{row.get('user') or row.get('group')} · {row['role']}"


def _role(row: Row) -> str:
    return f"{row['name']} ({row.get('value')})"


def _pairs(row: Row) -> str:
    return ", ".join(f"{key}: {plain(one)}" for key, one in row.items())


_ROWS: Mapping[str, Callable[[Row], str]] = {
    "target": mapping_text,
    "clauses": _filter,
    "operator": _clause,
    "role": _assignment,
    "name": _role,
}
"""How a row of a list is said, by the key that only such rows have."""
