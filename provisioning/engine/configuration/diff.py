"""What differs between two configurations: `{path, old, new}` for each place, lists by their keys.

A row of a list is found again by what identifies it, so that one more mapping is one change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from provisioning.engine.configuration.read import Path, path_text

Change = dict[str, object]
_IDENTITIES = ("target", "user", "group", "title", "value")


def changes_between(old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """Every difference, in the order of the keys."""
    return [
        {"path": path_text(path), "old": before, "new": after}
        for path, before, after in _mapping_changes((), old, new)
    ]


def rows_named(changes: Sequence[Change], document: Mapping[str, object]) -> list[Change]:
    """The same changes; one inside a row of a list says `of` which row it is, as a number tells
    nobody anything once other rows have come and gone. `document` is the new one.
    """
    return [
        {**change, "of": of} if (of := _row_of(str(change["path"]), document)) else change
        for change in changes
    ]


def _row_of(path: str, document: Mapping[str, object]) -> str:
    found = _IN_A_ROW.match(path)
    rows: object = document
    for key in found[1].split(".") if found else ():
        rows = rows.get(key) if isinstance(rows, Mapping) else None
    if found is None or not isinstance(rows, list) or int(found[2]) >= len(rows):
        return ""
    identity = _identity(int(found[2]), rows[int(found[2])])
    return str(identity[1]) if isinstance(identity, tuple) else ""


_IN_A_ROW = re.compile(r"([a-z_.]+)\[(\d+)\].")
_Found = tuple[Path, object, object]


def _changes(path: Path, old: object, new: object) -> Iterator[_Found]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _mapping_changes(path, old, new)
    elif _is_rows(old) and _is_rows(new) and (old or new):
        yield from _row_changes(path, cast(list[object], old), cast(list[object], new))
    else:
        yield path, old, new


def _mapping_changes(
    path: Path, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[_Found]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _changes((*path, key), old.get(key), new.get(key))


def _row_changes(path: Path, old: Sequence[object], new: Sequence[object]) -> Iterator[_Found]:
    """Rows by identity; where that tells nothing (twice the same, another order), whole lists."""
    before, after = _by_identity(old), _by_identity(new)
    found: list[_Found] = []
    if len(before) == len(old) and len(after) == len(new):
        for key, (index, row) in before.items():
            place = after[key][0] if key in after else index
            gone = key not in after
            found.extend(_changes((*path, place), row, None if gone else after[key][1]))
        found.extend(
            ((*path, index), None, row) for key, (index, row) in after.items() if key not in before
        )
    yield from found or [(path, old, new)]


def _by_identity(rows: Sequence[object]) -> dict[object, tuple[int, object]]:
    return {_identity(index, row): (index, row) for index, row in enumerate(rows)}


def _identity(index: int, row: object) -> object:
    if isinstance(row, dict):
        if "role" in row:
            return tuple(sorted(row.items()))
        for key in _IDENTITIES:
            if isinstance(row.get(key), str):
                return key, row[key]
    return index


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)
