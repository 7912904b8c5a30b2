"""A source whose every page renews the lease of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from provisioning.core.problems import Problem
from provisioning.sources.base import ChangeFeed, CursorExpired, DirectorySource, Page, Part


class Leased:
    """The same source; `renew` is called with each page."""

    def __init__(self, source: DirectorySource, renew: Callable[[], None]) -> None:
        self._source = source
        self._renew = renew
        self.kind = source.kind

    def parts(self) -> tuple[Part, ...]:
        """As the source."""
        return self._source.parts()

    def name_of(self, part: Part) -> str:
        """As the source."""
        return self._source.name_of(part)

    def check(self) -> list[Problem]:
        """As the source."""
        return self._source.check()

    def schema(self, part: Part) -> tuple[str, ...]:
        """As the source."""
        return self._source.schema(part)

    def full(self, part: Part) -> Iterator[Page]:
        """As the source."""
        return self._renewing(self._source.full(part))

    def basis(self) -> str:
        """As the source."""
        return self._source.basis() if isinstance(self._source, ChangeFeed) else ""

    def changes(self, part: Part, cursor: str) -> Iterator[Page]:
        """As the source; one without a feed never handed out a cursor."""
        if not isinstance(self._source, ChangeFeed):
            raise CursorExpired
        return self._renewing(self._source.changes(part, cursor))

    def _renewing(self, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self._renew()
            yield page
