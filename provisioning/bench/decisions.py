"""P5: everybody is decided again, as after an edited definition, by two processes in pages of 500.

One decision is what planning makes of a person: entitlement with filters, the value to look them
up with, what their account should hold, and how that differs.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from os import getpid
from time import perf_counter, process_time

from provisioning.bench.measure import peak_mebibytes
from provisioning.bench.people import account, subject
from provisioning.bench.rules import ATTRIBUTES, document
from provisioning.core.definition import JobDefinition, cached_definition
from provisioning.core.entitlement import entitlement
from provisioning.core.evaluate import Decision, decide, matching_values

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """What one page of people cost in the process that decided it, so far included."""

    operations: Counter[str]
    seconds: float
    floor: float
    process: int
    spent: float
    peak: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole run.

    `slower` is the processor time of the slower process, its start included: what the wall shows
    on a machine with nothing else to do. `floor` is the time of reading the same attributes.
    """

    people: int
    operations: Counter[str]
    wall: float
    slower: float
    processor: float
    floor: float
    peak: float


def run(people: int, processes: int = 2) -> Outcome:
    """Everybody decided once; the processes are started, and end, within the time measured."""
    started = perf_counter()
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        pages = list(pool.map(partial(decided_page, people), range(0, people, PAGE)))
    wall = perf_counter() - started
    last = {page.process: page for page in sorted(pages, key=lambda page: page.spent)}
    return Outcome(
        people=people,
        operations=sum((page.operations for page in pages), Counter()),
        wall=wall,
        slower=max(page.spent for page in last.values()),
        processor=sum(page.seconds for page in pages),
        floor=sum(page.floor for page in pages),
        peak=sum(page.peak for page in last.values()),
    )


def decided_page(people: int, first: int) -> Page:
    """The decisions of one page, in the process of whoever calls; only the last page is shorter."""
    rules = cached_definition(document(), ("userName", "displayName"))
    numbers = range(first, min(first + PAGE, people))
    started = process_time()
    operations = Counter(str(decided(rules, number).operation) for number in numbers)
    seconds = process_time() - started
    started = process_time()
    for number in numbers:
        _read(number)
    floor = process_time() - started
    return Page(operations, seconds, floor, getpid(), process_time(), peak_mebibytes())


def decided(rules: JobDefinition, number: int) -> Decision:
    """One person, as planning decides them."""
    person = subject(number)
    verdict = entitlement(rules, person)
    if verdict.entitled:
        matching_values(rules, person, NOW)
    return decide(rules, person, verdict, account(number), NOW)


def _read(number: int) -> bool:
    """The least that any decision could do: read each mapped attribute, and compare."""
    attributes, known = subject(number).source.attributes, account(number)
    wanted = {row["target"]: attributes.get(str(row.get("source"))) for row in ATTRIBUTES}
    return known is not None and wanted == known.resource
