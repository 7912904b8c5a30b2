"""The target as a cycle sees it: opened when first needed, its faults counted, its requests too.

Ten target faults in a row end the cycle (issue: quarantine). A rejected value is no fault of the
target: it breaks the row of faults like a success does.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar

from provisioning.core.errors import (
    ConfigurationError,
    ConnectionFailed,
    OutcomeUnknown,
    ProvisioningError,
    QuietNow,
    RetryLater,
    TargetUnavailable,
    TooManyRequests,
)
from provisioning.core.wording import gettext_noop
from provisioning.engine.credentials import keep_quirks, open_client, quirks_of
from provisioning.engine.execution.threads import SendingThreads
from provisioning.engine.governing import Keeper
from provisioning.models import Application, Connection
from provisioning.scim.client import ScimClient
from provisioning.scim.sending import Queueing
from provisioning.scim.urgency import Urgency
from provisioning.scim.verbs import Verb

T = TypeVar("T")

FAULTS_IN_ROW = 10
OPENED_WITH = (
    *("host", "tenant_url", "auth", "token_url", "client_id", "secret"),
    *("requests_per_minute", "connections"),
)
EVIDENCE = 5
"""Requests that are kept to show why a cycle ended."""


class TooManyFaults(TargetUnavailable):
    """Ten faults of the target in a row: nothing more is asked of it now."""

    code = "TooManyFaults"
    advice = gettext_noop(
        "Check that the application works and can be reached, then select Retry now."
    )


def is_fault(error: ProvisioningError) -> bool:
    """Whether the target, and not the value or the configuration, is to blame."""
    if isinstance(error, TooManyRequests):
        return False
    return isinstance(error, ConnectionFailed | OutcomeUnknown | RetryLater)


def ends_the_cycle(error: ProvisioningError) -> bool:
    """Whether nothing more is asked: credentials, no SCIM, a quota used up for long, quiet hours.

    A quota that stays used up is nobody's fault: the cycle ends, without quarantine (F07).
    """
    return isinstance(error, TooManyRequests | QuietNow) or (
        isinstance(error, TargetUnavailable) and not is_fault(error)
    )


class Target:
    """One application's client within one worker's run."""

    def __init__(self, application: Application, sleep: Callable[[float], None]) -> None:
        self._application = application
        self._sleep = sleep
        self._client: ScimClient | None = None
        self._keeper: Keeper | None = None
        self._threads: SendingThreads | None = None
        self._opened_with: Mapping[str, Any] = {}
        self._told: Counter[str] = Counter()
        self._faults = 0
        self._lock = Lock()
        self.evidence: deque[dict[str, Any]] = deque(maxlen=EVIDENCE)
        """The last requests that were not answered as they should be."""
        self.permit: Callable[[], float | None] = _always
        """Asked before every request, repeated ones too; what it raises keeps it from leaving, what
        it answers are the seconds that the request may take."""
        self.going_on: Callable[[], None] = _always
        """Asked by every request that waits, once a second; what it raises ends the waiting."""
        self.urgency: Callable[[Verb], Urgency] = _as_a_change
        """The lane in which a request waits for its turn."""

    def open(self) -> None:
        """Open the client here and now: threads of a pool may not touch the database."""
        _ = self.client

    @property
    def client(self) -> ScimClient:
        """The client, opened when first needed. Raises `ConfigurationError` when it cannot be."""
        if self._client is None:
            self._opened_with = self._credentials()
            self._client = open_client(
                self._application,
                sleep=self._sleep,
                before_each=lambda _: self.permit(),
                queueing=Queueing(lambda verb: self.urgency(verb), lambda: self.going_on()),
            )
            self._keeper = Keeper(self._client.governor)
        return self._client

    @property
    def threads(self) -> SendingThreads:
        """What requests are sent from, kept for all batches."""
        if self._threads is None:
            self._threads = SendingThreads(self.client.governor.most_connections)
        return self._threads

    def close(self) -> None:
        """End the threads and close connections; the next use opens anew."""
        if self._threads is not None:
            self._threads.close()
            self._threads = None
        if self._keeper is not None:
            self._keeper.end()
            self._keeper = None
        if self._client is not None:
            self._client.close()
            self._client = None

    def refresh(self) -> None:
        """Enter anew when the credentials were changed since; asked before each unit (F22).

        Raises `ConfigurationError` when they are those of another host: a plan is made for one.
        """
        if self._client is None:
            return
        now = self._credentials()
        if now == self._opened_with:
            return
        if now["host"] != self._opened_with["host"]:
            raise ConfigurationError(
                gettext_noop("The Tenant URL was changed to another host during the cycle."),
                advice=gettext_noop("Look at a new change preview before the next cycle."),
            )
        self.close()
        self._told = Counter()
        self._application.connection.refresh_from_db()

    def _credentials(self) -> Mapping[str, Any]:
        rows = Connection.objects.filter(application=self._application).values(*OPENED_WITH)
        return {**rows.get()}

    def keep_what_was_learnt(self) -> None:
        """A target that turned out to have no PATCH is not asked for it by the next run (F14)."""
        if self._client is None or self._client.quirks.patch_supported:
            return
        if quirks_of(self._application).patch_supported:
            keep_quirks(self._application, patch_supported=False)

    def read(self, call: Callable[[ScimClient], T]) -> T:
        """The answer of a read while planning, tried again until ten faults came in a row."""
        while True:
            with self.client.recording() as exchanges:
                try:
                    answer = call(self.client)
                except ProvisioningError as error:
                    self.evidence.extend(exchange.as_dict() for exchange in exchanges)
                    if not isinstance(error, ConnectionFailed | RetryLater) or not is_fault(error):
                        raise
                    self.fault(error, attempts=len(exchanges))
                else:
                    self.fine()
                    return answer
            self._sleep(min(0.05 * 2**self._faults, 5.0))

    def fault(self, error: ProvisioningError, *, attempts: int = 1) -> None:
        """Count a fault with all its attempts; raises `TooManyFaults` with the tenth in a row."""
        with self._lock:
            self._faults += max(1, attempts)
            if self._faults < FAULTS_IN_ROW:
                return
        raise TooManyFaults(
            gettext_noop("The application failed %(times)d times in a row. Last: %(last)s"),
            params={"times": FAULTS_IN_ROW, "last": error.message},
            advice=error.advice,
        ) from error

    def fine(self) -> None:
        """The target answered as it should: the row of faults is broken."""
        with self._lock:
            self._faults = 0

    def new_requests(self) -> Counter[str]:
        """How many requests by method were sent since this was last asked."""
        if self._client is None:
            return Counter()
        sent = Counter(self._client.requests)
        new = sent - self._told
        self._told = sent
        return new


def _as_a_change(_: Verb) -> Urgency:
    return Urgency.CHANGE


def _always() -> None:
    """Nothing stands against a request, however long it takes."""
