"""The floor: the requests of a cycle, sent by a bare loop of `requests` and by nothing else.

Each run has processes of its own, as small as such a script is; each thread has a session.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import requests

THREADS = (1, 4, 16)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, whole address, and the JSON of its body."""

    method: str
    url: str
    body: Any


@dataclass(frozen=True, slots=True)
class Floor:
    """The time of the loop, and with how many threads in each process that was."""

    seconds: float
    threads: int


def loop(calls: Sequence[Call], token: str, *, threads: int, processes: int = 1) -> Floor:
    """Send the calls; the time runs from the first request until the last answer."""
    shares = [calls[start::processes] for start in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(_ready, range(processes)))
        began = perf_counter()
        list(pool.map(_share, shares, [token] * processes, [threads] * processes))
        return Floor(perf_counter() - began, threads)


def _ready(_: int) -> bool:
    return "requests" in sys.modules


def _share(calls: Sequence[Call], token: str, threads: int) -> None:
    parts = [calls[start::threads] for start in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(_send, parts, [token] * threads))


def _send(calls: Sequence[Call], token: str) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        session.headers["Content-Type"] = "application/scim+json"
        for call in calls:
            answer = session.request(call.method, call.url, json=call.body)
            answer.raise_for_status()
