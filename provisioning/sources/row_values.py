"""A row of a directory file as a record or a membership, or the reason why it is neither.

The same rules for CSV and JSON Lines: an empty value is absent, known text columns hold text,
control characters other than tab and line break are refused, ids have a size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.resource import Kind, Value
from provisioning.sources.base import Edge, Part, Record
from provisioning.sources.columns import ACTION, CONVERTERS, TEXT, BadValue
from provisioning.sources.json_rows import Literal

LONGEST_KEY = 1024
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_IN_IDS = re.compile(r"[\x00-\x1f\x7f-\x9f\N{REPLACEMENT CHARACTER}]")
_GONE = {"delete", "remove"}
_THERE = {"", "add", "change", "create", "modify", "update", "upsert"}
_MADE_BY_SPREADSHEETS = re.compile(
    r"#(N/A|NAME\?|REF!|VALUE!|NULL!|NUM!|DIV/0!)|\d[.,]\d+E\+\d+", re.I
)
_KINDS = {"user": Kind.USER, "group": Kind.GROUP}


class UnusableMember(ValueError):
    """A member of a kind that no application has, such as a device: skipped, not an error (W15)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of any file: its values by canonical column name; `problem` refuses it."""

    line: int
    values: Mapping[str, Value]
    problem: str = ""
    note: str = ""


def readable_id(row: Row) -> str:
    """The id that a row carries, usable or not; empty when nobody can tell."""
    try:
        return identifier("id", row.values.get("id"))
    except BadValue:
        return ""


def says_gone(row: Row) -> bool:
    """What the column `action` says of a row: it is no more, or it is there as it is."""
    word = str(row.values.get(ACTION) or "").strip().casefold()
    if word in _GONE:
        return True
    if word in _THERE:
        return False
    raise BadValue(
        _("The action “%(word)s” is none: write upsert or delete.") % {"word": word[:60]}
    )


def without_action(row: Row) -> Row:
    """The row without what only a file of changes has."""
    return replace(row, values={name: one for name, one in row.values.items() if name != ACTION})


def record(part: Part, row: Row) -> tuple[Record, str]:
    """The person or group in `row`, and a note when a choice had to be made."""
    if row.problem:
        raise BadValue(row.problem)
    source_id = identifier("id", row.values.get("id"))
    attributes: dict[str, Value] = {}
    note = row.note
    for name, value in row.values.items():
        if name == "id":
            continue
        attributes[name] = attribute(part, name, value)
        if isinstance(value, list) and len(value) > 1 and name in TEXT[part]:
            note = note or _("“%(column)s” holds several values: the smallest is used.") % {
                "column": name
            }
    if attributes.get("manager") is not None:
        identifier("manager", attributes["manager"])
    return Record(source_id, attributes, row.line), note


def edge(row: Row) -> Edge:
    """The membership in `row`."""
    if row.problem:
        raise BadValue(row.problem)
    group = identifier("group", row.values.get("group"))
    member = identifier("member", row.values.get("member"))
    word = str(row.values.get("type") or "user").strip().casefold()
    if word not in _KINDS:
        raise UnusableMember(
            _("The member is a “%(type)s”: only users and groups are members here.")
            % {"type": word[:60]}
        )
    return Edge(group, member, _KINDS[word], row.line)


def identifier(name: str, value: Value) -> str:
    """An id without outer spaces, not empty, not longer than an index can hold."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text:
        raise BadValue(_("“%(column)s” is empty.") % {"column": name})
    if _IN_IDS.search(text):
        raise BadValue(_("“%(column)s” holds a character that no id has.") % {"column": name})
    if _MADE_BY_SPREADSHEETS.fullmatch(text):
        raise BadValue(
            _("“%(column)s” is “%(value)s”: a spreadsheet put it in place of what was there.")
            % {"column": name, "value": text}
        )
    if len(fold_key(text).encode()) > LONGEST_KEY:
        raise BadValue(_("“%(column)s” is longer than any id.") % {"column": name})
    return text


def attribute(part: Part, name: str, value: Value) -> Value:
    """The value as the directory stores it; None when it is absent."""
    if name in TEXT[part]:
        value = _single_text(value)
    elif isinstance(value, list):
        value = [_plain(one) for one in value]
    else:
        value = _plain(value)
    if value is None or value in ("", []):
        return None
    _refuse_control_characters(name, value)
    convert = CONVERTERS.get(name)
    return value if convert is None else convert(name, value)


def _plain(value: Value) -> Value:
    return value.number() if isinstance(value, Literal) else value


def _single_text(value: Value) -> Value:
    """Known columns hold one text; of several the smallest, so that nothing flaps (W23)."""
    if isinstance(value, list):
        return min((_as_text(one) for one in value), default=None)
    return None if value is None else _as_text(value)


def _as_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_control_characters(name: str, value: Value) -> None:
    texts = value if isinstance(value, list) else [value]
    for text in texts:
        found = _UNWANTED.search(text) if isinstance(text, str) else None
        if found:
            raise BadValue(
                _("“%(column)s” holds the control character U+%(code)04X.")
                % {"column": name[:60], "code": ord(found.group())}
            )
