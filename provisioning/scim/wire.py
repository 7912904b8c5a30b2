"""The connections that `requests` is given: dialled by us, limited, and known to the watchdog.

Every exchange belongs to one thread and one `Flight`. The connection tells the flight which socket
it uses and when the first byte leaves, because what happens after that is an unknown outcome.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from typing import Any, Protocol, cast

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from provisioning.core.wording import gettext_noop
from provisioning.scim.deadline import Flight
from provisioning.scim.decoding import UnreadableBody
from provisioning.scim.dialing import Dialer
from provisioning.scim.tls import tls_failure

HEADER_BYTES = 65_536
_current = threading.local()


def depart(flight: Flight | None) -> None:
    """Name the flight that the next exchange of this thread belongs to."""
    _current.flight = flight


def _flight() -> Flight:
    return cast(Flight, _current.flight)


class _Lines(Protocol):
    def readline(self, limit: int = -1, /) -> bytes: ...


class _LimitedHeader:
    """The lines of a status line and its headers, counted: `http.client` limits only each line."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        self._left = HEADER_BYTES

    def readline(self, limit: int = -1, /) -> bytes:
        line = self._lines.readline(min(limit, self._left + 1) if limit >= 0 else self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise UnreadableBody(gettext_noop("with headers larger than any SCIM answer may have"))
        return line

    def close(self) -> None:
        """`http.client` closes what it reads from when a header cannot be read."""
        cast(Any, self._lines).close()


class _Response(http.client.HTTPResponse):
    def begin(self) -> None:
        lines = self.fp
        self.fp = cast(Any, _LimitedHeader(lines))
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = lines


class _InOnePiece:
    """Header and body of a request leave together: one packet, and one system call.

    `urllib3` sends them one after the other.
    """

    sock: Any
    _pieces: list[bytes] | None = None

    def request(self, *given: Any, **named: Any) -> None:
        pieces: list[bytes] = []
        self._pieces = pieces
        try:
            cast(Any, super()).request(*given, **named)
        finally:
            self._pieces = None
        self.send(b"".join(pieces))

    def send(self, data: Any) -> None:
        if self._pieces is not None:
            self._pieces.append(data)
            return
        if self.sock is None:
            cast(Any, self).connect()
        _mark_sent(self.sock)
        cast(Any, super()).send(data)


class _Plain(_InOnePiece, HTTPConnection):
    """A connection to loopback, the only place where plain http may go."""

    dialer: Dialer
    response_class = _Response

    def _new_conn(self) -> Any:
        sock = self.dialer.dial(self.host, self.port or 80, loopback_only=True)
        sock.settimeout(_seconds(self.timeout))
        _flight().board(sock)
        return sock


class _Encrypted(_InOnePiece, HTTPSConnection):
    """A TLS connection; name and SNI stay the host name, whatever address was dialled."""

    dialer: Dialer
    response_class = _Response
    _handshake: socket.socket | None

    def _new_conn(self) -> Any:
        sock = self.dialer.dial(self.host, self.port or 443, loopback_only=False)
        sock.settimeout(_seconds(self.timeout))
        # TLS takes the descriptor away from `sock`; a second one can still be shut down.
        self._handshake = sock.dup()
        _flight().board(self._handshake)
        return sock

    def connect(self) -> None:
        self._handshake = None
        try:
            super().connect()
        except ssl.SSLError as error:
            if _flight().expired:
                raise
            raise tls_failure(self.host, error) from None
        finally:
            _flight().board(self.sock)
            if self._handshake is not None:
                self._handshake.close()


def _mark_sent(sock: Any) -> None:
    flight = _flight()
    if flight.is_over():
        raise TimeoutError
    flight.board(sock)
    flight.sent = True


def _seconds(timeout: object) -> float:
    return float(timeout) if isinstance(timeout, int | float) else 30.0


class Adapter(HTTPAdapter):
    """`requests`' adapter over our connections; it neither retries nor looks at the environment."""

    def __init__(self, dialer: Dialer, context: ssl.SSLContext, connections: int) -> None:
        self._dialer = dialer
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, _Plain, self._dialer),
            "https": _pool(HTTPSConnectionPool, _Encrypted, self._dialer),
        }

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """The pool of the address. Neither a proxy nor a certificate is looked for each time."""
        return self.poolmanager.connection_from_url(request.url)

    def close(self) -> None:
        """Close every idle connection now; `urllib3` leaves it to the garbage collector."""
        for key in self.poolmanager.pools.keys():  # noqa: SIM118  its container is no iterable
            self.poolmanager.pools[key].close()
        super().close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Always verify, with the authorities that our context has loaded once."""
        conn.cert_reqs = "CERT_REQUIRED"


def _pool(pool: type[Any], connection: type[Any], dialer: Dialer) -> type[Any]:
    own = type(connection.__name__, (connection,), {"dialer": dialer})
    return type(pool.__name__, (pool,), {"ConnectionCls": own})
