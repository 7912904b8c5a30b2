"""List requests: which resources fit, in which order, and which page of them (RFC 7644 3.4.2).

Genesys Cloud lists active users only when no filter is given, and filters by few attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from provisioning.simulator.filters import Comparison, Element, Logical, Node
from provisioning.simulator.matching import comparable, matches
from provisioning.simulator.personality import Personality
from provisioning.simulator.refusals import bad_request
from provisioning.simulator.rendering import Renderer
from provisioning.simulator.schema import Definition, Document
from provisioning.simulator.selection import Selection
from provisioning.simulator.state import Collection, Store, Stored
from provisioning.simulator.targets import Target

_FILTERABLE = {
    "User": {
        "id",
        "userName",
        "emails",
        "manager",
        "division",
        "externalId",
        "active",
        "employeeNumber",
        "externalIds",
    },
    "Group": {"id", "displayName"},
}


@dataclass(frozen=True, slots=True)
class Query:
    """What a list request asks: a filter, a page, an order, and how far the answer lags."""

    node: Node | None
    start: int
    count: int
    sort_by: Target | None = None
    descending: bool = False
    lag: float = 0.0
    lying: bool = False
    overstated: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what fits, and how many fit altogether."""

    total: int
    resources: Sequence[Stored]


class Lister:
    """Answers queries over one store."""

    def __init__(
        self,
        personality: Personality,
        definitions: dict[str, Definition],
        store: Store,
        renderer: Renderer,
    ) -> None:
        """Keep what a filter looks at."""
        self._personality = personality
        self._store = store
        self._renderer = renderer
        self._whole = {
            kind: Selection(definition, personality) for kind, definition in definitions.items()
        }

    def check(self, kind: str, node: Node | None) -> None:
        """Refuse a filter over attributes that Genesys Cloud does not filter by."""
        if self._personality.genesys and isinstance(node, Comparison | Element):
            name = node.target.attribute.name
            if name not in _FILTERABLE[kind] or (name == "externalIds") is isinstance(
                node, Comparison
            ):
                raise bad_request("invalidFilter", f"{kind}s cannot be filtered by {name}.")

    def page(self, kind: str, query: Query, now: float) -> Page:
        """Return the page of resources that the query asks for."""
        start = 1 if query.lying else query.start
        if query.node is None and query.sort_by is None and query.lag == 0:
            listed = self._unfiltered(kind)
            found = islice(listed, start - 1, start - 1 + query.count)
            everything = self._store.collection(kind).everything
            page = Page(len(listed), [everything[identifier] for identifier in found])
        else:
            fitting = self._fitting(kind, query, now)
            page = Page(len(fitting), fitting[start - 1 : start - 1 + query.count])
        if query.lying:
            return Page(max(page.total, query.start + 2 * query.count), page.resources)
        return page

    def _unfiltered(self, kind: str) -> Sequence[str] | dict[str, None]:
        by_state = self._store.collection(kind).by_state
        if self._personality.is_set("list_inactive", "no") or not by_state["inactive"]:
            return by_state["active"]
        return [stored.id for stored in self._store.collection(kind).present()]

    def _fitting(self, kind: str, query: Query, now: float) -> list[Stored]:
        node = query.node
        collection = self._store.collection(kind)
        found = [item for item in _candidates(collection, node) if self._fits(item, node)]
        if query.lag:
            earlier = {
                identifier: before
                for (changed, identifier), before in self._store.changed_since(
                    now - query.lag
                ).items()
                if changed == kind
            }
            found = [stored for stored in found if stored.id not in earlier]
            old = [before for before in earlier.values() if before is not None]
            found += [stored for stored in old if stored.present and self._fits(stored, node)]
        return self._sorted(found, query)

    def _fits(self, stored: Stored, node: Node | None) -> bool:
        genesys_users = self._personality.genesys and stored.kind == "User"
        if node is None:
            hidden = stored.kind == "User" and self._personality.is_set("list_inactive", "no")
            return stored.state == "active" or not hidden
        asks_active = isinstance(node, Comparison) and node.target.attribute.name == "active"
        hides_inactive = genesys_users and self._personality.is_set("find_inactive", "no")
        if hides_inactive and not asks_active and stored.state != "active":
            return False
        document = self._renderer.document(stored, self._whole[stored.kind], "")
        return matches(node, document) and self._spelled(node, document)

    def _spelled(self, node: Node, document: Document) -> bool:
        """Tell whether a userName has the very case that was asked for, where that counts."""
        if self._personality.is_set("name_case", "insensitive") or not isinstance(node, Comparison):
            return True
        asks_name = node.target.attribute.name == "userName" and node.operator == "eq"
        return not asks_name or document.get("userName") == node.value

    def _sorted(self, found: list[Stored], query: Query) -> list[Stored]:
        if query.sort_by is None:
            return found
        target = query.sort_by

        def key(stored: Stored) -> tuple[bool, str]:
            document = self._renderer.document(stored, self._whole[stored.kind], "")
            values = target.values(document)
            return not values, str(comparable(target.leaf, values[0])) if values else ""

        return sorted(found, key=key, reverse=query.descending)


def _candidates(collection: Collection, node: Node | None) -> Iterable[Stored]:
    """Return what may fit, by an index where the filter names an indexed attribute."""
    identifiers = _indexed(collection, node)
    if identifiers is None:
        return list(collection.present())
    found = (collection.get(identifier) for identifier in identifiers)
    return [stored for stored in found if stored is not None]


def _indexed(collection: Collection, node: Node | None) -> list[str] | None:
    match node:
        case Logical("and", left, right):
            first = _indexed(collection, left)
            return _indexed(collection, right) if first is None else first
        case Comparison(Target(None, attribute, None), "eq", str(value)):
            return _by_attribute(collection, attribute.name, value)
        case Comparison(Target(None, attribute, None), "eq", bool(value)) if (
            attribute.name == "active"
        ):
            return list(collection.by_state["active" if value else "inactive"])
        case _:
            return None


def _by_attribute(collection: Collection, name: str, value: str) -> list[str] | None:
    if name == "id":
        return [value]
    if name == "externalId":
        return collection.by_external_id.get(value)
    if name == ("userName" if collection.kind == "User" else "displayName"):
        return collection.by_name.get(value.casefold())
    return None
