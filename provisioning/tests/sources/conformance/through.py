"""A source seen through something that disturbs it: cut off, out of order, repeated, split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from provisioning.core.errors import SourceUnavailable
from provisioning.core.problems import Problem
from provisioning.sources.base import ChangeFeed, DirectorySource, Page, Part, Record

Disturb = Callable[[Part, Iterator[Page]], Iterator[Page]]


class Through:
    """The same source with every read disturbed."""

    def __init__(self, inner: DirectorySource, disturb: Disturb) -> None:
        self._inner = inner
        self._disturb = disturb
        self.kind = inner.kind

    def parts(self) -> tuple[Part, ...]:
        return self._inner.parts()

    def name_of(self, part: Part) -> str:
        return self._inner.name_of(part)

    def check(self) -> list[Problem]:
        return self._inner.check()

    def schema(self, part: Part) -> tuple[str, ...]:
        return self._inner.schema(part)

    def basis(self) -> str:
        return self._inner.basis() if isinstance(self._inner, ChangeFeed) else ""

    def full(self, part: Part) -> Iterator[Page]:
        return self._disturb(part, self._inner.full(part))

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        assert isinstance(self._inner, ChangeFeed)
        return self._disturb(part, self._inner.changes(part, cursor))


class Cut:
    """Ends the read before its page number `at`, counted over all parts: with an error, or as if
    there were no more. `happened` tells whether there was such a page.
    """

    def __init__(self, at: int, *, silently: bool) -> None:
        self._left = at
        self._silently = silently
        self.happened = False

    def __call__(self, _part: Part, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            if self._left == 0:
                self.happened = True
                if self._silently:
                    return
                raise SourceUnavailable("The line went dead.")
            self._left -= 1
            yield page


def disordered(chance: Random) -> Disturb:
    """Pages in any order, some twice, and records split over two pages; the end stays the end."""

    def disturb(_part: Part, pages: Iterator[Page]) -> Iterator[Page]:
        *some, last = list(pages)
        told = [page for page in some if not page.rosters and not page.gone and not page.ended]
        final = [page for page in some if page not in told]
        split = [half for page in told for half in _halves(page)]
        repeated = split + chance.sample(split, len(split) // 3)
        chance.shuffle(repeated)
        yield from [*repeated, *final, last]

    return disturb


def _halves(page: Page) -> Iterator[Page]:
    records = [
        (
            Record(one.source_id, dict(list(one.attributes.items())[::2])),
            Record(one.source_id, dict(list(one.attributes.items())[1::2])),
        )
        for one in page.records
    ]
    yield replace(page, records=tuple(first for first, _second in records))
    yield Page(records=tuple(second for _first, second in records))
