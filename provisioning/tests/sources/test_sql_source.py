"""A database is read and never written, whatever its tables hold."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.directory import import_directory
from provisioning.sources.base import Part
from provisioning.sources.sql.query import query_problems
from provisioning.sources.sql.settings import host_of, read_settings, settings_problems
from provisioning.sources.sql.source import SqlSource
from provisioning.sources.sql.values import row_of
from provisioning.sources.sql.watermark import Watermark, watermark_of
from provisioning.tests.sources.conformance.sql_opponents import PostgresTables
from provisioning.tests.sources.directories import NAME, NOW, person, present

USERS = 'SELECT id, name AS "displayName" FROM people'


@pytest.fixture
def database(tmp_path):
    made = sqlite3.connect(tmp_path / "hr.db", isolation_level=None)
    made.execute("CREATE TABLE people (id, name)")
    yield made
    made.close()


def opened(folder, query=USERS, **more):
    said = {"url": f"sqlite://{folder / 'hr.db'}", "users_query": query, **more}
    assert settings_problems(said) == []
    return SqlSource(read_settings(said), lambda: "", rows=3)


def read(source):
    return import_directory(source, name=NAME, now=NOW)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "no SELECT"),
        ("DELETE FROM people", "no SELECT"),
        ("SELECT 1; DROP TABLE people", "more than one statement"),
        ("SELECT '\\'; DROP TABLE people; --'", "more than one statement"),
        ("WITH gone AS (DELETE FROM people RETURNING id) SELECT * FROM gone", "delete"),
        ("SELECT * INTO copy FROM people", "into"),
        ("SELECT * FROM people FOR UPDATE", "update"),
        ("SELECT " + "x" * 20_001, "longer than"),
    ],
)
def test_what_does_more_than_read_is_refused_before_any_database_sees_it(query, told):
    (problem,) = query_problems("users_query", query)

    assert told in problem.message


@pytest.mark.parametrize(
    "query",
    [
        "select id from people;",
        "/* delete nobody */ SELECT id FROM people -- update later\n",
        "SELECT id, 'delete me' AS note FROM people",
        "WITH active AS (SELECT * FROM people) SELECT id FROM active",
        "SELECT id, REPLACE(name, 'a', 'b') AS name FROM people WHERE name LIKE '%s%'",
    ],
)
def test_one_select_is_a_query(query):
    assert query_problems("users_query", query) == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"url": "oracle://host/db"}, "url"),
        ({"url": "postgresql:///db"}, "url"),
        ({"url": "postgresql://host"}, "url"),
        ({"url": "postgresql://ana:secret@host/db"}, "url"),
        ({"url": "sqlite://relative.db"}, "url"),
        ({"url": "postgresql://host/db?sslmode=disable"}, "url"),
        ({"url": "postgresql://host:0/db"}, "url"),
        ({"overlap": "-1"}, "overlap"),
        ({"overlap": "soon"}, "overlap"),
        ({"users_query": ""}, "users_query"),
        ({"members_query": "UPDATE x"}, "members_query"),
    ],
)
def test_what_is_wrong_is_told_at_its_key(said, key):
    right = {"url": "postgresql://host/db", "users_query": USERS}

    assert settings_problems(right) == []
    assert [one.path for one in settings_problems({**right, **said})] == [key]


def test_a_password_is_bound_to_system_host_and_port():
    addresses = ["postgresql://db.example/hr", "mariadb://db.example/hr", "sqlite:///hr.db"]

    bound = [host_of({"url": one}) for one in addresses]

    assert bound == ["postgresql://db.example:5432", "mysql://db.example:3306", "sqlite:"]


@pytest.mark.django_db
def test_rows_without_an_id_and_ids_in_several_rows_are_refused_and_nobody_is_removed(
    database, tmp_path
):
    rows = [(str(one), f"Person {one}") for one in range(9)]
    database.executemany("INSERT INTO people VALUES (?, ?)", rows)
    read(opened(tmp_path))

    database.execute("UPDATE people SET id = NULL WHERE id = '8'")
    database.execute("UPDATE people SET id = 'A' WHERE id = '7'")
    database.execute("INSERT INTO people VALUES ('a', 'Again')")
    report = read(opened(tmp_path))

    reasons = sorted(one.reason for one in report.rejected)
    assert reasons == [
        "The id “a” is in 2 rows: none of them was imported.",
        "The id “a” is in 2 rows: none of them was imported.",
        "“id” is empty.",
    ]
    assert present() == {str(one) for one in range(9)}


@pytest.mark.django_db
def test_weird_values_cost_their_attribute_or_their_row_and_nothing_else(database, tmp_path):
    rows = [
        ("1", "nul\0inside"),
        ("2", b"\xff\xfe binary"),
        ("3", "O'Brien; DROP TABLE people; --"),
        ("4", "\N{RIGHT-TO-LEFT MARK}שלום 👩\N{ZERO WIDTH JOINER}🚀"),
        (b"\x00\x01", "Binary id"),
        ("6", "bell\x07"),
        (7, 20.5),
    ]
    database.executemany("INSERT INTO people VALUES (?, ?)", rows)

    report = read(opened(tmp_path))

    assert person("1").display_name == "nul\N{REPLACEMENT CHARACTER}inside"
    assert person("2").attributes == {}
    assert person("3").display_name == "O'Brien; DROP TABLE people; --"
    assert person("4").display_name.startswith("\N{RIGHT-TO-LEFT MARK}שלום")
    assert person("7").attributes == {"displayName": "20.5"}
    assert len(report.rejected) == 2
    assert present() == {"1", "2", "3", "4", "7"}


@pytest.mark.django_db
def test_more_rows_than_a_page_arrive_each_once(database, tmp_path):
    rows = [(f"u{one:03}", str(one)) for one in range(100)]
    database.executemany("INSERT INTO people VALUES (?, ?)", rows)

    assert read(opened(tmp_path)).users.added == 100
    assert read(opened(tmp_path)).users.unchanged == 100


@pytest.mark.django_db
def test_a_writer_does_not_wait_for_a_read_that_stands_still(database, tmp_path):
    database.executemany("INSERT INTO people VALUES (?, ?)", [(str(n), "x") for n in range(9)])
    pages = opened(tmp_path).full(Part.USERS)
    next(pages)

    database.execute("INSERT INTO people VALUES ('late', 'Late')")

    assert "late" not in {one.source_id for page in pages for one in page.records}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "more", "told"),
    [
        ("SELECT name FROM people", {}, "The column “id” is missing"),
        ("SELECT id FROM nowhere", {}, "The database refuses: no such table"),
        (USERS, {"changed": "updated"}, "has no column “updated”"),
        (USERS, {"url": "sqlite:///nowhere/at/all.db"}, "The database refuses: unable to open"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_before_anything_is_imported(
    database, tmp_path, query, more, told
):
    with pytest.raises(UsageProblems) as caught:
        read(opened(tmp_path, query, **more))

    assert told in str(caught.value)


def test_a_database_that_has_the_word_still_writes_nothing_through_a_query():
    opponent = PostgresTables()
    opponent.execute("CREATE SEQUENCE numbers", [()])
    opponent.execute("INSERT INTO teams VALUES ('1', 'x')", [()])
    said = {"url": opponent.address(), "user": "rollcall"}
    said["users_query"] = "SELECT id, nextval('numbers') AS n FROM teams"
    settings = read_settings(said)
    source = SqlSource(replace(settings, **opponent.reached_by()), lambda: "")

    with pytest.raises(SourceUnavailable, match="read-only transaction"):
        list(source.full(Part.USERS))
    opponent.close()


def test_a_server_that_is_away_is_said_in_a_sentence_without_the_password():
    said = {"url": "postgresql://127.0.0.1:1/hr", "users_query": USERS, "user": "ana"}
    source = SqlSource(read_settings(said), lambda: "hunter2")

    (problem,) = source.check()

    assert "The database refuses" in problem.message
    assert "hunter2" not in str(problem)


def test_values_of_databases_become_what_a_directory_stores():
    cells = [
        "1",
        Decimal("12345678901234567890"),
        Decimal("2.50"),
        datetime(2026, 3, 31, 17, 0, tzinfo=UTC),
        UUID(int=7),
        ["a", None, "b"],
        True,
        float("nan"),
        10**20,
    ]

    row = row_of(Part.USERS, 4, ["ID", "a", "b", "c", "d", "e", "f", "g", "h"], cells)

    assert row.problem == ""
    assert row.values == {
        "id": "1",
        "a": "12345678901234567890",
        "b": 2.5,
        "c": "2026-03-31T17:00:00+00:00",
        "d": str(UUID(int=7)),
        "e": ["a", "b"],
        "f": True,
        "g": "nan",
        "h": str(10**20),
    }


@pytest.mark.parametrize(
    ("newest", "earlier"),
    [
        (datetime(2026, 3, 31, 17, 0), datetime(2026, 3, 31, 16, 50)),  # noqa: DTZ001
        ("2026-03-31 17:00:00", "2026-03-31 16:50:00"),
        ("2026-03-31T00:05:00", "2026-03-30T23:55:00"),
        (1_000_000, 999_400),
    ],
)
def test_rows_are_read_again_from_before_the_watermark(newest, earlier):
    mark = watermark_of(newest)
    assert mark is not None

    again = Watermark.read(mark.cursor())

    assert again == mark
    assert again.less(10) == earlier
    assert not again.is_after(newest)
    assert again.is_after(earlier)
    assert again.is_after(None)
