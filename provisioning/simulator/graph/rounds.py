"""One round of a delta query: what changed between two numbers, as Graph tells it.

The rules are those of learn.microsoft.com/graph/delta-query-overview: the first round is the
current state, a later one holds whatever changed among the selected properties, with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.simulator.graph.objects import Entry, Life
from provisioning.simulator.graph.properties import RELATIONS, USER, ever_set
from provisioning.simulator.graph.tenant import Tenant

Item = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a delta asks for: a kind, property names, whether members or managers, and only whom."""

    kind: str
    names: tuple[str, ...]
    related: bool
    only: frozenset[str] = frozenset()
    minimal: bool = False


def changed_items(tenant: Tenant, wish: Wish, since: int, *, told_deleted: bool) -> Iterator[Item]:
    """Return the items of a round; number 0 is the first, which may tell of deleted ones too."""
    for entry in list(tenant.entries[wish.kind].values()):
        if wish.only and entry.id not in wish.only:
            continue
        item = _first(tenant, wish, entry) if not since else _later(tenant, wish, entry, since)
        if item is None and not since and told_deleted and entry.life is not Life.LIVE:
            item = _removed(entry)
        if item is not None:
            yield item


def _first(tenant: Tenant, wish: Wish, entry: Entry) -> Item | None:
    if entry.life is not Life.LIVE:
        return None
    item: Item = {"id": entry.id, **ever_set(entry.properties, wish.names)}
    if wish.related and entry.related:
        item[_delta_of(wish.kind)] = [
            one for other in entry.related if (one := _told(tenant, wish, other)) is not None
        ]
    return item


def _later(tenant: Tenant, wish: Wish, entry: Entry, since: int) -> Item | None:
    if entry.life is not Life.LIVE:
        # Whoever came and went between two rounds was never told of; Graph tells it all the same.
        return _removed(entry) if entry.turned > since else None
    came_back = entry.turned > since
    changed = [name for name in wish.names if entry.changed.get(name, 0) > since]
    related = _related_since(tenant, wish, entry, since) if wish.related else []
    if not came_back and not changed and not related:
        return None
    names = changed if wish.minimal and not came_back else wish.names
    item: Item = {"id": entry.id, **ever_set(entry.properties, names)}
    if related:
        item[_delta_of(wish.kind)] = related
    return item


def _related_since(tenant: Tenant, wish: Wish, entry: Entry, since: int) -> list[Item]:
    left = [other for other, number in entry.unrelated.items() if number > since]
    came = [other for other, number in entry.related.items() if number > since]
    told = [{**_typed(tenant, other), "@removed": {"reason": "deleted"}} for other in left]
    return told + [one for other in came if (one := _told(tenant, wish, other)) is not None]


def _told(tenant: Tenant, wish: Wish, other: str) -> Item | None:
    """A member who is deleted is not listed; a manager stays one until the end."""
    if wish.kind == USER or tenant.type_of(other):
        return _typed(tenant, other)
    return None


def _typed(tenant: Tenant, other: str) -> Item:
    return {"@odata.type": tenant.type_of(other) or "#microsoft.graph.user", "id": other}


def _removed(entry: Entry) -> Item:
    reason = "changed" if entry.life is Life.DELETED else "deleted"
    return {"id": entry.id, "@removed": {"reason": reason}}


def _delta_of(kind: str) -> str:
    return f"{RELATIONS[kind]}@delta"
