"""Many rows at once, written in the hot places of a cycle at the price of the statement alone.

Django's `bulk_create` asks every field of every row for its SQL and its value; that was half of
what recording an outcome cost (docs/adr/0016-what-a-create-costs.md). Here a model's columns and
how each value is stored are worked out once. Rows are stored as they are: no signals, no defaults
of the database, no keys filled in; whoever needs those uses `bulk_create`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, models

_ROWS = 200
"""Rows in one statement on PostgreSQL."""

Store = Callable[[Any], Any]


class _Table(NamedTuple):
    """How rows of a model are written in one kind of database."""

    name: str
    columns: tuple[str, ...]
    values: Callable[[models.Model], Sequence[Any]]
    """A row's values by column, as the model holds them."""
    stores: tuple[tuple[int, Store], ...]
    """Which of the values are stored otherwise than they are held, and how."""

    def stored(self, row: models.Model) -> list[Any]:
        """A row's values by column, as the database keeps them."""
        values = list(self.values(row))
        for place, store in self.stores:
            if values[place] is not None:
                values[place] = store(values[place])
        return values


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows, all of one model."""
    if rows:
        _write(rows, "")


def upsert(
    rows: Sequence[models.Model], *, by: Sequence[str], take: Sequence[str] | None = None
) -> None:
    """Write rows of one model; where one with the same `by` is there, it takes over `take`.

    Both are columns, `take` by default all others. No two rows may have the same `by`.
    """
    if rows:
        others = (one for one in _table(type(rows[0])).columns if one not in by)
        taken = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in take or others)
        key = ", ".join(f'"{column}"' for column in by)
        _write(rows, f" ON CONFLICT ({key}) DO UPDATE SET {taken}")


def _write(rows: Sequence[models.Model], on_conflict: str) -> None:
    table = _table(type(rows[0]))
    names = ", ".join(f'"{column}"' for column in table.columns)
    marks = f"({', '.join(['%s'] * len(table.columns))})"
    stored = [table.stored(row) for row in rows]
    with connection.cursor() as cursor:
        into = f'INSERT INTO "{table.name}" ({names}) VALUES '  # noqa: S608  names of our models
        if connection.vendor == "sqlite":
            # One prepared statement, run for each row without a way through Python.
            cursor.executemany(f"{into}{marks}{on_conflict}", stored)
            return
        for start in range(0, len(stored), _ROWS):
            page = stored[start : start + _ROWS]
            all_marks = ", ".join([marks] * len(page))
            cursor.execute(f"{into}{all_marks}{on_conflict}", list(chain.from_iterable(page)))


@cache
def _table(model: type[models.Model]) -> _Table:
    """A process has one kind of database."""
    fields = [field for field in model._meta.concrete_fields if not _is_numbered(field)]
    stores = enumerate(_store(field) for field in fields)
    return _Table(
        name=model._meta.db_table,
        columns=tuple(str(field.column) for field in fields),
        values=attrgetter(*(field.attname for field in fields)),
        stores=tuple((place, store) for place, store in stores if store is not None),
    )


def _is_numbered(field: models.Field[Any, Any]) -> bool:
    """Whether the database gives the value."""
    return isinstance(field, models.AutoField | models.BigAutoField)


def _store(field: models.Field[Any, Any]) -> Store | None:
    """How a value of the field is stored, where it is not stored as it is."""
    kept = field.target_field if isinstance(field, models.ForeignKey) else field
    match kept:
        case models.JSONField():
            return _json
        case models.UUIDField():
            return None if connection.features.has_native_uuid_field else _hex
        case models.DateTimeField():
            return connection.ops.adapt_datetimefield_value
        case models.CharField() | models.TextField():
            return _text
    return None


def _json(value: Any) -> str:
    """Most lists and objects of a row are empty."""
    if value == {}:
        return "{}"
    return "[]" if value == [] else json.dumps(value)


def _hex(value: Any) -> str:
    return str(value.hex)


def _text(value: str) -> str:
    """Plain text: a member of an enumeration is written as its value."""
    return value if type(value) is str else str.__str__(value)
