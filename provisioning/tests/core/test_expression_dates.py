"""Dates are read, counted and written as Entra's reference, VB.NET and .NET's formats say."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.expressions.date_formats import STANDARD, Spaces, date_format
from provisioning.core.expressions.date_reading import Moment
from provisioning.core.expressions.moments import (
    moment_of_ticks,
    printed_moment,
    read_moment,
    ticks_of,
)

NOW = datetime(2021, 8, 25, 17, 41, 18, tzinfo=UTC)


def value_of(expression: str, **attributes):
    return parse(expression).evaluate(attributes, Context(now=NOW))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
        ("2021-06-30+08:00", "6/29/2021 4:00:00 PM"),
        ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
        ("2021-08-24", "8/24/2021 12:00:00 AM"),
        ("2021-08-24T12:05", "8/24/2021 12:05:00 PM"),
        ("2021-08-24 23:59:59.1234567Z", "8/24/2021 11:59:59 PM"),
        ("2021-08-24T10:00:00+0530", "8/24/2021 4:30:00 AM"),
        ("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM"),
        ("8/25/2021 12:00:00 AM", "8/25/2021 12:00:00 AM"),
        ("08/25/2021", "8/25/2021 12:00:00 AM"),
        ("8/25/49", "8/25/2049 12:00:00 AM"),
        ("8/25/50", "8/25/1950 12:00:00 AM"),
        ("Mon, 15 Jun 2009 20:45:30 GMT", "6/15/2009 8:45:30 PM"),
        ("15-Jun-2009", "6/15/2009 12:00:00 AM"),
        ("June 5, 2009 1:02 pm", "6/5/2009 1:02:00 PM"),
        ("  2021-08-24  ", "8/24/2021 12:00:00 AM"),
        ("2024-02-29", "2/29/2024 12:00:00 AM"),
        ("2021-08", "8/1/2021 12:00:00 AM"),
    ],
)
def test_a_date_is_read_in_its_usual_forms_and_printed_in_utc(text, printed):
    assert value_of("CDate([x])", x=text) == printed


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow", "2023-02-29", "2021-13-01", "25/8/2021", "2021-08-24T25:00", "2021-08-24T10:61",
        "8/25/2021 13:00 PM", "2021-08-24+15:00", "0001-01-01+08:00", "2021-08-24" + " " * 60, "1",
        "٢٠٢١-٠٨-٢٤",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_at_its_place(text):
    with pytest.raises(ExpressionError) as refusal:
        value_of("CDate([x])", x=text)

    assert refusal.value.position == 6
    assert "CDate needs a date here" in refusal.value.message


# The published table of DateDiff; it equals VB.NET's.
@pytest.mark.parametrize(
    ("interval", "first", "second", "difference"),
    [
        ("d", "2021-08-18+08:00", "2021-08-31+08:00", 13),
        ("d", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -3449),
        ("ww", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -493),
        ("m", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -113),
        ("yyyy", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -9),
        ("d", "2021-08-31+08:00", "2021-08-31+08:00", 0),
        ("h", "2021-08-24", "2021-08-25", 24),
        ("n", "2021-08-24", "2021-08-25", 1440),
        ("s", "2021-08-24", "2021-08-25", 86400),
        # Turns of the calendar, not elapsed years and months.
        ("yyyy", "2020-12-31", "2021-01-01", 1),
        ("m", "2021-01-31", "2021-02-01", 1),
        ("m", "2021-01-01", "2021-01-31", 0),
        # Whole days and hours, cut off towards 0.
        ("d", "2021-08-24T23:00", "2021-08-25T01:00", 0),
        ("h", "2021-08-25T01:00", "2021-08-24T23:30", -1),
        # Saturday to Sunday is a new week, Sunday to Saturday is not.
        ("ww", "2021-08-21", "2021-08-22", 1),
        ("ww", "2021-08-22", "2021-08-28", 0),
        ("ww", "2021-08-29", "2021-08-22", -1),
    ],
)
def test_differences_count_as_in_VB_NET(interval, first, second, difference):
    assert value_of(f'DateDiff("{interval}", [a], [b])', a=first, b=second) == difference


@pytest.mark.parametrize(
    ("interval", "value", "moment", "later"),
    [
        ("d", 7, "2012-03-16-07:00", "3/23/2012 7:00:00 AM"),
        ("m", 10, "2012-03-16-07:00", "1/16/2013 7:00:00 AM"),
        ("ww", 2, "2012-03-16-07:00", "3/30/2012 7:00:00 AM"),
        ("yyyy", -1, "2012-02-29", "2/28/2011 12:00:00 AM"),
        ("m", 1, "2021-01-31", "2/28/2021 12:00:00 AM"),
        ("m", -13, "2021-01-15", "12/15/2019 12:00:00 AM"),
        ("h", 25, "2021-01-31", "2/1/2021 1:00:00 AM"),
        ("n", -1, "2021-01-31", "1/30/2021 11:59:00 PM"),
        ("s", 61, "2021-01-31", "1/31/2021 12:01:01 AM"),
        ("D", "1", "2021-01-31", "2/1/2021 12:00:00 AM"),
    ],
)
def test_a_date_is_moved_by_intervals(interval, value, moment, later):
    assert value_of(f'DateAdd("{interval}", [n], CDate([a]))', n=value, a=moment) == later


@pytest.mark.parametrize(
    ("source", "read", "written", "result"),
    [
        ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd", "2015-01-23"),
        ("2020-12-31-08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd", "2020-12-31"),
        ("2020-12-31+08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd HH:mm", "2020-12-30 16:00"),
        ("3/16/2020 7:00:00 AM", "M/d/yyyy hh:mm:ss tt", "yyyy-MM-dd", "2020-03-16"),
        ("16.03.20", "dd.MM.yy", "D", "Monday, 16 March 2020"),
        (" 16 mar 2020 ", "dd MMM yyyy", "ddd dd MMMM yyy", "Mon 16 March 2020"),
        ("2020-03-16T05:06:07.0800000Z", "o", "H:m:s.FFF h t K", "5:6:7.08 5 A Z"),
        ("2020-03-16T15:06:07", "s", "o", "2020-03-16T15:06:07.0000000"),
        ("2020-03-16T15:06:07Z", "yyyy-MM-ddTHH:mm:ssK", "z zz zzz", "+0 +00 +00:00"),
        ("2020-03-16T15:06:07", "yyyy-MM-ddTHH:mm:ss.FFFK", "ss.FFF|ss.ff", "07|07.00"),
        ("2020-03-16T15:06:07.5+05:30", "yyyy-MM-ddTHH:mm:ss.FFFK", "u", "2020-03-16 09:36:07Z"),
        ("2020-03-16 +8", "yyyy-MM-dd z", "HH", "16"),
        ("20200316", "yyyyMMdd", "y yy yyyyy", "20 20 02020"),
        ("12:30 AM", "hh:mm tt", "yyyy-MM-dd HH:mm", "2021-08-25 00:30"),
        ("02-28", "MM-dd", "yyyy-MM-dd", "2021-02-28"),
        ("2020", "yyyy", "yyyy-MM-dd", "2020-01-01"),
        ("Monday 2020-03-16 at 5P", "dddd yyyy-MM-dd 'at' ht", "HH 'o''clock'",
         "17 oclock"),
        ("h7", "\\hh", "%h", "7"),
        ("20200316 A.D.", "yyyyMMdd g", "R", "Mon, 16 Mar 2020 00:00:00 GMT"),
    ],
)  # fmt: skip
def test_a_date_is_rewritten_from_one_dotnet_format_to_another(source, read, written, result):
    read, written = (text.replace("\\", "\\\\").replace('"', '\\"') for text in (read, written))
    expression = f'FormatDateTime([x], , "{read}", "{written}")'

    assert value_of(expression, x=source) == result


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("2020-02-30", "yyyy-MM-dd"),
        ("2020-3-16x", "yyyy-M-d"),
        ("Tuesday 2020-03-16", "dddd yyyy-MM-dd"),
        ("2020-03-16 17", "yyyy-MM-dd yy"),
        ("2020-03-16 13 PM", "yyyy-MM-dd hh tt"),
        ("2020-03-16", "yyyy-MM-ddzzz"),
        ("2020-03-16+15:00", "yyyy-MM-ddzzz"),
        ("0001-01-01+01:00", "yyyy-MM-ddzzz"),
        ("2020/03/16", "yyyy-MM-dd"),
        ("202-03-16", "yyyy-MM-dd"),
        ("2020 03-16", "yyyy-MM-dd"),
    ],
)
def test_a_date_that_is_not_of_its_format_is_refused(source, read):
    with pytest.raises(ExpressionError, match="is no date of the format") as refusal:
        value_of(f'FormatDateTime([x], "{read}", "s")', x=source)

    assert refusal.value.position == 15


@pytest.mark.parametrize(
    ("styles", "source", "reads"),
    [
        ("None", " 2020-03-16", False),
        ("AllowLeadingWhite", " 2020-03-16", True),
        ("AllowLeadingWhite", "2020-03-16 ", False),
        ("DateTimeStyles.AllowLeadingWhite, AllowTrailingWhite", " 2020-03-16 ", True),
        ("AllowWhiteSpaces", " 2020 - 03 - 16 ", True),
        ("AllowInnerWhite", "2020 - 03-16", True),
        ("AdjustToUniversal", "2020-03-16 ", False),
    ],
)
def test_styles_say_which_white_space_is_allowed(styles, source, reads):
    expression = f'FormatDateTime([x], "{styles}", "yyyy-MM-dd", "yyyyMMdd")'

    if reads:
        assert value_of(expression, x=source) == "20200316"
    else:
        with pytest.raises(ExpressionError):
            value_of(expression, x=source)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('DateAdd("w", 1, [x])', 8),
        ('DateDiff("month", [x], [x])', 9),
        ('FormatDateTime([x], , "yyyy-MM-dd", "q")', 37),
        ('FormatDateTime([x], , "yyyy \'at", "s")', 28),
        ('FormatDateTime([x], , "", "s")', 23),
        ('FormatDateTime([x], , "ffffffff", "s")', 23),
        ('FormatDateTime([x], , "yyyy\\\\", "s")', 27),
        ('FormatDateTime([x], , "yyyy%", "s")', 27),
        ('FormatDateTime([x], , "yyyy")', 0),
        ('FormatDateTime([x], "AllowBlanks", "s", "s")', 20),
        (f'FormatDateTime([x], "{"y" * 101}", "s")', 121),
    ],
)
def test_a_format_or_interval_that_does_not_exist_is_refused_when_it_is_saved(text, position):
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert refusal.value.position == position
    assert refusal.value.advice


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ('DateAdd([w], 1, "2021-01-01")', 8),
        ('FormatDateTime("2021", , [w], "s")', 25),
        ('FormatDateTime("2021", [w], "yyyy", "s")', 23),
        ('DateAdd("yyyy", 9999, "2021-01-01")', 16),
        ('DateAdd("m", -99999, "2021-01-01")', 13),
        ('DateAdd("d", 999999999999999999, "2021-01-01")', 13),
        ("DateFromNum(-1)", 12),
        ('DateFromNum("2650467744000000000")', 12),
        ('DateAdd("d", [w], "2021-01-01")', 13),
    ],
)
def test_what_leads_out_of_the_calendar_is_refused_at_its_place(expression, position):
    with pytest.raises(ExpressionError) as refusal:
        value_of(expression, w="%")

    assert refusal.value.position == position


@pytest.mark.parametrize(
    "expression",
    [
        "CDate([x])", 'DateAdd("d", 1, [x])', 'DateDiff("d", [x], Now())', "DateFromNum([x])",
        "NumFromDate([x])", 'FormatDateTime([x], "yyyy", "yyyy")',
    ],
)  # fmt: skip
def test_a_missing_date_gives_nothing(expression):
    assert value_of(expression) is None
    assert value_of(expression, x="") is None


def test_the_clock_is_handed_in():
    assert value_of("Now()") == "8/25/2021 5:41:18 PM"
    with pytest.raises(ExpressionError, match="time is not known"):
        parse("Now()").evaluate({}, Context())


def test_the_last_moment_of_the_calendar_is_one():
    assert value_of('DateFromNum("2650467743999999999")') == "12/31/9999 11:59:59 PM"


def test_never_is_no_date():
    assert value_of("DateFromNum([accountExpires])", accountExpires="9223372036854775807") is None


MOMENTS = st.integers(0, 8_000 * 365 * 86_400).map(
    lambda seconds: datetime(1602, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(MOMENTS)
def test_a_printed_moment_reads_back(moment):
    assert read_moment(printed_moment(moment)) == moment
    assert read_moment(moment.isoformat()) == moment
    assert moment_of_ticks(ticks_of(moment)) == moment


@given(MOMENTS, st.sampled_from([name for name in STANDARD if name in "FGRrsuoO"]))
def test_what_a_full_format_prints_it_reads(moment, name):
    shape = date_format(name)

    read = shape.read(shape.print(Moment(moment)), Spaces(), None)

    assert read is not None
    assert read.time == moment


PARTS = st.sampled_from([*"dfFghHKmMstyzZ", "'x'", *":/.-%\\'\" 0", "yyyy"])


@given(st.lists(PARTS, max_size=12).map("".join), st.text("0123456789APM/:.-+Z ", max_size=20))
def test_any_format_reads_any_text_or_says_that_it_does_not(shape, text):
    escaped = shape.replace("\\", "\\\\").replace('"', '\\"')
    with suppress(ExpressionError):
        found = value_of(f'FormatDateTime([x], "{escaped}", "s")', x=text)

        assert found is None or len(found) == 19
