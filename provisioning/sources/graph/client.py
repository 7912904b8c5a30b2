"""Reading from Microsoft Graph: retries, slowing down, and links that are followed as they are.

429 and 503 say in `Retry-After` how long to wait, possibly with decimals; from 80 % of a limit on
Graph says so, and we slow down before it refuses (learn.microsoft.com/graph/throttling).
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provisioning.core.errors import ProvisioningError, SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.base import CursorExpired
from provisioning.sources.graph.sending import Reply, Send
from provisioning.sources.graph.settings import origin_of
from provisioning.sources.graph.tokens import Tokens

TRIES: Final = 8
LONGEST_WAIT: Final = 300.0
MOST_PAGES: Final = 200_000
_REPEATED = (429, 500, 502, 503, 504)
_EXPIRED = ("syncStateNotFound", "syncStateInvalid", "resyncRequired")
_SLOW_FROM = 0.8

Document = Mapping[str, Any]


class NotThere(Exception):
    """404: the object does not exist, or a reference of it is not set."""


class Forbidden(SourceUnavailable):
    """403: an application permission is missing."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a reader waits: `priority` is Graph's word for whose turn it is when it is busy, `wait`
    sleeps for seconds, `dice` gives 0 to 1 for the jitter.
    """

    priority: str = "Low"
    wait: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.random


class GraphClient:
    """Reads one tenant."""

    def __init__(
        self, graph_url: str, tokens: Tokens, send: Send, pace: Pace | None = None
    ) -> None:
        self._base = graph_url.rstrip("/")
        self._tokens = tokens
        self._send = send
        self._pace = pace or Pace()

    def read(self, address: str, **headers: str) -> Document:
        """The document at an address below the base, or at a link of Graph's own.

        Raises `NotThere`, `CursorExpired`, `Forbidden`, or `SourceUnavailable`.
        """
        reply = self._answered(self._url(address), headers)
        if reply.status == 200:
            return _document(reply)
        raise _refusal(reply)

    def sign_in(self) -> None:
        """Get a token. Raises `SourceUnavailable`, which says what is wrong with the sign-in."""
        self._tokens.token()

    def pages(self, address: str) -> Iterator[Document]:
        """Every page from here to the last one. A page may be empty; a link that comes twice would
        never end (microsoft-graph-docs-contrib 7311).
        """
        seen: set[str] = set()
        while address:
            if address in seen or len(seen) >= MOST_PAGES:
                raise SourceUnavailable(
                    gettext_noop("Microsoft Graph leads from page to page without an end.")
                )
            seen.add(address)
            page = self.read(address)
            yield page
            address = str(page.get("@odata.nextLink", ""))

    def _url(self, address: str) -> str:
        if not address.startswith(("http://", "https://")):
            return f"{self._base}{address}"
        if origin_of(address) != origin_of(self._base):
            # A token must not follow a link to another host.
            raise SourceUnavailable(
                gettext_noop("Microsoft Graph answered with a link to another host (%(host)s)."),
                params={"host": origin_of(address)[:100]},
            )
        return address

    def _answered(self, url: str, headers: Mapping[str, str]) -> Reply:
        """The first answer that is no "later"; after a 401 once more with another token."""
        renewed = False
        for attempt in range(1, TRIES + 1):
            reply, problem = self._once(url, headers)
            if reply is not None and reply.status == 401 and not renewed:
                renewed = True
                self._tokens.renew()
                continue
            if reply is not None and reply.status not in _REPEATED:
                self._slow_down(reply)
                return reply
            if attempt < TRIES:
                self._pace.wait(self._pause(reply, attempt))
        raise _gave_up(reply, problem)

    def _once(
        self, url: str, headers: Mapping[str, str]
    ) -> tuple[Reply | None, ProvisioningError | None]:
        sent = {
            "Authorization": f"Bearer {self._tokens.token()}",
            "Accept": "application/json",
            "client-request-id": str(uuid.uuid4()),
            "x-ms-throttle-priority": self._pace.priority,
            **headers,
        }
        try:
            return self._send("GET", url, sent), None
        except ProvisioningError as error:
            return None, error

    def _pause(self, reply: Reply | None, attempt: int) -> float:
        stated = _seconds(reply.headers.get("retry-after", "")) if reply is not None else None
        if stated is not None:
            return min(stated, LONGEST_WAIT)
        return float(min(2**attempt, 60)) * (0.5 + self._pace.dice() / 2)

    def _slow_down(self, reply: Reply) -> None:
        share = _seconds(reply.headers.get("x-ms-throttle-limit-percentage", "")) or 0.0
        if share >= _SLOW_FROM:
            self._pace.wait(min(1.0 + (share - _SLOW_FROM) * 10, 5.0))


def _document(reply: Reply) -> Document:
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise SourceUnavailable(
            gettext_noop("What answered at the Graph address is not Microsoft Graph."),
            advice=gettext_noop("Check the Graph address of the source."),
        )
    return body


def _refusal(reply: Reply) -> Exception:
    code, message = _error_of(reply)
    if reply.status == 410 or code in _EXPIRED:
        return CursorExpired()
    if reply.status == 404:
        return NotThere()
    params: dict[str, str | int] = {"status": reply.status, "code": code[:60]}
    if reply.status == 403:
        error: SourceUnavailable = Forbidden(
            gettext_noop("Microsoft Graph does not allow this read (%(status)s %(code)s)."),
            params=params,
            advice=gettext_noop(
                "Give the application registration User.Read.All, GroupMember.Read.All and "
                "Application.Read.All, and grant admin consent."
            ),
        )
    else:
        error = SourceUnavailable(
            gettext_noop("Microsoft Graph refused a read (%(status)s %(code)s)."), params=params
        )
    return _described(error, reply, message)


def _gave_up(reply: Reply | None, problem: ProvisioningError | None) -> SourceUnavailable:
    if reply is None:
        reason = problem.message if problem is not None else ""
        return SourceUnavailable(
            gettext_noop("Microsoft Graph cannot be reached: %(reason)s"), params={"reason": reason}
        )
    if reply.status == 401:
        return _described(
            SourceUnavailable(gettext_noop("Microsoft Graph rejects the token (401).")), reply, ""
        )
    error = SourceUnavailable(
        gettext_noop("Microsoft Graph could not answer now (%(status)s, %(tries)s tries)."),
        params={"status": reply.status, "tries": TRIES},
    )
    return _described(error, reply, _error_of(reply)[1])


def _described(error: SourceUnavailable, reply: Reply, message: str) -> SourceUnavailable:
    """Support asks for the request's number (directory-sources 2.6)."""
    error.status = reply.status
    error.target_message = message[:500]
    error.correlation_id = reply.headers.get("request-id", "")
    return error


def _error_of(reply: Reply) -> tuple[str, str]:
    try:
        body = json.loads(reply.body)
        return str(body["error"]["code"]), str(body["error"]["message"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return "", ""


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e6 else None
