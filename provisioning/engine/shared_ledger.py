"""A ledger in the broker's store, which all processes change in steps (F28).

A step is taken on what was read and written back only if nobody was faster. A store that loses its
data gets it back from the first who still knows it. While it cannot be reached, each process keeps
to its own share of the quota, by what it knew last; one that never reached it has no others.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from math import inf
from typing import Any, TypeVar, cast

import redis

from provisioning.scim.ledger import Ledger
from provisioning.scim.store import as_document, from_document

T = TypeVar("T")
log = logging.getLogger(__name__)

PREFIX = "rollcall:quota:"
PATIENCE = 1.0
"""Seconds to wait for the store's answer."""
TRY_AGAIN = 5.0
"""Seconds for which a store that could not be reached is left alone."""
KEPT = 7 * 24 * 3600
"""Seconds that what was learnt of a quota is kept after the last request."""
MOST_TRIES = 200

WRITE_IF_UNCHANGED = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class SharedLedger:
    """One quota's ledger; safe to share between threads."""

    def __init__(
        self, client: redis.Redis, key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._key = PREFIX + key
        self._clock = clock
        self._write = client.register_script(WRITE_IF_UNCHANGED)
        self._lock = threading.Lock()
        self._known: Ledger | None = None
        self._ahead = time.time() - clock()
        self._lost_at: float | None = None
        self._try_at = -inf

    @property
    def is_reached(self) -> bool:
        """Whether the last step was taken in the store."""
        return self._lost_at is None

    def change(self, step: Callable[[Ledger, float], T]) -> T:
        """Take one step, in the store if that can be reached."""
        with self._lock:
            if self._clock() >= self._try_at:
                try:
                    return self._change_shared(step)
                except (redis.RedisError, OSError) as error:
                    self._lose(error)
            return step(self._alone(), self._now())

    def read(self) -> tuple[Ledger | None, float]:
        """The ledger as it stands, and the store's time. Raises `RedisError` or `OSError`."""
        ledger, _text, now = self._read()
        return ledger, now

    def _change_shared(self, step: Callable[[Ledger, float], T]) -> T:
        for _ in range(MOST_TRIES):
            ledger, text, now = self._read()
            ledger = self._reunited(ledger)
            answer = step(ledger, now)
            written = json.dumps(as_document(ledger), separators=(",", ":"))
            if self._write(keys=[self._key], args=[text, written, KEPT]):
                self._known, self._ahead = ledger, now - self._clock()
                self._find()
                return answer
        raise redis.RedisError("Others were faster every time.")

    def _read(self) -> tuple[Ledger | None, bytes, float]:
        with self._client.pipeline(transaction=False) as asked:
            asked.get(self._key)
            asked.time()
            text, (seconds, micros) = cast("tuple[bytes | None, Any]", tuple(asked.execute()))
        return _ledger(text), text or b"", seconds + micros / 1e6

    def _reunited(self, stored: Ledger | None) -> Ledger:
        """What the store has, with what we did while we could not reach it."""
        known = self._known
        if stored is None and known is not None:
            log.warning("The broker lost what was known of a quota; it is told again.")
            known.divided_by = 1
            return from_document(as_document(known))
        ledger = stored or Ledger()
        if known is not None and self._lost_at is not None:
            ledger.reunite(known, self._lost_at)
        return ledger

    def _alone(self) -> Ledger:
        if self._known is None:
            self._known = Ledger()
        return self._known

    def _now(self) -> float:
        return self._clock() + self._ahead

    def _lose(self, error: Exception) -> None:
        self._try_at = self._clock() + TRY_AGAIN
        if self._lost_at is not None:
            return
        self._lost_at = self._now()
        if self._known is None:
            log.info("There is no broker here: the quota is kept by this process alone.")
            return
        self._known.divide(self._lost_at)
        log.warning(
            "The broker cannot be reached (%s): this process keeps to its own share of the quota, "
            "one of %d.",
            type(error).__name__,
            self._known.divided_by,
        )

    def _find(self) -> None:
        if self._lost_at is not None:
            log.warning("The broker is back: the quota is shared again.")
        self._lost_at, self._try_at = None, -inf


def _ledger(text: bytes | None) -> Ledger | None:
    """What was written; nothing when another version of Rollcall wrote it."""
    if not text:
        return None
    try:
        return from_document(json.loads(text))
    except (TypeError, KeyError, ValueError):
        return None
