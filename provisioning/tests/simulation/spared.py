"""What the ORM works out anew for every query of a model as a whole, worked out once.

A world asks its database two thousand times, and nearly everything it costs is Django putting
together the same statements again. Columns and converters of plain models never change; nothing
that the engine does is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query

NOTHING_DEFERRED: tuple[frozenset[str], bool] = (frozenset(), True)

_selects: dict[type, tuple[Any, ...]] = {}
_converters: dict[type, dict[int, Any]] = {}
_paths: dict[tuple[Any, ...], Any] = {}


@contextmanager
def spared() -> Iterator[None]:
    """Statements are put together with less work until the context ends."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(SQLCompiler, "get_select", _select))
        stack.enter_context(patch.object(SQLCompiler, "get_converters", _converting))
        stack.enter_context(patch.object(Query, "names_to_path", _path))
        stack.enter_context(patch.object(SQLiteCursorWrapper, "convert_query", _question_marks))
        yield


def _whole(query: Query) -> bool:
    """Whether it selects every column of one model under the name of its table, and no more."""
    return (
        query.model is not None
        and query.default_cols
        and query.selected is None
        and not query.select_related
        and not query.annotation_select
        and not query.extra_select
        and query.deferred_loading == NOTHING_DEFERRED
        and query.base_table == query.model._meta.db_table
    )


def _select(
    compiler: Any, with_col_aliases: bool = False, ordinary: Any = SQLCompiler.get_select
) -> Any:
    if with_col_aliases or not _whole(compiler.query):
        return ordinary(compiler, with_col_aliases)
    model = compiler.query.model
    if model not in _selects:
        _selects[model] = ordinary(compiler)
    select, classes, annotations = _selects[model]
    return list(select), classes, dict(annotations)


def _converting(
    compiler: Any, expressions: Any, ordinary: Any = SQLCompiler.get_converters
) -> dict[int, Any]:
    """Asked with the selected columns only, when rows are read."""
    if not _whole(compiler.query):
        found: dict[int, Any] = ordinary(compiler, expressions)
        return found
    model = compiler.query.model
    if model not in _converters:
        _converters[model] = ordinary(compiler, expressions)
    return _converters[model]


def _path(
    query: Any,
    names: list[str],
    opts: Any,
    allow_many: bool = True,
    fail_on_missing: bool = False,
    ordinary: Any = Query.names_to_path,
) -> Any:
    """Which fields a lookup such as `plan__job` leads over."""
    if query.annotations or query._filtered_relations or opts is None:
        return ordinary(query, names, opts, allow_many, fail_on_missing)
    key = (opts.model, *names, allow_many, fail_on_missing)
    if key not in _paths:
        _paths[key] = ordinary(query, names, opts, allow_many, fail_on_missing)
    path, final, targets, rest = _paths[key]
    return list(path), final, targets, list(rest)


def _question_marks(_cursor: Any, query: str, *, param_names: Any = None) -> str:
    """The statement as SQLite's own module writes it."""
    return _converted(query, None if param_names is None else tuple(param_names))


@cache
def _converted(
    query: str, names: tuple[str, ...] | None, ordinary: Any = SQLiteCursorWrapper.convert_query
) -> str:
    return str(ordinary(None, query, param_names=names))
