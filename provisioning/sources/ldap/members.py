"""The members of a group entry, all of them: Active Directory hands out 1,500 at a time (3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provisioning.core.resource import Kind
from provisioning.sources.base import Edge
from provisioning.sources.ldap.connection import Connection, Entry
from provisioning.sources.ldap.references import KIND_OF, References

BY_NAME = ("member", "uniquemember")
BY_UID = "memberuid"
_RANGE = ";range="


@dataclass(slots=True)
class Roster:
    """One group's members as edges, and how many are nobody of this source."""

    edges: list[Edge]
    strangers: int


def whole_entry(connection: Connection, entry: Entry) -> Entry:
    """The entry with every value of the attributes that came in a range."""
    values = {name: some for name, some in entry.values.items() if _RANGE not in name}
    for name, some in entry.values.items():
        attribute, is_range, bounds = name.partition(_RANGE)
        if is_range:
            rest = _rest(connection, entry.dn, attribute, bounds)
            values[attribute] = [*values.get(attribute, []), *some, *rest]
    return Entry(entry.dn, values)


def roster_of(group: str, entry: Entry, references: References) -> Roster:
    """Who is in the group; a name that is nobody here is left out (W12, W14, W15)."""
    edges, strangers = [], 0
    for name in _names(entry):
        found = member_behind(name, references)
        if found is None:
            strangers += 1
        else:
            edges.append(Edge(group, found[1], found[0]))
    uids = [one.decode("utf-8", "replace") for one in entry.values.get(BY_UID, [])]
    people = references.people_with(uids) if uids else {}
    edges += [Edge(group, people[one]) for one in uids if people.get(one)]
    return Roster(edges, strangers + sum(not people.get(one) for one in uids))


def member_behind(name: str, references: References) -> tuple[Kind, str] | None:
    """The person or group with this distinguished name."""
    for part, kind in KIND_OF.items():
        if identity := references.find(part, name):
            return kind, identity
    return None


def _names(entry: Entry) -> Iterator[str]:
    for attribute in BY_NAME:
        for value in entry.values.get(attribute, []):
            # A uniqueMember may end with `#'0101'B`, a bit string that tells two namesakes apart.
            yield value.decode("utf-8", "replace").partition("#'")[0]


def _rest(connection: Connection, dn: str, attribute: str, bounds: str) -> Iterable[bytes]:
    """The values after those of `bounds`, such as `0-1499`; `*` is the end."""
    found: list[bytes] = []
    while (last := bounds.partition("-")[2]) != "*":
        entry = connection.read(dn, (f"{attribute}{_RANGE}{int(last) + 1}-*",))
        prefix = f"{attribute}{_RANGE}"
        names = [one for one in (entry.values if entry else {}) if one.startswith(prefix)]
        if entry is None or not names:
            break
        found += entry.values[names[0]]
        bounds = names[0].removeprefix(prefix)
    return found
