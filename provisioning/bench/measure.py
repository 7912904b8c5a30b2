"""How time and memory are taken, and what the least work of the kind would have cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run: what others do on the machine counts least there."""
    started = process_time()
    work()
    return process_time() - started


def microseconds(work: Callable[[], object], spent: float = 0.02, tries: int = 3) -> float:
    """Of one call: the best of some rounds, each of so many calls that it can be measured."""
    calls = max(1, int(spent / max(seconds(work), 1e-7)))

    def round_of_calls() -> None:
        for _ in range(calls):
            work()

    return min(seconds(round_of_calls) for _ in range(tries)) / calls * 1e6


def peak_mebibytes() -> float:
    """The most memory that this process has had, as Linux counts it."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
