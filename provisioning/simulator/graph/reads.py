"""Everything that is read without a delta: one object, its manager, members, counts, deleted items,
applications and their assignments. A list longer than a page has a next link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from provisioning.simulator.graph.objects import Life
from provisioning.simulator.graph.properties import GROUP, USER, shown
from provisioning.simulator.graph.queries import selected
from provisioning.simulator.graph.refusals import bad_request, not_found
from provisioning.simulator.graph.tenant import Tenant

Document = dict[str, object]
LARGEST_PAGE = 999
_EQUALS = re.compile(r"\s*(appId|displayName)\s+eq\s+'((?:[^']|'')*)'\s*")
_STARTS = re.compile(r"\s*startswith\(\s*(displayName)\s*,\s*'((?:[^']|'')*)'\s*\)\s*", re.I)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as asked for: its items, the page size, and the options that its links repeat."""

    items: Sequence[Document]
    type: str


@dataclass(frozen=True, slots=True)
class Single:
    """One object, and its type as `@odata.context` names it."""

    document: Document
    type: str


@dataclass(frozen=True, slots=True)
class Number:
    """A count, which is answered as plain text."""

    value: int


Read = Listing | Single | Number
Options = Mapping[str, str]


class Reads:
    """Answers for one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        """Name the addresses below the version."""
        self._tenant = tenant
        one = r"([^/]+)"
        self._addresses: list[tuple[re.Pattern[str], Callable[..., Read]]] = [
            (re.compile(pattern), answer)
            for pattern, answer in (
                (r"/users/\$count", self._count),
                (r"/users", self._users),
                (rf"/users/{one}", self._user),
                (rf"/users/{one}/manager", self._manager),
                (rf"/(users|groups)/{one}/appRoleAssignments", self._given),
                (r"/groups", self._groups),
                (rf"/groups/{one}", self._group),
                (rf"/groups/{one}/members", self._members),
                (r"/directory/deletedItems/microsoft\.graph\.(user|group)", self._deleted),
                (r"/servicePrincipals", self._principals),
                (rf"/servicePrincipals/{one}", self._principal),
                (rf"/servicePrincipals/{one}/appRoleAssignedTo", self._assigned),
            )
        ]

    def answer(self, path: str, options: Options, consistency: str) -> Read | None:
        """Return what an address holds; None when there is no such address."""
        for pattern, answer in self._addresses:
            if (match := pattern.fullmatch(path)) is not None:
                if answer == self._count and consistency.lower() != "eventual":
                    raise bad_request("$count needs the header ConsistencyLevel: eventual.")
                return answer(options, *match.groups())
        return None

    def _count(self, _: Options) -> Number:
        return Number(sum(one.life is Life.LIVE for one in self._tenant.users.values()))

    def _users(self, options: Options) -> Listing:
        return self._all(USER, options, Life.LIVE)

    def _groups(self, options: Options) -> Listing:
        return self._all(GROUP, options, Life.LIVE)

    def _deleted(self, options: Options, kind: str) -> Listing:
        return self._all(kind, options, Life.DELETED)

    def _all(self, kind: str, options: Options, life: Life) -> Listing:
        names = selected(kind, options)
        entries = [one for one in self._tenant.entries[kind].values() if one.life is life]
        return Listing([shown(one.properties, names) for one in entries], f"{kind}s")

    def _user(self, options: Options, identifier: str) -> Single:
        return self._one(USER, options, identifier)

    def _group(self, options: Options, identifier: str) -> Single:
        return self._one(GROUP, options, identifier)

    def _one(self, kind: str, options: Options, identifier: str) -> Single:
        entry = self._tenant.live(kind, identifier)
        return Single(shown(entry.properties, selected(kind, options)), f"{kind}s/$entity")

    def _manager(self, options: Options, identifier: str) -> Single:
        person = self._tenant.live(USER, identifier)
        for manager in person.related:
            if (type_ := self._tenant.type_of(manager)) is not None:
                found = self._tenant.live(USER, manager)
                document = shown(found.properties, selected(USER, options))
                return Single({"@odata.type": type_, **document}, "directoryObjects/$entity")
        raise not_found(identifier, "manager")

    def _members(self, options: Options, identifier: str) -> Listing:
        group = self._tenant.live(GROUP, identifier)
        wanted = options.get("$select", "id,displayName").split(",")
        found: list[Document] = []
        for member in group.related:
            if (type_ := self._tenant.type_of(member)) is not None:
                kind = type_.rpartition(".")[2]
                held = self._tenant.entries.get(kind, {}).get(member)
                properties = held.properties if held is not None else {}
                shown_ = {name: properties.get(name) for name in wanted if name != "id"}
                found.append({"@odata.type": type_, "id": member, **shown_})
        return Listing(found, "directoryObjects")

    def _principals(self, options: Options) -> Listing:
        found = [one.document() for one in self._tenant.apps.principals.values()]
        if text := options.get("$filter", ""):
            found = [one for one in found if _admitted(one, text)]
        return Listing([_narrowed(one, options) for one in found], "servicePrincipals")

    def _principal(self, options: Options, identifier: str) -> Single:
        found = self._tenant.apps.principal(identifier).document()
        return Single(_narrowed(found, options), "servicePrincipals/$entity")

    def _assigned(self, _: Options, identifier: str) -> Listing:
        app = self._tenant.apps.principal(identifier)
        return Listing(self._tenant.apps.of("resourceId", app.id), "appRoleAssignments")

    def _given(self, _: Options, kind: str, identifier: str) -> Listing:
        entry = self._tenant.live(kind.removesuffix("s"), identifier)
        return Listing(self._tenant.apps.of("principalId", entry.id), "appRoleAssignments")


def _narrowed(document: Document, options: Options) -> Document:
    names = [name.strip() for name in options.get("$select", "").split(",") if name.strip()]
    return {name: document.get(name) for name in ["id", *names]} if names else document


def _admitted(document: Document, text: str) -> bool:
    if (match := _EQUALS.fullmatch(text)) is not None:
        return str(document[match[1]]) == match[2].replace("''", "'")
    if (match := _STARTS.fullmatch(text)) is not None:
        wanted = match[2].replace("''", "'").lower()
        return str(document["displayName"]).lower().startswith(wanted)
    raise bad_request("This simulator filters by appId eq, displayName eq and startswith only.")
