"""P3, P4: a large company in which nothing happens, or one thing."""

from __future__ import annotations

from time import perf_counter

from provisioning.bench import company
from provisioning.bench.figure import Figure
from provisioning.bench.floor import loop
from provisioning.bench.target import TOKEN, target
from provisioning.engine.cycle import Request
from provisioning.engine.running import run_cycle
from provisioning.models import Job


def nothing_changed(people: int) -> list[Figure]:
    """P3: the cost of an idle cycle grows with what changed, and that is nothing."""
    company.directory(people)
    job = company.job()
    company.provision(job)
    with target() as simulator:
        company.move_to(job, simulator.tenant_url)
        seconds, _ = _cycle(job)
        sent = len(simulator.requests())
    what = f"P3 nothing changed, {people:,} people"
    return [Figure(f"{what}: requests", sent, "", 0), Figure(f"{what}: the cycle", seconds, "s", 1)]


def one_changed(people: int) -> list[Figure]:
    """P4: one person gets another title."""
    written = company.directory(people)
    job = company.job()
    seed = company.provision(job)
    written.people["p7"]["jobTitle"] = "Lead"
    written.sync()
    with target("--seed", str(seed)) as simulator:
        company.move_to(job, simulator.tenant_url)
        seconds, counts = _cycle(job)
        calls = simulator.calls()
        floor = loop(calls, TOKEN, threads=1)
    if counts.get("PATCH") != 1:
        raise RuntimeError(f"The change was not written: {counts}.")
    what = f"P4 one of {people:,} changed"
    measured = f"{seconds:.2f} s against {floor.seconds:.3f} s of the bare request"
    return [
        Figure(f"{what}: requests", len(calls), "", 2),
        Figure(f"{what}: the cycle", seconds, "s", 2, seconds / floor.seconds, measured=measured),
    ]


def _cycle(job: Job) -> tuple[float, dict[str, int]]:
    began = perf_counter()
    cycle = run_cycle(job, Request())
    seconds = perf_counter() - began
    if cycle.state != "succeeded":
        raise RuntimeError(f"The cycle ended {cycle.state}: {cycle.error}")
    return seconds, cycle.requests
