"""Databases as opponents: a SQLite file, and a PostgreSQL that one test run shares."""

from __future__ import annotations

import atexit
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import psycopg

from provisioning.core.resource import Kind
from provisioning.sources.base import DirectorySource, Part
from provisioning.sources.sql.settings import read_settings
from provisioning.sources.sql.source import SqlSource
from provisioning.tests.servers import PrivatePostgres
from provisioning.tests.sources.conformance.opponent import Can
from provisioning.tests.sources.conformance.tables import Member, Tables

PAGE = 5
SCHEMA = (
    "CREATE TABLE people (id {key}, name TEXT, mail TEXT, manager TEXT, department TEXT,"
    " enabled BOOLEAN, deleted TEXT, updated {moment})",
    "CREATE TABLE teams (id {key}, name TEXT)",
    "CREATE TABLE members (team TEXT, member TEXT, kind TEXT)",
)
_QUERIES = {
    "users_query": 'SELECT id, name AS "displayName", mail, manager, department,'
    ' enabled AS "accountEnabled", deleted AS "deletedDateTime", updated FROM people',
    "groups_query": 'SELECT id, name AS "displayName" FROM teams;',
    "members_query": 'SELECT team AS "group", member, kind AS type FROM members',
}


class Database(Tables):
    """Tables that are brought up to date before each read, row by row, as an application would."""

    can = frozenset(Can)
    secret = "a password nobody guesses"
    changed = ""

    def __init__(self) -> None:
        super().__init__()
        self._clock = itertools.count(1_000_000_000)
        self._touched: set[str] = set()
        self._generation = 0

    def note(self, kind: Kind, key: str) -> None:
        if kind is Kind.USER:
            self._touched.add(key)

    def quoted(self, query: str) -> str:
        """The query with quotation marks as this database writes them."""
        return query

    def source(self) -> DirectorySource:
        return self._source(_QUERIES)

    def filtered_source(self) -> DirectorySource:
        users = f"{_QUERIES['users_query']} WHERE id <> ''"
        return self._source({**_QUERIES, "users_query": users})

    def expire_cursors(self) -> None:
        """The database comes back from a backup: what it says of the time goes back (W34)."""
        self._clock = itertools.count(500_000_000)
        self._touched.update(self.people)

    def moment(self) -> Any:
        """When a row changed, as the column holds it."""
        return next(self._clock)

    def execute(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        raise NotImplementedError

    def address(self) -> str:
        raise NotImplementedError

    def _source(self, queries: dict[str, str]) -> DirectorySource:
        self._bring_up_to_date()
        said = {key: self.quoted(one) for key, one in queries.items()}
        said |= {"url": self.address(), "changed": self.changed, "overlap": "0"}
        said["user"] = "rollcall"
        settings = replace(read_settings(said), **self.reached_by())
        if not self.changed:
            users = queries["users_query"].replace(", updated", "")
            settings = replace(settings, queries={**settings.queries, Part.USERS: users})
        return SqlSource(settings, lambda: self.secret, rows=PAGE)

    def reached_by(self) -> dict[str, Any]:
        """What of the settings no address can say: a server on a socket."""
        return {}

    def _bring_up_to_date(self) -> None:
        touched = sorted(self._touched)
        self._touched.clear()
        self.execute("DELETE FROM people WHERE id = ?", [(self.id_of(key),) for key in touched])
        people = [self._person(key) for key in touched if key in self.people]
        self.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", people)
        self.execute("DELETE FROM teams WHERE 1 = 1", [()])
        self.execute("DELETE FROM members WHERE 1 = 1", [()])
        teams = [(self.id_of(key), key) for key in self.groups]
        self.execute("INSERT INTO teams VALUES (?, ?)", teams)
        edges = [(group, one) for group, members in self.groups.items() for one in sorted(members)]
        self.execute("INSERT INTO members VALUES (?, ?, ?)", [self._edge(*one) for one in edges])

    def _person(self, key: str) -> tuple[Any, ...]:
        row = self.row(key)
        names = ("displayName", "mail", "manager", "department", "accountEnabled")
        values = [row[name] for name in (*names, "deletedDateTime")]
        return (self.id_of(key), *values, self.moment())

    def _edge(self, group: str, member: Member) -> tuple[str, str, str]:
        return (self.id_of(group), self.id_of(member[1]), member[0].value)


class SqliteFile(Database):
    """A file, compared whole at every read."""

    name = "SQLite"
    can = frozenset(Can) - {Can.FEED, Can.EXPIRE, Can.SECRET, Can.FILTER}

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="rollcall-sql-")
        self._file = Path(self._folder.name) / "hr.db"
        for statement in SCHEMA:
            self.execute(statement.format(key="TEXT", moment="INTEGER"), [()])

    def address(self) -> str:
        return f"sqlite://{self._file}"

    def execute(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        made = sqlite3.connect(self._file)
        with made:
            for row in rows:
                made.execute(statement, row)
        made.close()

    def close(self) -> None:
        self._folder.cleanup()


class SqliteChanges(SqliteFile):
    """The same file with a column that says when a person changed."""

    name = "SQLite, changes"
    can = frozenset(Can) - {Can.SECRET}
    changed = "updated"


class PostgresTables(Database):
    """A database of a real PostgreSQL, whose column of changes is a timestamp."""

    name = "PostgreSQL"
    changed = "updated"
    _server: ClassVar[PrivatePostgres | None] = None
    _numbers = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self._database = f"hr{os.getpid()}x{next(self._numbers)}"
        self._connection = psycopg.connect(self._make(), autocommit=True)
        for statement in SCHEMA:
            self.execute(statement.format(key="TEXT", moment="TIMESTAMP"), [()])

    def moment(self) -> Any:
        return datetime(2000, 1, 1) + timedelta(seconds=next(self._clock))  # noqa: DTZ001

    def address(self) -> str:
        return f"postgresql://127.0.0.1/{self._database}"

    def reached_by(self) -> dict[str, Any]:
        assert PostgresTables._server is not None
        return {"host": str(PostgresTables._server.folder)}

    def execute(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._connection.cursor() as cursor:
            for row in rows:
                cursor.execute(statement.replace("?", "%s").encode(), row)

    def close(self) -> None:
        self._connection.close()

    def _make(self) -> str:
        cls = PostgresTables
        if cls._server is None:
            cls._server = PrivatePostgres.start()
            atexit.register(cls._server.stop)
        return cls._server.url(self._database)
