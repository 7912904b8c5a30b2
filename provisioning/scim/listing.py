"""A listing of a target, page by page, and how far it can be believed (T12, F19, F20).

The first page tells the total, so reading can be priced before it is paid for. A listing is
complete when the count agrees, nothing was repeated and nothing shifted while it was read; only
then is absence from it enough to create an account (design.md, 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from provisioning.core.resource import Resource
from provisioning.core.wording import gettext_noop

MOST_PAGES = 50_000
SLACK = 1.1

REPEATED = gettext_noop("The application repeated accounts while it was listed.")
SHIFTED = gettext_noop("The number of accounts changed while they were listed.")
COUNT_DISAGREES = gettext_noop("The application listed another number of accounts than it stated.")
NO_IDS = gettext_noop("The application listed accounts without an id.")
ENDLESS = gettext_noop("The application's listing did not come to an end.")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: how many there are in all, and these of them."""

    total: int
    resources: tuple[Resource, ...]


Fetch = Callable[[int], Page]
"""The page that starts at a 1-based index."""


class Pages:
    """The pages of one listing, fetched one at a time, each resource given once."""

    def __init__(self, fetch: Fetch, page_size: int) -> None:
        self._fetch = fetch
        self._page_size = page_size
        self._ids: set[str] = set()
        self._count = 0
        self._read = 0
        self._first: Page | None = None
        self.doubts: list[str] = []

    def first(self) -> Page:
        """The first page, fetched once."""
        if self._first is None:
            self._first = self._fetch(1)
            self._page_size = len(self._first.resources) or self._page_size
        return self._first

    @property
    def requests_left(self) -> int:
        """How many more requests the rest costs, if the first page speaks the truth."""
        total = self.first().total
        return max(0, ceil(total / self._page_size) - max(1, self._read))

    def __iter__(self) -> Iterator[Page]:
        page = self.first()
        while True:
            self._read += 1
            fresh = self._take(page)
            if fresh.resources:
                yield fresh
            if self._ends(page, fresh):
                break
            page = self._fetch(self._count + 1)
            if page.total != self.first().total:
                self._doubt(SHIFTED)
        if len(self._ids) != self.first().total:
            self._doubt(COUNT_DISAGREES)

    def _take(self, page: Page) -> Page:
        fresh: list[Resource] = []
        for resource in page.resources:
            identity = resource.get("id")
            if not isinstance(identity, str) or not identity:
                self._doubt(NO_IDS)
            elif identity in self._ids:
                self._doubt(REPEATED)
            else:
                self._ids.add(identity)
                fresh.append(resource)
        self._count += len(page.resources)
        return Page(page.total, tuple(fresh))

    def _ends(self, page: Page, fresh: Page) -> bool:
        if not fresh.resources or self._count >= page.total:
            return True
        stated = self.first().total
        most_pages = max(ceil(stated / self._page_size) * SLACK, 2)
        if self._read >= min(MOST_PAGES, most_pages) or self._count > stated * SLACK:
            self._doubt(ENDLESS)
            return True
        return False

    def _doubt(self, sentence: str) -> None:
        if sentence not in self.doubts:
            self.doubts.append(sentence)


class Listing:
    """All accounts of one kind, which some targets keep in several listings."""

    def __init__(self, parts: tuple[Pages, ...], *, trusted: bool) -> None:
        self._parts = parts
        self._trusted = trusted
        self._finished = False

    @property
    def total(self) -> int:
        """How many accounts the first pages promise; fetches those."""
        return sum(part.first().total for part in self._parts)

    @property
    def requests_left(self) -> int:
        """How many requests the rest of the listing costs; fetches the first pages."""
        return sum(part.requests_left for part in self._parts)

    def cheaper_than(self, lookups: int) -> bool:
        """Whether reading the rest costs fewer requests than so many look-ups.

        First pages are fetched one after the other, and only while it can still pay.
        """
        cost = 0
        for index, part in enumerate(self._parts):
            cost += part.requests_left
            if cost + len(self._parts) - index - 1 >= lookups:
                return False
        return True

    def __iter__(self) -> Iterator[Resource]:
        seen: set[str] = set()
        for part in self._parts:
            for page in part:
                for resource in page.resources:
                    identity = str(resource["id"])
                    if identity in seen:
                        part.doubts.append(SHIFTED)
                    else:
                        seen.add(identity)
                        yield resource
        self._finished = True

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why absence from this listing proves nothing, each reason once; empty when it does."""
        return tuple(dict.fromkeys(doubt for part in self._parts for doubt in part.doubts))

    @property
    def complete(self) -> bool:
        """True when all was read and absence from it is enough to create an account."""
        return self._finished and self._trusted and not self.doubts
