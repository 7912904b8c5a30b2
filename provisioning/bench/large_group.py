"""P7: a group of many: first fill, then one joiner."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

from provisioning.bench import company
from provisioning.bench.figure import Figure
from provisioning.bench.floor import loop
from provisioning.bench.target import TOKEN, target
from provisioning.engine.cycle import Request
from provisioning.engine.running import run_cycle
from provisioning.models import Job

CHUNK = 50
GROUP = "Contact centre FR"


def filled_then_joined(people: int) -> list[Figure]:
    """Everybody but one is a member at first; all of them have their accounts."""
    written = company.directory(people + 1)
    job = company.job()
    seed = company.provision(job, GROUP)
    names = [f"p{number}" for number in range(people)]
    written.group("g", GROUP, names)
    written.sync()
    with target("--seed", str(seed)) as simulator:
        company.move_to(job, simulator.tenant_url)
        filled, sent = _cycle(job)
        calls = simulator.calls()
        written.group("g", GROUP, [*names, f"p{people}"])
        written.sync()
        joined, one = _cycle(job)
        simulator.reset()
        floor = loop(calls, TOKEN, threads=1)
    what, least = f"P7 a group of {people:,}", 1 + -(-people // CHUNK)
    measured = f"{filled:.1f} s against {floor.seconds:.1f} s of the bare requests"
    return [
        Figure(f"{what}: requests of the first fill", sent.total(), "", least,
               filled / floor.seconds, measured=f"{dict(sent)}, {measured}"),
        Figure(f"{what}: requests of one joiner", one.total(), "", 1,
               measured=f"{dict(one)}, {joined:.2f} s"),
    ]  # fmt: skip


def _cycle(job: Job) -> tuple[float, Counter[str]]:
    began = perf_counter()
    cycle = run_cycle(job, Request(approve=True))
    seconds = perf_counter() - began
    if cycle.state != "succeeded":
        raise RuntimeError(f"The cycle ended {cycle.state}: {cycle.error}")
    return seconds, Counter(cycle.requests)
