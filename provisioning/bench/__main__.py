"""The table of `make bench`, or with `--json` one document of the same figures."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict
from subprocess import CalledProcessError

from provisioning.bench import decisions, functions, limits, quota
from provisioning.bench.figure import Figure
from provisioning.bench.lines import WHERE
from provisioning.bench.measure import microseconds
from provisioning.bench.rules import document
from provisioning.bench.world import DATABASES, measured
from provisioning.core.definition import read_definition

SLOWEST = 5
"""So many of the worst values are shown."""
NAMES = [*sorted([*WHERE, "P5", "P8"], key=lambda name: int(name[1:])), "language"]
"""Every line, in the order of the table."""


def main() -> None:
    """Measures, and prints as it goes."""
    chosen = _options().parse_args()
    load = os.getloadavg()[0]
    found = []
    if not chosen.json:
        print(f"Load when it began: {load:.1f} on {os.cpu_count()} processors. × is the ratio to")
        print("the floor, measured in the same run; decisions are in processor time.\n")
    for figure in figures(chosen.only, chosen.database, chosen.people):
        found.append(figure)
        if not chosen.json:
            print(figure.line(), flush=True)
    if chosen.json:
        rows = [{**asdict(figure), "holds": figure.holds} for figure in found]
        print(json.dumps({"load": load, "figures": rows}, ensure_ascii=False, indent=1))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    add = options.add_argument
    add("--json", action="store_true", help="one JSON document")
    add(
        "--only",
        action="append",
        choices=NAMES,
        metavar="NAME",
        help=f"only this line, as often as it is given: {', '.join(NAMES)}",
    )
    add("--database", action="append", choices=DATABASES, help="only on this one")
    add("--people", type=int, help="how many a line is about, instead of what it is meant for")
    return options  # fmt: skip


def figures(
    only: Collection[str] | None = None,
    databases: Collection[str] | None = None,
    people: int | None = None,
) -> Iterator[Figure]:
    """The lines in their order, each on every database; then what decisions are made of."""
    for name in NAMES:
        if only and name not in only:
            continue
        if name == "P5":
            yield from _decided(people or 100_000)
        elif name == "P8":
            yield from _quota()
        elif name in WHERE:
            for database in databases or DATABASES:
                yield from _line(name, database, people)
        else:
            yield from _language()


def _line(name: str, database: str, people: int | None) -> Iterator[Figure]:
    """A line that could not be measured is said to be so, and the others go on."""
    try:
        yield from measured(name, database, people)
    except CalledProcessError as error:
        what = f"{name} was not measured: it ended with {error.returncode}"
        yield Figure(what, float("nan"), "", 0, database=database)


def _language() -> Iterator[Figure]:
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


def _quota() -> Iterator[Figure]:
    """No database has a part in it."""
    for use in quota.run():
        what = f"P8 quota of {quota.PER_MINUTE} a minute, used by {use.processes} processes"
        yield Figure(what, use.used, "%", 95, least=True)
        yield Figure("   refused with 429", use.refused, "%", 0.5)


def _read_definition() -> None:
    read_definition(document(), ("userName", "displayName"))


if __name__ == "__main__":
    main()
