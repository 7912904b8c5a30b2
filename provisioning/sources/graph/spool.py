"""Items of one round put together by id, on disk, so that the size of a tenant does not matter.

Graph tells of an object several times, in pieces and in any order; the last word on each property
counts, and members come and go one by one (directory-sources 1, rule 5). Nothing is imported before
the round is over, so that no half-told person is ever seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

REMOVED = "@removed"
_TABLES = """
CREATE TABLE item (id TEXT PRIMARY KEY, said TEXT NOT NULL, removed TEXT);
CREATE TABLE member (
    holder TEXT, member TEXT, type TEXT, present INTEGER, PRIMARY KEY (holder, member)
) WITHOUT ROWID;
"""


class Item(NamedTuple):
    """One object of a round: what is said of it, and why it was removed, if it was."""

    id: str
    said: dict[str, Any]
    removed: str | None


class Member(NamedTuple):
    """One relation of a round: it came, or it went."""

    holder: str
    member: str
    type: str
    present: bool


class Spool:
    """A private temporary database that ends with this object."""

    def __init__(self, relation: str) -> None:
        """Take `manager` or `members` as the relation."""
        self._relation = f"{relation}@delta"
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")

    def close(self) -> None:
        """Forget everything."""
        self._rows.close()

    def take(self, items: list[Mapping[str, Any]]) -> None:
        """Add the items of a page."""
        self._rows.execute("BEGIN")
        for item in items:
            self._take(dict(item))
        self._rows.execute("COMMIT")

    def items(self) -> Iterator[Item]:
        """Every object, put together."""
        rows = self._rows.execute("SELECT id, said, removed FROM item ORDER BY rowid")
        for id_, said, removed in rows:
            yield Item(id_, json.loads(said), removed)

    def members(self) -> Iterator[Member]:
        """Every relation that came or went."""
        rows = self._rows.execute(
            "SELECT holder, member, type, present FROM member ORDER BY holder, member"
        )
        for holder, member, type_, present in rows:
            yield Member(holder, member, type_, bool(present))

    def related_to(self, holder: str) -> list[Member]:
        """The relations of one object."""
        rows = self._rows.execute(
            "SELECT holder, member, type, present FROM member WHERE holder = ?", [holder]
        )
        return [Member(one, other, type_, bool(there)) for one, other, type_, there in rows]

    def _take(self, item: dict[str, Any]) -> None:
        id_ = str(item.pop("id", "")).strip().lower()
        if not id_:
            return
        related = item.pop(self._relation, None)
        removed = item.pop(REMOVED, None)
        if removed is not None:
            reason = str(removed.get("reason", "")) if isinstance(removed, dict) else ""
            self._put(id_, {}, reason or "deleted")
            return
        row = self._rows.execute("SELECT said, removed FROM item WHERE id = ?", [id_]).fetchone()
        before = json.loads(row[0]) if row is not None and row[1] is None else {}
        self._put(id_, {**before, **item}, None)
        for one in related if isinstance(related, list) else ():
            self._relate(id_, one)

    def _put(self, id_: str, said: Mapping[str, Any], removed: str | None) -> None:
        self._rows.execute(
            "INSERT INTO item (id, said, removed) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET said = excluded.said, removed = excluded.removed",
            [id_, json.dumps(said), removed],
        )

    def _relate(self, holder: str, one: Mapping[str, Any]) -> None:
        member = str(one.get("id", "")).strip().lower()
        if member:
            type_ = str(one.get("@odata.type", "")).rpartition(".")[2]
            self._rows.execute(
                "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?)",
                [holder, member, type_, REMOVED not in one],
            )
