"""One round of a delta query, from its first page to the link from which to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.core.errors import SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.graph.client import GraphClient
from provisioning.sources.graph.spool import Spool


@dataclass(frozen=True, slots=True)
class Round:
    """Everything a round told, and the link to the next one."""

    spool: Spool
    link: str


def read_round(client: GraphClient, address: str, relation: str) -> Round:
    """Read a whole round. Raises `CursorExpired` at whatever page that is said."""
    spool = Spool(relation)
    link = ""
    try:
        for page in client.pages(address):
            spool.take(_items(page))
            link = str(page.get("@odata.deltaLink", ""))
        if not link:
            raise SourceUnavailable(
                gettext_noop("Microsoft Graph stopped before it had told everything.")
            )
    except BaseException:
        spool.close()
        raise
    return Round(spool, link)


def _items(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = page.get("value")
    if not isinstance(items, list):
        raise SourceUnavailable(
            gettext_noop("What answered at the Graph address is not Microsoft Graph."),
            advice=gettext_noop("Check the Graph address of the source."),
        )
    return [one for one in items if isinstance(one, dict)]
