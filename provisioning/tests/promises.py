"""What holds for every text that a person may type (I21, I22, T22, T23), as functions that fail.

Any text is a value or a typed error with its position and advice, never another exception; and what
is printed reads back as the same. Tables, properties and the nightly campaign all call these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from provisioning.core import filters
from provisioning.core.attribute_path import AttributePath
from provisioning.core.durations import print_duration, read_duration
from provisioning.core.errors import (
    AttributePathError,
    ConfigurationError,
    ExpressionError,
    FilterError,
    PositionedError,
)
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.date_formats import Spaces, date_format
from provisioning.core.expressions.limits import MAX_VALUE
from provisioning.core.expressions.moments import printed_moment, read_moment
from provisioning.core.patterns import Occurrence, compile_pattern
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.scoping import Clause

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CONTEXT = Context(now=NOW, seed=b"a campaign", default_domain="contoso.example", taken={"x"})


def expression(text: str, *values: str) -> None:
    """Read, printed, evaluated with and without a trace; `values` are attributes a, b, c."""
    attributes = {name: _value(value) for name, value in zip("abc", values, strict=False)}
    try:
        parsed = parse(text)
        assert parse(str(parsed)) == parsed
        traced = parsed.traced(attributes, CONTEXT)
        found = parsed.evaluate(attributes, CONTEXT)
    except ExpressionError as error:
        _is_told(error, text)
        return
    assert (traced.value, traced.error) == (found, None)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def path(text: str, resource: str = "{}") -> None:
    """Read, printed, and used on any resource."""
    try:
        there = AttributePath.parse(text)
    except AttributePathError as error:
        _is_told(error, text)
        return
    assert AttributePath.parse(str(there)) == there
    there.get(there.remove(_resource(resource)))


def scim_filter(text: str, resource: str = "{}") -> None:
    """Read, printed, and asked of any resource."""
    try:
        tree = filters.parse(text)
    except FilterError as error:
        _is_told(error, text)
        return
    assert filters.parse(str(tree)) == tree
    assert filters.evaluate(tree, _resource(resource), Kind.USER) in (True, False)


def pattern(text: str, *subjects: str) -> None:
    """Compiled in each way, searched, and rewritten."""
    for capture in (False, True):
        try:
            compiled = compile_pattern(text, ignore_case=capture, capture=capture)
        except PositionedError as error:
            _is_told(error, text)
            continue
        for subject in subjects:
            assert compiled.occurs_in(subject) or not compiled.equals(subject)
            with suppress(PositionedError):
                rewritten = compiled.rewrite(
                    subject, lambda m: (m.start(), m.end(), "-"), MAX_VALUE
                )
                assert len(rewritten) <= MAX_VALUE + len(subject)


def clause(operator: str, value: str = "", found: str = "", *words: str) -> None:
    """A scoping clause of any operator and value, asked of any attribute."""
    fields: dict[str, object] = {"attribute": "a", "operator": operator, "value": _value(value)}
    fields |= dict(zip(("missing", "regex", "ignore_case"), map(_value, words), strict=False))
    try:
        parsed = Clause.parse(fields)
    except FilterError as error:
        _is_told(error, value)
        return
    assert parsed.admits({"a": _value(found)}) in (True, False)
    assert parsed.admits({}) in (True, False)


def date(text: str, form: str = "") -> None:
    """A date in any form, read by itself and by any format, and what is printed reads back."""
    moment = read_moment(text)
    if moment is not None:
        again = printed_moment(moment)
        assert read_moment(again) == moment.replace(microsecond=0)
    try:
        written = date_format(form)
    except PositionedError as error:
        _is_told(error, form)
        return
    told = written.read(text, Spaces(inner=True), NOW)
    if told is not None:
        assert isinstance(written.print(told), str)


def duration(text: str) -> None:
    """A duration of the configuration file."""
    with suppress(ConfigurationError):
        span = read_duration(text)
        assert read_duration(print_duration(span)) == span


PROMISES: Mapping[str, Callable[..., None]] = {
    one.__name__: one for one in (expression, path, scim_filter, pattern, clause, date, duration)
}


def _dashed(found: Occurrence) -> tuple[int, int, str]:
    return found.start(), found.end(), "-"


def _is_told(error: PositionedError, text: str) -> None:
    assert error.advice
    assert error.message
    assert 0 <= error.position <= len(text)


def _value(text: str) -> Value:
    """What JSON the text is, else the text; not a number is none of JSON's."""
    try:
        found: Value = json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        return text
    return found


def _resource(text: str) -> Resource:
    value = _value(text)
    return value if isinstance(value, Mapping) else {"emails": value}
