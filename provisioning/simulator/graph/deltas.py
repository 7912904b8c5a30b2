"""`users/delta` and `groups/delta`: rounds, their pages, and the links from one to the next.

A link can be called again and gives the same page. A delta link that expired is answered as Graph
does: 410 with a Location, or 400 with `syncStateNotFound`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.simulator.graph.pages import Item, Untidiness, laid_out
from provisioning.simulator.graph.properties import COLLECTIONS
from provisioning.simulator.graph.queries import delta_wish
from provisioning.simulator.graph.refusals import Refusal
from provisioning.simulator.graph.rounds import Wish, changed_items
from provisioning.simulator.graph.tenant import Tenant

MOST_ROUNDS = 100
MOST_TOKENS = 10_000
GONE, NOT_FOUND = "gone", "not_found"


@dataclass(frozen=True, slots=True)
class _Round:
    """The pages of one round, and the number up to which it tells."""

    wish: Wish
    pages: list[list[Item]]
    until: int


@dataclass(frozen=True, slots=True)
class DeltaPage:
    """One page: the items, and the link to the next page or, after the last, of the next round."""

    items: list[Item]
    link_name: str
    link: str


class Deltas:
    """Every delta of one tenant."""

    def __init__(self, tenant: Tenant, how: Untidiness, *, told_deleted: bool) -> None:
        """Begin without links."""
        self._tenant = tenant
        self.how = how
        self.told_deleted = told_deleted
        self.how_expired = GONE
        self._rounds: OrderedDict[str, _Round] = OrderedDict()
        self._links: OrderedDict[str, tuple[Wish, int]] = OrderedDict()
        self._made = 0

    def expire(self, how: str = GONE) -> None:
        """Let every link expire, those to a next page as well."""
        self.how_expired = how
        self._links.clear()
        self._rounds.clear()

    def answer(self, kind: str, options: Mapping[str, str], prefer: str) -> DeltaPage:
        """Return the page that these options ask for."""
        if (token := options.get("$skiptoken")) is not None:
            return self._next_page(kind, token)
        token = options.get("$deltatoken", options.get("$deltaToken", ""))
        if not token or token == "latest":  # noqa: S105  Graph's word, no secret
            wish, since = delta_wish(kind, options, prefer), 0
            if token:
                return self._last(kind, wish, [], self._tenant.number)
        elif token in self._links:
            wish, since = self._links[token]
        else:
            raise self._expired(kind)
        return self._first_page(kind, wish, since)

    def _first_page(self, kind: str, wish: Wish, since: int) -> DeltaPage:
        self._made += 1
        told = self.told_deleted
        items = changed_items(self._tenant, wish, since, told_deleted=told)
        pages = laid_out(items, self.how, self._made)
        name = f"r{self._made}"
        self._rounds[name] = _Round(wish, pages, self._tenant.number)
        while len(self._rounds) > MOST_ROUNDS:
            self._rounds.popitem(last=False)
        return self._page(kind, name, 0)

    def _next_page(self, kind: str, token: str) -> DeltaPage:
        name, _, position = token.partition("p")
        found = self._rounds.get(name)
        if found is None or not position.isdecimal() or int(position) >= len(found.pages):
            raise self._expired(kind)
        return self._page(kind, name, int(position))

    def _page(self, kind: str, name: str, position: int) -> DeltaPage:
        found = self._rounds[name]
        items = found.pages[position]
        if position + 1 < len(found.pages):
            link = f"/{COLLECTIONS[kind]}/delta?$skiptoken={name}p{position + 1}"
            return DeltaPage(items, "@odata.nextLink", link)
        return self._last(kind, found.wish, items, found.until)

    def _last(self, kind: str, wish: Wish, items: list[Item], until: int) -> DeltaPage:
        self._made += 1
        token = f"d{self._made}"
        # A tenant in which nothing ever happened has number 0, which would be a first round.
        self._links[token] = (wish, max(until, 1))
        while len(self._links) > MOST_TOKENS:
            self._links.popitem(last=False)
        link = f"/{COLLECTIONS[kind]}/delta?$deltatoken={token}"
        return DeltaPage(items, "@odata.deltaLink", link)

    def _expired(self, kind: str) -> Refusal:
        message = "The sync state generation is not found; continuing requires a full sync."
        if self.how_expired == NOT_FOUND:
            return Refusal(400, "syncStateNotFound", message)
        start = f"/{COLLECTIONS[kind]}/delta?$deltatoken="
        return Refusal(410, "syncStateNotFound", message, ("Location", start))
