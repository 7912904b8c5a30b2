"""From a host name to a connected socket whose far end has been checked (threat T02).

The name is resolved here and nowhere else, every address of the answer is judged, the connection
goes to a judged address, and the peer is asked once more: so a name that changes its mind between
check and connection gains nothing.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from provisioning.core.errors import ConnectionFailed
from provisioning.core.wording import gettext_noop
from provisioning.scim.address import Address, AllowedNetworks, is_loopback, parse_address

Resolver = Callable[[str, int], Sequence[str]]
"""All addresses of a host name, as text; OSError when there are none."""


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses the operating system knows for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Dialer:
    """Opens connections to permitted addresses only."""

    allowed: AllowedNetworks
    resolver: Resolver = field(default=system_resolver)
    seconds: float = 5.0

    def dial(self, host: str, port: int, *, loopback_only: bool) -> socket.socket:
        """A connected socket, or ConnectionFailed that says which step failed and what to do."""
        ends = time.monotonic() + self.seconds
        addresses = self._resolved(host, port)
        for address in addresses:
            self._check(host, address, loopback_only=loopback_only)
        failure: OSError = TimeoutError()
        for address in addresses:
            if (left := ends - time.monotonic()) <= 0:
                break
            try:
                return self._connected(host, address, port, left)
            except OSError as error:
                failure = error
        raise _not_connected(host, port, failure, self.seconds) from None

    def _resolved(self, host: str, port: int) -> list[Address]:
        if (literal := parse_address(host)) is not None:
            return [literal]
        answer = _Lookup(self.resolver, host, port).wait(self.seconds)
        addresses = [address for text in answer if (address := parse_address(text)) is not None]
        if not addresses:
            raise _name_unknown(host)
        return addresses

    def _check(self, host: str, address: Address, *, loopback_only: bool) -> None:
        if not self.allowed.admits(address) or (loopback_only and not is_loopback(address)):
            raise _forbidden(host, str(address))

    def _connected(self, host: str, address: Address, port: int, seconds: float) -> socket.socket:
        sock = socket.create_connection((str(address), port), timeout=seconds)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = str(sock.getpeername()[0])
            if parse_address(peer) != address:
                raise _forbidden(host, peer)
        except BaseException:
            sock.close()
            raise
        return sock


class _Lookup:
    """One name resolution in a thread of its own, because the system call knows no deadline."""

    def __init__(self, resolver: Resolver, host: str, port: int) -> None:
        self._ask = (resolver, host, port)
        self._answer: Sequence[str] = ()
        self._done = threading.Event()

    def wait(self, seconds: float) -> Sequence[str]:
        threading.Thread(target=self._run, name="resolve", daemon=True).start()
        host = self._ask[1]
        if not self._done.wait(seconds):
            raise ConnectionFailed(
                gettext_noop("The name “%(host)s” was not resolved in time."),
                params={"host": host},
                advice=gettext_noop("Check this server's name service (DNS)."),
            )
        if not self._answer:
            raise _name_unknown(host)
        return self._answer

    def _run(self) -> None:
        resolver, host, port = self._ask
        try:
            self._answer = resolver(host, port)
        except (OSError, UnicodeError):
            self._answer = ()
        finally:
            self._done.set()


def _forbidden(host: str, address: str) -> ConnectionFailed:
    return ConnectionFailed(
        gettext_noop("“%(host)s” leads to %(address)s, an address that may not be reached."),
        params={"host": host, "address": address},
        advice=gettext_noop(
            "Correct the Tenant URL. A private network must be opened in the server's setting "
            "ALLOWED_TARGET_NETWORKS."
        ),
    )


def _name_unknown(host: str) -> ConnectionFailed:
    return ConnectionFailed(
        gettext_noop("The name “%(host)s” is not known (DNS)."),
        params={"host": host},
        advice=gettext_noop(
            "Check the spelling of the Tenant URL, and this server's name service."
        ),
    )


def _not_connected(host: str, port: int, failure: OSError, seconds: float) -> ConnectionFailed:
    params: dict[str, str | int] = {"host": host, "port": port}
    if isinstance(failure, ConnectionRefusedError):
        return ConnectionFailed(
            gettext_noop("%(host)s refuses connections on port %(port)s."),
            params=params,
            advice=gettext_noop("Check the port of the Tenant URL, and that the service is up."),
        )
    if isinstance(failure, TimeoutError):
        return ConnectionFailed(
            gettext_noop("%(host)s did not accept a connection on port %(port)s in %(seconds)s s."),
            params={**params, "seconds": f"{seconds:g}"},
            advice=gettext_noop("Check that no firewall stands between this server and it."),
        )
    return ConnectionFailed(
        gettext_noop("%(host)s cannot be reached on port %(port)s: %(reason)s."),
        params={
            **params,
            "reason": os.strerror(failure.errno) if failure.errno else gettext_noop("no route"),
        },
        advice=gettext_noop("Check this server's network, then use Test Connection."),
    )
