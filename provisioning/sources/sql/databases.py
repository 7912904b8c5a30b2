"""One connection to a database that only reads, and sees one moment until it is closed.

PostgreSQL: a repeatable-read, read-only transaction. MySQL and MariaDB: a consistent snapshot, read
only. SQLite: a copy of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote

from provisioning.core.errors import ConfigurationError, SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.sql.settings import Engine, SqlSettings

SECONDS = 10
STATEMENT_SECONDS = 600


class Cursor(Protocol):
    """What all three drivers have in common."""

    @property
    def description(self) -> Any: ...

    def execute(self, query: Any, parameters: Any = ..., /) -> Any: ...

    def fetchmany(self, size: int = ..., /) -> list[Any]: ...

    def fetchall(self) -> list[Any]: ...

    def close(self) -> None: ...


class Connection(Protocol):
    """What all three drivers have in common."""

    @property
    def cursor(self) -> Any: ...

    def close(self) -> None: ...


class Snapshot:
    """The state of a database at one moment; `run` answers columns and rows."""

    def __init__(self, settings: SqlSettings, password: Callable[[], str]) -> None:
        self._engine = settings.engine
        self._cursors: list[Cursor] = []
        with _told():
            self._connection = _OPEN[settings.engine](settings, password)

    def quoted(self, name: str) -> str:
        """A column's name as the database writes it."""
        mark = "`" if self._engine is Engine.MYSQL else '"'
        return mark + name.replace(mark, mark * 2) + mark

    @property
    def place(self) -> str:
        """The sign in the place of a value."""
        return "?" if self._engine is Engine.SQLITE else "%s"

    def literal(self, query: str) -> str:
        """The query as the driver passes it on unchanged."""
        return query if self._engine is Engine.SQLITE else query.replace("%", "%%")

    def run(
        self, query: str, values: Sequence[object], size: int
    ) -> Iterator[tuple[tuple[str, ...], Sequence[object]]]:
        """The rows of one statement with their columns' names, read in pieces of `size`."""
        cursor = self._cursor()
        try:
            with _told():
                cursor.execute(query, tuple(values))
                names = tuple(str(column[0]) for column in cursor.description)
                rows = cursor.fetchmany(size)
            while rows:
                yield from ((names, row) for row in rows)
                with _told():
                    rows = cursor.fetchmany(size)
        finally:
            self._done_with(cursor)

    def columns(self, query: str) -> tuple[str, ...]:
        """The names of a query's columns, without reading a row."""
        cursor = self._cursor()
        try:
            with _told():
                cursor.execute(query, ())
                return tuple(str(column[0]) for column in cursor.description)
        finally:
            self._done_with(cursor)

    def _cursor(self) -> Cursor:
        """One that fetches as it goes: a million memberships do not fit into memory."""
        named = {"name": "rollcall"} if self._engine is Engine.POSTGRESQL else {}
        cursor: Cursor = self._connection.cursor(**named)
        self._cursors.append(cursor)
        return cursor

    def _done_with(self, cursor: Cursor) -> None:
        """A read that was given up may end after its connection, which closed the cursor then."""
        if cursor in self._cursors:
            self._cursors.remove(cursor)
            cursor.close()

    def close(self) -> None:
        """Let go of the database."""
        while self._cursors:
            self._cursors.pop().close()
        self._connection.close()


def _postgresql(settings: SqlSettings, password: Callable[[], str]) -> Connection:
    import psycopg

    made = psycopg.connect(
        host=settings.host,
        port=settings.port,
        dbname=settings.database,
        user=settings.user or None,
        password=password() or None,
        connect_timeout=SECONDS,
        application_name="rollcall",
        options=f"-c statement_timeout={STATEMENT_SECONDS * 1000}",
    )
    made.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    made.read_only = True
    return made


def _mysql(settings: SqlSettings, password: Callable[[], str]) -> Connection:
    try:
        import pymysql
    except ImportError:
        raise ConfigurationError(
            gettext_noop("The library for MySQL and MariaDB, PyMySQL, is not installed."),
            advice=gettext_noop("Install requirements-mysql.txt, then start Rollcall again."),
        ) from None
    made: Connection = pymysql.connect(
        host=settings.host,
        port=settings.port,
        database=settings.database,
        user=settings.user or None,
        password=password(),
        connect_timeout=SECONDS,
        read_timeout=STATEMENT_SECONDS,
        charset="utf8mb4",
        local_infile=False,
        cursorclass=pymysql.cursors.SSCursor,
    )
    cursor = made.cursor()
    for statement in (
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ):
        cursor.execute(statement)
    cursor.close()
    return made


def _sqlite(settings: SqlSettings, _password: Callable[[], str]) -> Connection:
    """A copy of the file in a temporary one, so that no writer waits until the import is done."""
    address = f"file:{quote(settings.database)}?mode=ro"
    made = sqlite3.connect("", isolation_level=None)
    try:
        original = sqlite3.connect(address, uri=True, timeout=SECONDS)
        try:
            original.backup(made)
        finally:
            original.close()
    except sqlite3.Error:
        made.close()
        raise
    made.text_factory = lambda raw: raw.decode("utf-8", "replace")
    made.execute("PRAGMA query_only = ON")
    return made


_OPEN: dict[Engine, Callable[[SqlSettings, Callable[[], str]], Connection]] = {
    Engine.POSTGRESQL: _postgresql,
    Engine.MYSQL: _mysql,
    Engine.SQLITE: _sqlite,
}


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the driver raises, in a sentence; what the database said is at its end."""
    try:
        yield
    except ConfigurationError:
        raise
    except Exception as error:
        if not _is_of_a_driver(error):
            raise
        words = " ".join(str(error).split())[:300]
        raise SourceUnavailable(
            gettext_noop("The database refuses: %(words)s"),
            params={"words": words},
            advice=gettext_noop(
                "Nothing was removed. Check the address, the account and the query; the account "
                "needs to read the tables and nothing more."
            ),
        ) from None


def _is_of_a_driver(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("psycopg", "pymysql", "sqlite3")
