"""P6: what a worker holds while it makes a large company, and how that grows with the company.

An initial cycle plans everybody, seals the plan and begins to create them; a person stops it when
all that depends on the number of people has been done once.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.core.management import call_command

from provisioning.bench import company
from provisioning.bench.figure import Figure
from provisioning.bench.stopped_cycle import peak_of
from provisioning.bench.target import target

SMALLER = 5
"""The smaller company has so many times fewer people."""
MOST_GROWTH = 10.0
"""MiB for each further 100,000 people: what still counts as flat."""


def of_a_worker(people: int) -> list[Figure]:
    """The peak of a process that does nothing but the cycle, for two sizes of the company."""
    few = max(1, people // SMALLER)
    small, large = _peak(few), _peak(people)
    growth = (large - small) / (people - few) * 100_000
    what = f"P6 memory of a worker, {people:,} people"
    return [
        Figure(what, large, "MiB", 300, measured=f"{small:.0f} MiB with {few:,}"),
        Figure("   growth with each further 100,000", growth, "MiB", MOST_GROWTH),
    ]


def _peak(people: int) -> float:
    call_command("flush", interactive=False, verbosity=0)
    company.directory(people)
    with target() as simulator:
        job = company.job(simulator.tenant_url)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peak = pool.submit(peak_of, job.pk).result()
    return peak
