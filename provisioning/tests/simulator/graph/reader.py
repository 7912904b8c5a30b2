"""A tenant that listens, and a reader that checks every answer against Graph's own types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Unpack

import requests

from provisioning.simulator import graph
from provisioning.tests.simulator.graph.graph_types import check

SCOPE = "https://graph.microsoft.com/.default"
TIMEOUT = 10


@dataclass
class Reader:
    """Reads as a client does."""

    running: graph.RunningGraph
    session: requests.Session

    def get(self, path: str, **headers: str) -> requests.Response:
        """Read an address below the version, or a link; its type is checked."""
        url = path if path.startswith("http") else f"{self.running.graph_url}{path}"
        answer = self.session.get(url, headers=headers, timeout=TIMEOUT)
        below = answer.url.removeprefix(self.running.graph_url).partition("?")[0]
        check(below, answer.status_code, answer.json())
        return answer

    def document(self, path: str, **headers: str) -> Any:
        """The body of an answer that is not refused."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def round(self, path: str, **headers: str) -> tuple[list[dict[str, Any]], str]:
        """All items of a round of a delta, and the link to the next round."""
        items: list[dict[str, Any]] = []
        while True:
            page = self.document(path, **headers)
            items.extend(page["value"])
            if "@odata.deltaLink" in page:
                return items, page["@odata.deltaLink"]
            path = page["@odata.nextLink"]

    def list(self, path: str) -> list[dict[str, Any]]:
        """All items of a list."""
        items: list[dict[str, Any]] = []
        while path:
            page = self.document(path)
            items.extend(page["value"])
            path = page.get("@odata.nextLink", "")
        return items


def token_form(**more: str) -> dict[str, str]:
    """What a client with a secret sends to get a token."""
    return {
        "grant_type": "client_credentials",
        "client_id": "rollcall",
        "client_secret": "rollcall-secret",
        "scope": SCOPE,
        **more,
    }


@contextmanager
def reading(**options: Unpack[graph.GraphOptions]) -> Iterator[Reader]:
    """Run a tenant, sign in, and read."""
    with graph.start(**options) as running, requests.Session() as session:
        session.trust_env = False
        answer = session.post(running.token_url, data=token_form(), timeout=TIMEOUT)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Reader(running, session)
