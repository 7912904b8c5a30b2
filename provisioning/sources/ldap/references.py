"""Who is behind a distinguished name: managers and members are told by names, which change.

After a whole list of people or groups was read, names are looked up in it; before that, a few are
asked of the server one by one, and with more than `A_FEW` the list is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import ldap.dn
from ldap.filter import escape_filter_chars

from provisioning.core.resource import Kind
from provisioning.sources.base import Part
from provisioning.sources.ldap.connection import Connection
from provisioning.sources.ldap.server import Server

A_FEW = 200
_TOGETHER = 50
KIND_OF = {Part.USERS: Kind.USER, Part.GROUPS: Kind.GROUP}


class References:
    """Names of people and groups below the bases of one source."""

    def __init__(
        self,
        connection: Connection,
        server: Server,
        queries: dict[Part, str],
        read_list: Callable[[Part], Iterable[tuple[str, str]]],
    ) -> None:
        self._connection = connection
        self._server = server
        self._queries = queries
        self._read_list = read_list
        self._ids: dict[Part, dict[str, str]] = {}
        self._parsed: dict[Part, dict[str, str]] = {}
        self._asked: dict[tuple[Part, str], str] = {}

    def keep(self, part: Part, ids: dict[str, str]) -> None:
        """The whole list of a part: folded name to id."""
        self._ids[part] = ids
        self._parsed.pop(part, None)

    def find(self, part: Part, name: str) -> str:
        """The id of the person or group with this name; empty when the source has none."""
        if part not in self._ids and len(self._asked) < A_FEW:
            return self._ask(part, name)
        if part not in self._ids:
            self.keep(part, {fold(dn): found for dn, found in self._read_list(part)})
        known = self._ids[part]
        return known.get(fold(name)) or self._by_meaning(part, name)

    def people_with(self, uids: Iterable[str]) -> dict[str, str]:
        """The ids of people by `uid`, for groups that name their members so."""
        found: dict[str, str] = {}
        asked = list(uids)
        for start in range(0, len(asked), _TOGETHER):
            some = "".join(
                f"(uid={escape_filter_chars(one)})" for one in asked[start : start + _TOGETHER]
            )
            query = f"(&{self._queries[Part.USERS]}(|{some}))"
            for base in self._connection.bases:
                for page in self._connection.pages(base, query, ("uid", self._server.id_attribute)):
                    for entry in page:
                        for uid in entry.values.get("uid", []):
                            found[uid.decode("utf-8", "replace")] = self._server.id_of(entry)
        return found

    def _ask(self, part: Part, name: str) -> str:
        key = (part, fold(name))
        if key not in self._asked:
            wanted = (self._server.id_attribute,)
            entry = self._connection.read(name, wanted, self._queries[part])
            inside = entry is not None and self._is_inside(entry.dn)
            self._asked[key] = self._server.id_of(entry) if entry and inside else ""
        return self._asked[key]

    def _is_inside(self, dn: str) -> bool:
        meant = normal(dn)
        return any(
            meant == base or meant.endswith(f",{base}")
            for base in map(normal, self._connection.bases)
        )

    def _by_meaning(self, part: Part, name: str) -> str:
        """Two spellings of one name: `cn=Doe\\, J` and `CN="Doe, J"`."""
        if part not in self._parsed:
            self._parsed[part] = {normal(dn): one for dn, one in self._ids[part].items()}
        return self._parsed[part].get(normal(name), "")


def fold(name: str) -> str:
    """The cheap form of a name, which is enough when the server spells it as in the entry."""
    return name.casefold()


@lru_cache(maxsize=10_000)
def normal(name: str) -> str:
    """A name by its meaning: types and values folded, several of one level in order."""
    try:
        levels = ldap.dn.str2dn(name)
    except ldap.LDAPError:
        return name.casefold()
    return ",".join(
        "+".join(sorted(f"{kind.casefold()}={_plain(value)}" for kind, value, _flags in level))
        for level in levels
    )


def _plain(value: str) -> str:
    folded: str = ldap.dn.escape_dn_chars(" ".join(value.split()).casefold())
    return folded
