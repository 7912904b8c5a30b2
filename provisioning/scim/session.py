"""The one door to the network: every request of Rollcall to a target or token service leaves here.

It promises (threats T01-T10): the connected address was checked, TLS was verified, nothing is
followed or taken from the environment, no exchange outlasts its deadline, no answer its limits. And
it tells apart what callers must not confuse: nothing was sent, or nobody knows what became of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import urllib3
from requests import PreparedRequest, RequestException, Response
from requests.structures import CaseInsensitiveDict

from provisioning.core.errors import (
    ConnectionFailed,
    NotScim,
    OutcomeUnknown,
    ProvisioningError,
    TargetBusy,
    TimedOutBeforeSending,
)
from provisioning.core.wording import gettext_noop
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.deadline import Flight, Watchdog
from provisioning.scim.decoding import CHUNK, UnreadableBody, read_body
from provisioning.scim.dialing import Dialer, Resolver, system_resolver
from provisioning.scim.tls import client_context
from provisioning.scim.wire import Adapter, depart

READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that one exchange may take."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    body: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it goes out. `reads` says that repeating it changes nothing.

    `seconds` is the time it may take in all, where that is less than the door allows.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float | None = None

    @property
    def reads(self) -> bool:
        return self.method in READING


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, its body decoded and within limits; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int


class Door:
    """Sends calls and returns replies, from any number of threads."""

    def __init__(
        self,
        allowed: AllowedNetworks,
        *,
        limits: Limits | None = None,
        resolver: Resolver = system_resolver,
        connections: int = 32,
        extra_ca: str | None = None,
    ) -> None:
        self._limits = limits or Limits()
        dialer = Dialer(allowed, resolver, self._limits.connect)
        # The adapter is called directly: `Session.send` reads the whole body of a redirect, without
        # a limit, even when told not to follow it (requests 2.34).
        self._adapter = Adapter(dialer, client_context(extra_ca), connections)
        self._watchdog = Watchdog()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._watchdog.close()
        self._adapter.close()

    def send(self, call: Call) -> Reply:
        """The reply, whatever its status; else ConnectionFailed, TimedOutBeforeSending (nothing was
        sent), TargetBusy, NotScim (a read), or OutcomeUnknown (a write)."""
        failure: Exception | None = None
        limits = self._limits
        if call.seconds is not None:
            limits = replace(limits, total=min(limits.total, call.seconds))
        with self._watchdog.watching(limits.total) as flight:
            depart(flight)
            try:
                reply = self._exchange(call)
            except Exception as error:
                failure = _explained(call, error, flight, limits)
            finally:
                depart(None)
        if failure is None and flight.expired:
            failure = _late(call, limits)
        if failure is not None:
            # Raised anew and alone: the frames below hold the headers, the token in them (T33).
            failure.__context__ = None
            raise failure.with_traceback(None)
        return reply

    def _exchange(self, call: Call) -> Reply:
        started = time.monotonic()
        limits = self._limits
        response = self._adapter.send(
            _prepared(call), stream=True, timeout=(limits.connect, limits.read)
        )
        try:
            body = _body(response, limits.body)
        except BaseException:
            response.raw.close()
            raise
        response.raw.release_conn()
        headers = {name.lower(): value for name, value in response.headers.items()}
        took = int((time.monotonic() - started) * 1000)
        return Reply(response.status_code, headers, body, took)


def _prepared(call: Call) -> PreparedRequest:
    prepared = PreparedRequest()
    prepared.prepare_method(call.method)
    prepared.url = call.url  # quoted by us; `prepare_url` would quote once more
    prepared.headers = CaseInsensitiveDict(
        {"User-Agent": "Rollcall", "Accept-Encoding": "gzip", **call.headers}
    )
    prepared.body = call.body
    if call.body is not None:
        prepared.headers["Content-Length"] = str(len(call.body))
    return prepared


def _body(response: Response, limit: int) -> bytes:
    chunks = response.raw.stream(CHUNK, decode_content=False)
    return read_body(chunks, response.headers.get("Content-Encoding", ""), limit)


def _explained(call: Call, error: Exception, flight: Flight, limits: Limits) -> Exception:
    if isinstance(error, ProvisioningError):
        return error
    if not isinstance(
        error, RequestException | urllib3.exceptions.HTTPError | OSError | UnreadableBody
    ):
        return error  # a fault of ours; the engine reports it as one
    if not flight.sent:
        return _not_sent(flight.expired or _timed_out(error))
    if flight.expired or _timed_out(error):
        return _late(call, limits)
    if isinstance(error, UnreadableBody):
        return _unreadable(call, error)
    return _cut(call)


def _not_sent(late: bool) -> ProvisioningError:
    if late:
        return TimedOutBeforeSending(
            gettext_noop("The request was not sent within its time; nothing was changed.")
        )
    return ConnectionFailed(
        gettext_noop("The connection broke before the request was sent; nothing was changed."),
        advice=gettext_noop("Check the Tenant URL, then use Test Connection."),
    )


def _timed_out(error: Exception) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, TimeoutError | urllib3.exceptions.ReadTimeoutError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _late(call: Call, limits: Limits) -> ProvisioningError:
    params = {"seconds": f"{round(limits.total, 1):g}", "silence": f"{round(limits.read, 1):g}"}
    if call.reads:
        return TargetBusy(
            gettext_noop(
                "The application did not answer in time (%(silence)s s of silence, or "
                "%(seconds)s s in all)."
            ),
            params=params,
        )
    return OutcomeUnknown(
        gettext_noop(
            "The change was sent, but no answer came in time (%(silence)s s of silence, or "
            "%(seconds)s s in all)."
        ),
        params=params,
    )


def _unreadable(call: Call, error: UnreadableBody) -> ProvisioningError:
    params = {"reason": str(error)}
    if call.reads:
        return NotScim(
            gettext_noop("The application's answer cannot be read: it is %(reason)s."),
            params=params,
        )
    return OutcomeUnknown(
        gettext_noop("The change was sent, but the answer cannot be read: it is %(reason)s."),
        params=params,
    )


def _cut(call: Call) -> ProvisioningError:
    if call.reads:
        return TargetBusy(gettext_noop("The connection broke before the answer was complete."))
    return OutcomeUnknown(
        gettext_noop("The change was sent, but the connection broke before the answer came.")
    )
