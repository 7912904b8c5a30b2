"""An LDAP server as a directory source: everybody is listed first, then read, page by page.

The list comes before the values, so that names of managers and members can be resolved, nothing
falls between list and cursor, and whoever was listed but not read counts as present.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.core.problems import Problem
from provisioning.core.resource import Value
from provisioning.sources.base import Finding, Page, Part, Record
from provisioning.sources.ldap.changes import Changes
from provisioning.sources.ldap.connection import Connection, Entry
from provisioning.sources.ldap.entries import MEMBERS, NAME, Shape, shape_of, unreadable_reason
from provisioning.sources.ldap.members import roster_of, whole_entry
from provisioning.sources.ldap.references import KIND_OF, References
from provisioning.sources.ldap.server import Server, filter_of, recognise
from provisioning.sources.ldap.settings import LdapSettings
from provisioning.sources.ldap.signals import Listing, Signals

EDGES = 1000


class LdapSource:
    """People, groups and memberships below the bases of one server."""

    kind = "ldap"

    def __init__(self, settings: LdapSettings, password: Callable[[], str]) -> None:
        self._settings = settings
        self._connection = Connection(settings, password)
        self._shapes: dict[Part, Shape] = {}
        self._changes = Changes(self)

    def parts(self) -> tuple[Part, ...]:
        """Everything."""
        return tuple(Part)

    def name_of(self, part: Part) -> str:
        """The server's address."""
        return self._settings.url

    def check(self) -> list[Problem]:
        """Bases that are not there and filters that cannot be read. Raises `SourceUnavailable`."""
        problems = []
        for base in self._settings.bases:
            if self._connection.read(base, ("objectClass",)) is None:
                message = _("There is no “%(base)s”, or this account may not see it.")
                advice = _("For example dc=example,dc=com.")
                problems.append(Problem("bases", message % {"base": base[:120]}, advice))
                continue
            for query in self.queries.values():
                self._connection.read(base, ("objectClass",), query)
        return problems

    def schema(self, part: Part) -> tuple[str, ...]:
        """The attributes that people or groups get."""
        return ("id", NAME, *self.shape(part).sources)

    def basis(self) -> str:
        """The settings, the server, and which restore of it."""
        return json.dumps([asdict(self._settings), asdict(self.server)], sort_keys=True)

    def full(self, part: Part) -> Iterator[Page]:
        """Everybody of a part."""
        listing = self.signals.listing(self.queries[part])
        if part in KIND_OF:
            self.references.keep(part, listing.names)
            yield from self._objects(part, listing)
        else:
            yield from self._memberships(listing)

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        """What changed since the cursor."""
        return self._changes.read(part, cursor)

    @cached_property
    def server(self) -> Server:
        """Which server answers."""
        return recognise(self._connection)

    @cached_property
    def signals(self) -> Signals:
        """How it tells what changed."""
        return Signals(self._connection, self.server)

    @cached_property
    def queries(self) -> dict[Part, str]:
        """The filter of each part."""
        said = {
            Part.USERS: self._settings.user_filter,
            Part.GROUPS: self._settings.group_filter,
            Part.MEMBERSHIPS: self._settings.group_filter,
        }
        return {part: filter_of(self.server, part, said) for part in Part}

    @cached_property
    def references(self) -> References:
        """Who is behind a name."""
        return References(self._connection, self.server, self.queries, self._read_list)

    def shape(self, part: Part) -> Shape:
        """Which attributes a part carries."""
        if part not in self._shapes:
            self._shapes[part] = shape_of(self.server, self._settings, part)
        return self._shapes[part]

    def wanted(self, part: Part) -> tuple[str, ...]:
        """What to ask the server for."""
        own = MEMBERS if part is Part.MEMBERSHIPS else self.shape(part).wanted()
        return (self.server.id_attribute, *own)

    def pages(self, query: str, attributes: tuple[str, ...]) -> Iterator[list[Entry]]:
        """Every entry below the bases that fits."""
        for base in self._settings.bases:
            yield from self._connection.pages(base, query, attributes)

    def object_page(self, part: Part, entries: list[Entry]) -> Page:
        """Entries of people or groups as records; one without an id could be anybody."""
        records, rejected, warnings = [], [], []
        for entry in entries:
            identity = self.server.id_of(entry)
            if not identity:
                reason = _("“%(dn)s” has no %(attribute)s: it was left out.")
                said = {"dn": entry.dn[:120], "attribute": self.server.id_attribute}
                rejected.append(Finding(self._settings.url, None, reason % said))
                continue
            attributes, unreadable = self.shape(part).attributes(entry)
            if unreadable:
                reason = unreadable_reason(entry.dn, unreadable)
                warnings.append(Finding(self._settings.url, None, reason))
            records.append(Record(identity, self._with_manager(attributes)))
        return Page(
            records=tuple(records),
            rejected=tuple(rejected),
            warnings=tuple(warnings),
            complete=not rejected,
        )

    def member_pages(self, entries: list[Entry]) -> Iterator[Page]:
        """Group entries as edges, then the groups whose every member was named."""
        groups = []
        for entry in entries:
            group = self.server.id_of(entry)
            if not group:
                continue
            groups.append(group)
            roster = roster_of(group, whole_entry(self._connection, entry), self.references)
            for start in range(0, len(roster.edges), EDGES):
                yield Page(edges=tuple(roster.edges[start : start + EDGES]))
            if roster.strangers:
                yield Page(warnings=(self._strangers(entry.dn, roster.strangers),))
        yield Page(rosters=tuple(groups))

    def _objects(self, part: Part, listing: Listing) -> Iterator[Page]:
        unread = set(listing.names.values())
        for entries in self.pages(self.queries[part], self.wanted(part)):
            page = self.object_page(part, entries)
            unread.difference_update(one.source_id for one in page.records)
            yield page
        yield Page(present=tuple(filter(None, unread)), last=True, cursor=listing.cursor)

    def _memberships(self, listing: Listing) -> Iterator[Page]:
        unread = set(listing.names.values())
        for entries in self.pages(self.queries[Part.MEMBERSHIPS], self.wanted(Part.MEMBERSHIPS)):
            unread.difference_update(map(self.server.id_of, entries))
            for page in self.member_pages(entries):
                yield replace(page, rosters=())
        # A group that was listed but not read has members nobody told.
        yield Page(last=True, complete=not unread, cursor=listing.cursor)

    def _with_manager(self, attributes: dict[str, Value]) -> dict[str, Value]:
        name = attributes.get("manager")
        if isinstance(name, str):
            attributes["manager"] = self.references.find(Part.USERS, name) or None
        return attributes

    def _strangers(self, dn: str, count: int) -> Finding:
        reason = ngettext(
            "%(count)d member of “%(group)s” is no person or group of this source: left out.",
            "%(count)d members of “%(group)s” are no people or groups of this source: left out.",
            count,
        )
        return Finding(self._settings.url, None, reason % {"count": count, "group": dn[:120]})

    def _read_list(self, part: Part) -> Iterator[tuple[str, str]]:
        for page in self.pages(self.queries[part], (self.server.id_attribute,)):
            for entry in page:
                yield entry.dn, self.server.id_of(entry)
