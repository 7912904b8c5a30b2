"""Faults on purpose: which request meets which one. `KIND[:key=value,…]`, see `--help`.

The dice are a hash of the fault and the request's number, so that the same run fails the same way.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from provisioning.simulator.settings_error import SettingError

KINDS = (
    "status",
    "timeout",
    "lost_reply",
    "truncate",
    "garbage",
    "slow",
    "lag",
    "ignore_filter",
    "lying_pages",
    "token_expiry",
)
KEYS = ("method", "path", "code", "retry_after", "rate", "after", "times", "seconds")
# How `seconds` is meant: the length of one effect, or (all others) of the whole outage.
_ONE_EFFECT = frozenset({"timeout", "slow", "lag", "token_expiry"})
_RANDOM_CODES = (500, 503, 504, 408)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as it was asked for."""

    kind: str
    text: str
    method: str = ""
    path: str = ""
    code: int = 503
    retry_after: str = ""
    rate: float = 1.0
    after: int = 0
    times: int | None = None
    seconds: float | None = None

    def concerns(self, method: str, path: str) -> bool:
        """Tell whether a request may meet this fault."""
        if self.method and method.upper() not in self.method.upper().split("|"):
            return False
        pattern, path = self.path.lower().rstrip("/"), path.lower()
        if not pattern:
            return not path.startswith("/oauth/")
        tails = [path, path.partition("/scim/v2")[2] or path.partition("/scim")[2]]
        patterns = (pattern, f"{pattern}/*")
        return any(fnmatchcase(tail, wanted) for tail in tails for wanted in patterns)


def parse_fault(text: str) -> Fault:
    """Return the fault that a SPEC asks for."""
    kind, _, listed = text.strip().partition(":")
    if kind not in KINDS:
        raise SettingError(
            f"There is no fault “{kind}”.", path="--fault", advice=f"Use: {', '.join(KINDS)}."
        )
    given: dict[str, str] = {}
    last = ""
    for part in filter(None, listed.split(",")):
        key, equals, value = part.partition("=")
        if equals and key.strip() in KEYS:
            last = key.strip()
            given[last] = value.strip()
        elif last == "retry_after":
            given[last] += f",{part}"  # an HTTP date has a comma of its own
        else:
            raise _wrong(text, f"“{part}” is none of {', '.join(KEYS)}")
    return _built(kind, text.strip(), given)


def _built(kind: str, text: str, given: dict[str, str]) -> Fault:
    try:
        fault = Fault(
            kind,
            text,
            method=given.get("method", ""),
            path=given.get("path", ""),
            code=int(given.get("code", 503)),
            retry_after=given.get("retry_after", ""),
            rate=float(given.get("rate", 1)),
            after=int(given.get("after", 0)),
            times=int(given["times"]) if "times" in given else None,
            seconds=float(given["seconds"]) if "seconds" in given else None,
        )
    except ValueError:
        raise _wrong(text, "a number is expected there") from None
    if not 0 <= fault.rate <= 1:
        raise _wrong(text, "rate lies between 0 and 1")
    if not 200 <= fault.code <= 599:
        raise _wrong(text, "code lies between 200 and 599")
    return fault


def _wrong(text: str, reason: str) -> SettingError:
    return SettingError(
        f"The fault “{text}” cannot be read: {reason}.",
        path="--fault",
        advice="Write KIND:key=value,key=value such as status:code=429,retry_after=2,rate=0.1.",
    )


class Plan:
    """The faults that are set, and how often each has struck."""

    def __init__(self, faults: Sequence[Fault] = (), random_errors: float = 0.0) -> None:
        """Start with these faults; `random_errors` is the share of requests that meet any."""
        self._lock = threading.Lock()
        self._random_errors = random_errors
        self.faults: tuple[Fault, ...] = ()
        self.replace(faults)

    def replace(self, faults: Sequence[Fault]) -> None:
        """Set these faults instead, counting from none."""
        with self._lock:
            self.faults = tuple(faults)
            self._seen = [0] * len(self.faults)
            self._struck = [0] * len(self.faults)
            self._first: list[float | None] = [None] * len(self.faults)
            self._requests = 0

    def strike(self, method: str, path: str, now: float) -> Fault | None:
        """Return the fault that this request meets, if any; the first that is due wins."""
        if not self.faults and not self._random_errors:
            return None
        with self._lock:
            for index, fault in enumerate(self.faults):
                if fault.concerns(method, path) and self._is_due(index, fault, now):
                    return fault
            return self._at_random()

    def longest_lag(self) -> float:
        """Return how far the answers may lag."""
        return max((_lag(fault) for fault in self.faults if fault.kind == "lag"), default=0.0)

    def _is_due(self, index: int, fault: Fault, now: float) -> bool:
        self._seen[index] += 1
        if self._seen[index] <= fault.after:
            return False
        if fault.times is not None and self._struck[index] >= fault.times:
            return False
        first = self._first[index]
        ended = fault.seconds is not None and fault.kind not in _ONE_EFFECT
        if ended and first is not None and now - first >= (fault.seconds or 0):
            return False
        if _dice(f"{index} {fault.text} {self._seen[index]}") >= fault.rate:
            return False
        self._struck[index] += 1
        self._first[index] = now if first is None else first
        return True

    def _at_random(self) -> Fault | None:
        self._requests += 1
        if _dice(f"random {self._requests}") >= self._random_errors:
            return None
        which = int(_dice(f"which {self._requests}") * (len(_RANDOM_CODES) + 1))
        if which == len(_RANDOM_CODES):
            return Fault("lost_reply", "random")
        return Fault("status", "random", code=_RANDOM_CODES[which])


def _dice(text: str) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def _lag(fault: Fault) -> float:
    return 5.0 if fault.seconds is None else fault.seconds


def lag_of(fault: Fault | None) -> float:
    """Return by how many seconds a fault makes lists lag."""
    return _lag(fault) if fault is not None and fault.kind == "lag" else 0.0
