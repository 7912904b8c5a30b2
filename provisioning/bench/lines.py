"""One line of the table in this process: `python -m provisioning.bench.lines P1 [--people N]`.

The environment says where: see `world.py`, which calls this. Each line is a function of its size
that answers its figures; a line of another module is added by naming it here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module

import django
from django.core.management import call_command

from provisioning.bench.figure import Figure

Line = Callable[[int], list[Figure]]

WHERE: Mapping[str, tuple[str, str, int]] = {
    "P1": ("creates", "at_latency_nought", 5_000),
    "P2": ("creates", "at_fifty_milliseconds", 5_000),
    "P3": ("quiet", "nothing_changed", 100_000),
    "P4": ("quiet", "one_changed", 100_000),
    "P6": ("memory", "of_a_worker", 100_000),
    "P7": ("large_group", "filled_then_joined", 10_000),
    "P9": ("creates", "two_workers", 3_000),
    "P11": ("leaver", "overtakes", 50_000),
}
"""Module and function of each line, and how many people it is about."""


def line(name: str) -> tuple[Line, int]:
    """The function of a line, and its size."""
    module, function, people = WHERE[name]
    found: Line = getattr(import_module(f"provisioning.bench.{module}"), function)
    return found, people


def main() -> None:
    """Measure one line on the database of the environment and print its figures as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("name", choices=WHERE)
    options.add_argument("--people", type=int)
    chosen = options.parse_args()
    django.setup()
    call_command("migrate", verbosity=0)
    measure, people = line(chosen.name)
    found = measure(people if chosen.people is None else chosen.people)
    print(json.dumps([asdict(figure) for figure in found]))


if __name__ == "__main__":
    main()
