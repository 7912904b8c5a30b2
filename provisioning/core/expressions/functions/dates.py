"""Functions on moments of time (entra-provisioning 7.2): everything is UTC.

A moment is a text, printed `M/d/yyyy h:mm:ss tt`, so that functions on dates nest. Counting follows
VB.NET, which Entra's published examples agree with.
"""

from __future__ import annotations

from provisioning.core.errors import ExpressionError, PositionedError
from provisioning.core.expressions.arguments import Arguments, placed
from provisioning.core.expressions.date_formats import DateFormat, Spaces, date_format
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.intervals import INTERVALS, between, moved
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.moments import (
    NEVER,
    moment_of_ticks,
    printed_moment,
    ticks_of,
)
from provisioning.core.expressions.nodes import Call, Text
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

STYLES = frozenset(
    {
        "none", "roundtripkind", "allowleadingwhite", "allowtrailingwhite", "allowinnerwhite",
        "allowwhitespaces", "assumelocal", "assumeuniversal", "adjusttouniversal",
        "nocurrentdatedefault",
    }
)  # fmt: skip
""".NET's DateTimeStyles; as everything is UTC here, those on time zones change nothing."""


def _interval_checked(call: Call) -> None:
    literal = call.arguments[0]
    if isinstance(literal, Text) and literal.value.lower() not in INTERVALS:
        raise _no_interval(literal.value, literal.position)


def _formats_checked(call: Call) -> None:
    """Refuses what cannot be a format or a style, and a format that is left out."""
    if call.arguments[-1] is None or call.arguments[-2] is None:
        raise ExpressionError(
            gettext_noop("FormatDateTime needs the format it reads and the format it writes."),
            position=call.position,
            advice=gettext_noop(
                'Write it as FormatDateTime([hired], , "yyyyMMdd", "yyyy-MM-dd"), for example.'
            ),
        )
    for literal in call.arguments[-2:]:
        if isinstance(literal, Text):
            try:
                date_format(literal.value)
            except PositionedError as error:
                raise placed(error, literal.offset(error.position)) from None
    styles = call.arguments[1] if len(call.arguments) == 4 else None
    if isinstance(styles, Text):
        _spaces(styles.value, styles.position)


@function(
    "CDate",
    "expression@",
    examples=[
        Example("CDate([hired])", "3/16/2020 7:00:00 AM", {"hired": "2020-03-16-07:00"}),
        Example('CDate("2021-06-30+08:00")', "6/29/2021 4:00:00 PM"),
    ],
)
def as_date(given: Arguments) -> Value:
    """The date a text tells, as UTC in the form `M/d/yyyy h:mm:ss tt`.

    It reads ISO 8601, `M/d/yyyy` with or without a time, and names of months. An offset is applied;
    a date alone is midnight.
    """
    moment = given.moment(0)
    return None if moment is None else printed_moment(moment)


@function("Now", examples=[Example("Now()", "7/2/2021 3:33:38 PM")], varies=True)
def current_time(given: Arguments) -> Value:
    """The current time in UTC, as `M/d/yyyy h:mm:ss tt`. The same for everybody in one cycle."""
    if given.context.now is None:
        raise given.refusal(
            gettext_noop("The time is not known here."),
            0,
            gettext_noop("Cycles, previews and the evaluate command know it."),
        )
    return printed_moment(given.context.now)


@function(
    "DateAdd",
    "interval",
    "value",
    "dateTime@",
    examples=[
        Example('DateAdd("m", 10, CDate("2012-03-16-07:00"))', "1/16/2013 7:00:00 AM"),
        Example('DateAdd("ww", 2, CDate("2012-03-16-07:00"))', "3/30/2012 7:00:00 AM"),
    ],
    check=_interval_checked,
)
def date_add(given: Arguments) -> Value:
    """The date moved by a number of intervals, back by a negative one.

    Intervals: `yyyy` year, `m` month, `d` day, `ww` week, `h` hour, `n` minute, `s` second. Where a
    month has no such day, its last.
    """
    interval, value, moment = _interval(given), given.number(1), given.moment(2)
    if moment is None:
        return None
    try:
        return printed_moment(moved(moment, interval, int(value)))
    except (OverflowError, ValueError):
        raise _beyond(given, 1) from None


@function(
    "DateDiff",
    "interval",
    "date1@",
    "date2@",
    examples=[
        Example('DateDiff("h", CDate("2021-08-24"), CDate("2021-08-25"))', 24),
        Example('DateDiff("ww", "8/25/2021 5:41:18 PM", "2012-03-16-07:00")', -493),
    ],
    check=_interval_checked,
    gives=Gives.NUMBER,
)
def date_difference(given: Arguments) -> Value:
    """How many intervals date2 lies after date1; negative when it lies before.

    As in VB.NET: `yyyy` and `m` count the turns of years and months between the two, `ww` the
    Sundays, and `d`, `h`, `n`, `s` whole steps. Intervals are those of DateAdd.
    """
    interval, first, second = _interval(given), given.moment(1), given.moment(2)
    if first is None or second is None:
        return None
    return between(interval, first, second)


@function(
    "DateFromNum",
    "value#0",
    examples=[Example("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM")],
)
def date_from_number(given: Arguments) -> Value:
    """The date of an Active Directory number (steps of 100 ns since 1601).

    Nothing for a missing one, nor for the number that stands for *never*, 9223372036854775807.
    """
    if given.text(0) in (None, "", str(NEVER)):
        return None
    moment = moment_of_ticks(given.whole(0))
    if moment is None:
        raise _beyond(given, 0)
    return printed_moment(moment)


@function(
    "NumFromDate",
    "value@",
    examples=[
        Example('NumFromDate("2020-12-31 23:59:59-08:00")', 132539615990000000),
        Example(
            'NumFromDate(Join("", FormatDateTime([end], , "yyyy-MM-ddzzz", "yyyy-MM-dd"),'
            ' " 23:59:59-08:00"))',
            132539615990000000,
            {"end": "2020-12-31-08:00"},
        ),
    ],
    gives=Gives.NUMBER,
)
def number_from_date(given: Arguments) -> Value:
    """The number by which Active Directory stores a date, as in accountExpires."""
    moment = given.moment(0)
    return None if moment is None else ticks_of(moment)


@function(
    "FormatDateTime",
    "source",
    "dateTimeStyles?",
    "inputFormat",
    "outputFormat?",
    examples=[
        Example(
            'FormatDateTime([extensionAttribute1], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
            "2015-01-23",
            {"extensionAttribute1": "20150123105347.1Z"},
        ),
        Example(
            'FormatDateTime([hired], "dd/MM/yyyy", "yyyy-MM-dd")',
            "2021-03-16",
            {"hired": "16/03/2021"},
        ),
    ],
    check=_formats_checked,
)
def format_date(given: Arguments) -> Value:
    """A date read in one .NET format and written in another.

    Both formats are needed; dateTimeStyles may be skipped, or left out with its comma. White space
    around the date is allowed. Formats: `d dd ddd dddd M MM MMM MMMM y yy yyyy h hh H HH m mm s ss`
    `f… F… t tt z zz zzz K`, texts in quotes, and .NET's formats of one letter.
    """
    source = given.text(0)
    if not source:
        return None
    last = len(given) - 1
    styles = given.text(1) if last == 3 else None
    spaces = _spaces(styles or "", given.position(1))
    reading = _format(given, last - 1)
    moment = reading.read(source, spaces, given.context.now)
    if moment is None:
        raise given.refusal(
            gettext_noop("%(found)s is no date of the format %(format)s."),
            0,
            gettext_noop("Write the format the date really has, or correct the date."),
            found=source[:40],
            format=reading.text,
        )
    return _format(given, last).print(moment)


def _interval(given: Arguments) -> str:
    name = given.text(0) or ""
    if name.lower() not in INTERVALS:
        raise _no_interval(name, given.position(0))
    return name.lower()


def _no_interval(name: str, position: int) -> ExpressionError:
    return ExpressionError(
        gettext_noop("There is no interval %(name)s."),
        params={"name": name[:20] or '""'},
        position=position,
        advice=gettext_noop(
            'Write "yyyy" for years, "m" months, "ww" weeks, "d" days, "h" hours, "n" minutes or'
            ' "s" seconds.'
        ),
    )


def _beyond(given: Arguments, index: int) -> ExpressionError:
    return given.refusal(
        gettext_noop("The date would lie outside the years 1 to 9999."),
        index,
        gettext_noop("Correct the number."),
    )


def _format(given: Arguments, index: int) -> DateFormat:
    try:
        return date_format(given.text(index) or "")
    except PositionedError as error:
        raise placed(error, given.position(index)) from None


def _spaces(styles: str, position: int) -> Spaces:
    """Where white space is allowed; both ends, when no styles are given."""
    names = {
        name.strip().lower().removeprefix("datetimestyles.")
        for name in styles.split(",")
        if name.strip()
    }
    if not names:
        return Spaces()
    if unknown := sorted(names - STYLES):
        raise ExpressionError(
            gettext_noop("There is no date style %(name)s."),
            params={"name": unknown[0][:40]},
            position=position,
            advice=gettext_noop(
                "Leave the place empty, or write a style such as AllowWhiteSpaces."
            ),
        )
    every = "allowwhitespaces" in names
    return Spaces(
        *(every or f"allow{where}white" in names for where in ("leading", "trailing", "inner"))
    )
