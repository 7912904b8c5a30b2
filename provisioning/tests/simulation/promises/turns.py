"""Whose turn it is, and what a cycle that failed or a target that fails may cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from provisioning.tests.simulation.findings import History, moment_of
from provisioning.tests.simulation.world import INTERVAL

UNLUCKY = 40
"""Requests within five minutes that a target which answers nothing may be asked (I24): a cycle
gives up after ten faults and what was under way, and a person may have begun a few."""


def I05_one_writer(history: History) -> Iterator[str]:
    """Whoever wrote to an object never writes again after somebody else did."""
    writers: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for one in history.ours:
        own = (one.sender.cycle, one.sender.unit, one.sender.generation)
        seen = writers[one.identity or str(one.body)]
        if seen and seen[-1] != own and own in seen:
            yield f"{one.identity}: {own} wrote again after {seen[-1]} at {moment_of(history, one)}"
        if not seen or seen[-1] != own:
            seen.append(own)


def I05_one_cycle(history: History) -> Iterator[str]:
    """No two cycles of a job are open at once."""
    cycles = [one for one in history.cycles.values() if one.purpose == "cycle"]
    for first, second in pairwise(cycles):
        if first.ended is None or first.ended > second.started:
            yield f"cycle {second.number} began before {first.number} had ended"


def I09_failure_moves_no_mark(history: History) -> Iterator[str]:
    """A cycle that ended by an error has not moved the watermark."""
    for ended in history.world.ended:
        if ended.application != history.application.slug:
            continue
        failed = ended.state in ("failed", "quarantined", "stopped")
        if failed and ended.before != ended.after and ended.after is not None:
            yield f"cycle {ended.number} {ended.state}: {ended.before} became {ended.after}"


def I24_a_sick_target_is_left_alone(history: History) -> Iterator[str]:
    """While nothing succeeds, hardly anything is asked."""
    failed: list[float] = []
    for one in history.application.target.asked:
        failed = [*(at for at in failed if at > one.at - INTERVAL), one.at] if one.failed else []
        if len(failed) > UNLUCKY:
            yield f"{len(failed)} requests failed in a row within {INTERVAL:.0f} s"
            return
