"""One round of a delta query, from its first page to the link from which to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioning.core.errors import SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.graph.client import GraphClient
from provisioning.sources.graph.spool import Spool


@dataclass(slots=True)
class Round:
    """What a round tells of one relation, and, once it is over, the link to the next one."""

    address: str
    relation: str
    link: str = ""
    spool: Spool = field(init=False)

    def __post_init__(self) -> None:
        self.spool = Spool(self.relation)

    def read(self, client: GraphClient) -> Iterator[None]:
        """Read to the end, yielding after each page. Raises `CursorExpired` at whatever page that
        is said.
        """
        for page in client.pages(self.address):
            self.spool.take(_items(page))
            self.link = str(page.get("@odata.deltaLink", ""))
            yield
        if not self.link:
            raise SourceUnavailable(
                gettext_noop("Microsoft Graph stopped before it had told everything.")
            )


def _items(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = page.get("value")
    if not isinstance(items, list):
        raise SourceUnavailable(
            gettext_noop("What answered at the Graph address is not Microsoft Graph."),
            advice=gettext_noop("Check the Graph address of the source."),
        )
    return [one for one in items if isinstance(one, dict)]
