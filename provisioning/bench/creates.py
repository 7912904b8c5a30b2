"""P1, P2, P9: an empty target and a directory full of people."""

from __future__ import annotations

from time import perf_counter

from provisioning.bench import company, workers
from provisioning.bench.figure import Figure
from provisioning.bench.floor import THREADS, Floor, loop
from provisioning.bench.target import TOKEN, Target, target
from provisioning.engine.cycle import Request
from provisioning.engine.running import run_cycle

CONNECTIONS = 16
EACH = 8
"""Connections of each worker."""


def at_latency_nought(people: int) -> list[Figure]:
    """P1: what a cycle costs beside its requests, in one process like its floor."""
    with target() as simulator:
        seconds = _cycle(simulator, people)
        floor = _floor(simulator, THREADS)
    return [_ratio(f"P1 create {people:,} people, latency 0", seconds, floor, 1.6)]


def at_fifty_milliseconds(people: int) -> list[Figure]:
    """P2: whether the connections are kept busy."""
    with target("--latency", "50") as simulator:
        seconds = _cycle(simulator, people)
        floor = _floor(simulator, (CONNECTIONS,))
    what = f"P2 create {people:,} people, 50 ms, {CONNECTIONS} connections"
    return [_ratio(what, seconds, floor, 1.10)]


def two_workers(people: int) -> list[Figure]:
    """P9: two Celery workers with 8 connections each against one.

    The limit of an application is for all its workers together, who share it evenly.
    """
    with target("--latency", "50") as simulator:
        company.directory(people)
        job = company.job(simulator.tenant_url, connections=EACH)
        one = workers.seconds(job, 1)
        simulator.reset()
        company.begin_again(job, connections=2 * EACH)
        two = workers.seconds(job, 2)
    what = f"P9 two workers with 8 connections against one, {people:,} people"
    measured = f"{two:.1f} s against {one:.1f} s of one"
    return [Figure(what, one / two, "×", 1.8, least=True, measured=measured)]


def _cycle(simulator: Target, people: int) -> float:
    """How long the cycle took that created them."""
    company.directory(people)
    job = company.job(simulator.tenant_url, connections=CONNECTIONS)
    began = perf_counter()
    cycle = run_cycle(job, Request(approve=True))
    seconds = perf_counter() - began
    if cycle.state != "succeeded" or cycle.requests["POST"] != people:
        raise RuntimeError(f"The cycle ended {cycle.state} after {cycle.requests}.")
    return seconds


def _floor(simulator: Target, threads: tuple[int, ...]) -> Floor:
    """The fastest loop of the same requests, on the same target as it was at first."""
    calls = simulator.calls()
    found = []
    for number in threads:
        simulator.reset()
        found.append(loop(calls, TOKEN, threads=number))
    return min(found, key=lambda floor: floor.seconds)


def _ratio(what: str, seconds: float, floor: Floor, most: float) -> Figure:
    ratio = seconds / floor.seconds
    measured = f"{seconds:.1f} s against {floor.seconds:.1f} s of {floor.threads} threads"
    return Figure(what, ratio, "×", most, ratio, measured=measured)
