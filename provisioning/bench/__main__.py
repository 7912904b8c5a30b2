"""The table of `make bench`, or with `--json` one document of the same figures."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from provisioning.bench import decisions, functions, limits
from provisioning.bench.measure import microseconds
from provisioning.bench.rules import document
from provisioning.core.definition import read_definition

SLOWEST = 5
"""So many of the worst values are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, what it may be, and how many times its floor it is."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    ratio: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the budget is kept; nothing where there is none."""
        return None if self.budget is None else self.value <= self.budget

    def line(self) -> str:
        """As a row of the table."""
        verdict = {None: "", True: "holds", False: "DOES NOT HOLD"}[self.holds]
        budget = "" if self.budget is None else f"≤ {self.budget:g}"
        ratio = "" if self.ratio is None else f"{self.ratio:,.1f} ×"
        value = f"{self.value:,.1f} {self.unit}"
        return f"{self.what:<58} {value:>12} {budget:>8} {ratio:>9}  {verdict}".rstrip()


def main() -> None:
    """Measures, and prints as it goes."""
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON document")
    options.add_argument("--people", type=int, default=100_000, help="how many are decided")
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    found = []
    if not chosen.json:
        print(f"Load when it began: {load:.1f} on {os.cpu_count()} processors. × is the ratio to")
        print("the least work of the kind, measured in the same run; time is processor time.\n")
    for figure in figures(chosen.people):
        found.append(figure)
        if not chosen.json:
            print(figure.line(), flush=True)
    if chosen.json:
        rows = [{**asdict(figure), "holds": figure.holds} for figure in found]
        print(json.dumps({"load": load, "figures": rows}, ensure_ascii=False, indent=1))


def figures(people: int) -> Iterator[Figure]:
    """Decisions first, then what they are made of."""
    yield from _decided(people)
    yield Figure("read the definition, once", microseconds(_read_definition) / 1000, "ms")
    for cost in limits.costs()[:SLOWEST]:
        what = f"T23 at the limits: {cost.expression[:30]}, {cost.times} times"
        yield Figure(what, cost.milliseconds, "ms", 50)
    floor = functions.floor()
    for name, spent in sorted(functions.costs().items()):
        yield Figure(f"evaluate {name}", spent, "µs", ratio=spent / floor)


def _decided(people: int) -> Iterator[Figure]:
    outcome = decisions.run(people)
    what = f"P5 {people:,} people × 12 mappings × 2 filters"
    one, floor = (spent / people * 1e6 for spent in (outcome.processor, outcome.floor))
    yield Figure(f"{what}, 2 processes", outcome.wall, "s", 30)
    yield Figure("   processor time of the slower process", outcome.slower, "s", 30)
    yield Figure("   memory at its peak, both processes", outcome.peak, "MiB", 300)
    yield Figure("   one decision", one, "µs", ratio=one / floor)


def _read_definition() -> None:
    read_definition(document(), ("userName", "displayName"))


if __name__ == "__main__":
    main()
