"""How a server tells what changed: by synchronisation (RFC 4533), or by a stamp that grows.

A synchronisation announces everything. A stamp shows new and changed entries; who left is found by
listing the ids of all, which costs a second for 100,000 people (directory-sources 3.3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from provisioning.sources.base import CursorExpired
from provisioning.sources.ldap.connection import Connection
from provisioning.sources.ldap.references import fold
from provisioning.sources.ldap.server import Product, Server
from provisioning.sources.ldap.synchronising import (
    CannotSynchronise,
    Changed,
    Deleted,
    Done,
    Event,
    Unchanged,
    synchronise,
)

OVERLAP = timedelta(seconds=60)
"""Entries are committed later than their time says, and clocks of several servers differ (W33)."""
_SYNC, _STAMP = "sync", "stamp"
_NOBODY = "nobody"
"""Stands for the stamp of a base where nobody was: everybody there is new."""
_SECONDS = "%Y%m%d%H%M%S"


@dataclass(slots=True)
class Listing:
    """Everybody of a part before anything else of them is read: folded name to id, and from where
    changes after this moment are told.
    """

    names: dict[str, str] = field(default_factory=dict)
    cursor: str = ""


class Signals:
    """One server's way to tell changes below the bases of one source."""

    def __init__(self, connection: Connection, server: Server) -> None:
        self._connection = connection
        self._server = server
        self._synchronises = server.synchronises

    def listing(self, query: str) -> Listing:
        """Everybody who fits, before their values are read, so that no change falls between."""
        if self._synchronises:
            try:
                return self._synchronised_listing(query)
            except CannotSynchronise:
                self._synchronises = False
        return self._stamped_listing(query)

    def changes(self, query: str, attributes: tuple[str, ...], cursor: str) -> Iterator[Event]:
        """What changed since the cursor; the last event is `Done`, with the cursor to go on from.
        Raises `CursorExpired`.
        """
        said = json.loads(cursor)
        places = dict(zip(self._connection.bases, said["places"], strict=True))
        if said["signal"] == _STAMP:
            return self._stamped_changes(query, attributes, places)
        return self._synchronised_changes(query, attributes, places)

    def _synchronised_listing(self, query: str) -> Listing:
        found, cookies = Listing(), []
        for base in self._connection.bases:
            cookies.append(self._cookie(base, query, found.names))
            if self._server.product is Product.OPENLDAP:
                self._listed(base, query, found.names)
        found.cursor = _cursor(_SYNC, cookies)
        return found

    def _cookie(self, base: str, query: str, names: dict[str, str]) -> str:
        """From where changes are told. OpenLDAP's cookie is the state of the whole database, so
        that one entry is enough to be handed it, and a list in pages costs a quarter (measured);
        others bind it to the search, which then is the list.
        """
        wanted = (self._server.id_attribute,)
        alone = self._server.product is Product.OPENLDAP
        cookie = ""
        for event in synchronise(self._connection, base, query, wanted, "", alone=alone):
            if isinstance(event, Changed) and not alone:
                names[fold(event.entry.dn)] = self._server.id_of_uuid(event.uuid)
            elif isinstance(event, Done):
                cookie = event.cookie
        return cookie

    def _stamped_listing(self, query: str) -> Listing:
        found, stamps = Listing(), []
        for base in self._connection.bases:
            stamps.append(self._listed(base, query, found.names))
        found.cursor = _cursor(_STAMP, stamps)
        return found

    def _listed(self, base: str, query: str, names: dict[str, str]) -> str:
        """Adds everybody below the base to `names` and answers the highest stamp there is."""
        highest = self._committed()
        wanted = (self._server.id_attribute, self._server.stamp)
        for page in self._connection.pages(base, query, wanted):
            for entry in page:
                names[fold(entry.dn)] = self._server.id_of(entry)
                if self._server.product is not Product.ACTIVE_DIRECTORY:
                    highest = max(highest, entry.first(self._server.stamp))
        return highest or ("" if names else _NOBODY)

    def _committed(self) -> str:
        """Active Directory's own count of changes, read before anything else of it."""
        if self._server.product is not Product.ACTIVE_DIRECTORY:
            return ""
        root = self._connection.read("", ("highestCommittedUSN",))
        return root.first("highestCommittedUSN") if root else ""

    def _synchronised_changes(
        self, query: str, attributes: tuple[str, ...], places: dict[str, str]
    ) -> Iterator[Event]:
        cookies, silent = [], []
        for base, cookie in places.items():
            try:
                for event in synchronise(self._connection, base, query, attributes, cookie):
                    if not isinstance(event, Done):
                        yield self._with_our_ids(event)
                        continue
                    cookies.append(event.cookie or cookie)
                    if event.announced:
                        silent.append(base)
            except CannotSynchronise:
                raise CursorExpired from None
        announced = len(silent) == len(places)
        if not announced:
            # Where one base named everybody who stays, absence counts: the others must do so too.
            for base in silent:
                yield from self._all_ids(base, query)
        yield Done(_cursor(_SYNC, cookies), announced)

    def _stamped_changes(
        self, query: str, attributes: tuple[str, ...], places: dict[str, str]
    ) -> Iterator[Event]:
        stamps = []
        for base, stamp in places.items():
            names: dict[str, str] = {}
            highest = self._listed(base, query, names)
            if _went_back(self._server, highest, stamp):
                raise CursorExpired
            stamps.append(highest)
            yield Unchanged(tuple(one for one in names.values() if one))
            for page in self._connection.pages(base, self._since(query, stamp), attributes):
                for entry in page:
                    yield Changed(self._server.id_of(entry), entry)
        yield Done(_cursor(_STAMP, stamps), announced=False)

    def _since(self, query: str, stamp: str) -> str:
        if stamp == _NOBODY:
            return query
        return f"(&{query}({self._server.stamp}>={_from(self._server, stamp)}))"

    def _all_ids(self, base: str, query: str) -> Iterator[Event]:
        for page in self._connection.pages(base, query, (self._server.id_attribute,)):
            yield Unchanged(tuple(filter(None, map(self._server.id_of, page))))

    def _with_our_ids(self, event: Event) -> Event:
        match event:
            case Changed(uuid, entry):
                return Changed(self._server.id_of_uuid(uuid), entry)
            case Unchanged(uuids):
                return Unchanged(tuple(map(self._server.id_of_uuid, uuids)))
            case Deleted(uuids):
                return Deleted(tuple(map(self._server.id_of_uuid, uuids)))
        return event


def _cursor(signal: str, places: list[str]) -> str:
    """Empty when a base told nothing to go on from: then everything is read every time."""
    return json.dumps({"signal": signal, "places": places}) if all(places) else ""


def _went_back(server: Server, highest: str, stamp: str) -> bool:
    """Whether the newest change is older than one we saw: a restore, or the newest entry left."""
    if stamp == _NOBODY:
        return False
    if server.product is Product.ACTIVE_DIRECTORY:
        return int(highest or 0) < int(stamp)
    return highest == _NOBODY or highest < stamp


def _from(server: Server, stamp: str) -> str:
    """The least stamp to ask for."""
    if server.product is Product.ACTIVE_DIRECTORY:
        return str(int(stamp) + 1)
    # The clock of the server itself; only a difference is taken of it.
    moment = datetime.strptime(stamp[:14], _SECONDS) - OVERLAP  # noqa: DTZ007
    text = moment.strftime(_SECONDS)
    return f"{text}.000000Z#000000#000#000000" if "#" in stamp else f"{text}Z"
