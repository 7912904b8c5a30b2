"""One SCIM request until it has its answer: turn, token, door, judgement, and what is repeated.

Repeated is only what changed nothing for certain: a read four times with full jitter, a 429 as
long as patience lasts, a 401 once with a renewed token, a write that the target did not process.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from provisioning.core.errors import (
    ConnectionFailed,
    CredentialsRejected,
    ProvisioningError,
    RetryLater,
    TimedOutBeforeSending,
    TooManyRequests,
)
from provisioning.scim.auth import Credentials, authorization
from provisioning.scim.exchange import Exchange
from provisioning.scim.governor import Clockwork, Governor
from provisioning.scim.responses import Result, judge
from provisioning.scim.secret import Secret
from provisioning.scim.session import Call, Door, Reply
from provisioning.scim.urgency import Urgency
from provisioning.scim.verbs import Verb

FIRST_BACKOFF = 0.5
NOT_SENT = (ConnectionFailed, TimedOutBeforeSending)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a fault is tried again, and how many seconds one request may wait in all."""

    retries: int = 4
    seconds: float = 1_800.0


NO_PATIENCE = Patience(retries=0, seconds=0.0)
"""For Test Connection: the first answer counts."""


def _as_a_change(_: Verb) -> Urgency:
    return Urgency.CHANGE


def _go_on() -> None:
    """Nothing ends the waiting."""


@dataclass(frozen=True, slots=True)
class Queueing:
    """How requests wait for their turn: which goes first, and what may end the waiting.

    `going_on` is asked about once a second by whatever waits; what it raises ends the waiting.
    """

    urgency: Callable[[Verb], Urgency] = _as_a_change
    going_on: Callable[[], None] = _go_on


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a success, and the version its `ETag` header names."""

    body: Result
    etag: str


class Sender:
    """Sends requests for any number of threads, and counts them."""

    def __init__(
        self,
        door: Door,
        credentials: Credentials,
        governor: Governor,
        *,
        patience: Patience | None = None,
        before_each: Callable[[Verb], float | None] | None = None,
    ) -> None:
        self.requests: Counter[str] = Counter()
        self.governor = governor
        self.queueing = Queueing()
        self._door = door
        self._credentials = credentials
        self._patience = patience or Patience()
        self._before_each = before_each
        self._count_lock = threading.Lock()
        self._record = threading.local()

    @contextmanager
    def recording(self) -> Iterator[list[Exchange]]:
        """Collect every exchange of this thread, refused and repeated ones included.

        Whoever recorded already collects them as well.
        """
        outer = getattr(self._record, "exchanges", None)
        exchanges: list[Exchange] = []
        self._record.exchanges = exchanges
        try:
            yield exchanges
        finally:
            self._record.exchanges = outer
            if outer is not None:
                outer.extend(exchanges)

    def send(self, verb: Verb, call: Call, clockwork: Clockwork) -> Answer:
        """The answer of a success, else the error of the last attempt."""
        attempts = _Attempts(self._patience, clockwork, self.governor)
        while True:
            token: list[Secret] = []
            try:
                return self._once(verb, call, token)
            except CredentialsRejected as error:
                if error.status != 401 or not attempts.renewal(self._credentials, token):
                    raise
            except RetryLater as error:
                attempts.wait_or_raise(error)

    def _once(self, verb: Verb, call: Call, used: list[Secret]) -> Answer:
        with self.governor.slot(self.queueing.urgency(verb), self.queueing.going_on) as slot:
            token = self._credentials.token()
            used.append(token)
            seconds = self._before_each(verb) if self._before_each is not None else None
            headers = {**call.headers, "Authorization": authorization(token)}
            reply = self._exchange(replace(call, headers=headers, seconds=seconds))
            self.governor.heard(slot, reply.status, reply.headers)
        body = judge(verb, reply, self._credentials.secrets())
        return Answer(body, reply.headers.get("etag", ""))

    def _exchange(self, call: Call) -> Reply:
        try:
            reply = self._door.send(call)
        except ProvisioningError as error:
            if not isinstance(error, NOT_SENT):
                self._count(call.method)
            self._remember(call, None, error.message)
            raise
        self._count(call.method)
        self._remember(call, reply, "")
        return reply

    def _count(self, method: str) -> None:
        with self._count_lock:
            self.requests[method] += 1

    def _remember(self, call: Call, reply: Reply | None, failure: str) -> None:
        exchanges: list[Exchange] | None = getattr(self._record, "exchanges", None)
        if exchanges is not None:
            exchanges.append(Exchange(call, reply, failure, self._credentials.secrets()))


class _Attempts:
    """What one request has used up of its patience."""

    def __init__(self, patience: Patience, clockwork: Clockwork, governor: Governor) -> None:
        self._patience = patience
        self._clockwork = clockwork
        self._governor = governor
        self._faults = 0
        self._waited = 0.0
        self._renewed = False

    def renewal(self, credentials: Credentials, used: list[Secret]) -> bool:
        """True, once, when there is another token to try after a 401."""
        if self._renewed or not used:
            return False
        self._renewed = True
        return credentials.renew(used[0])

    def wait_or_raise(self, error: RetryLater) -> None:
        """Return when the request may be tried again; raise the error when patience is over."""
        if isinstance(error, TooManyRequests):
            seconds = self._governor.pause()  # the governor makes every thread wait
            self._spend(seconds, error)
            return
        self._faults += 1
        if self._faults > self._patience.retries or not self._governor.may_repeat():
            raise error
        backoff = FIRST_BACKOFF * 2.0 ** (self._faults - 1) * self._clockwork.chance()
        seconds = max(error.retry_after or 0.0, backoff)
        self._spend(seconds, error)
        self._clockwork.sleep(seconds)

    def _spend(self, seconds: float, error: RetryLater) -> None:
        self._waited += seconds
        if self._waited > self._patience.seconds:
            raise error
