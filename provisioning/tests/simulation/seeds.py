"""One seed from its beginning to its verdict, and the seeds that have found something."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from provisioning.tests.simulation.checker import judge
from provisioning.tests.simulation.knobs import NO_FAVOURS, Favours
from provisioning.tests.simulation.life import live
from provisioning.tests.simulation.processes import Endless
from provisioning.tests.simulation.sabotages import Sabotage
from provisioning.tests.simulation.world import World

KEPT: dict[int, str] = {
    40: "two who swapped names had one name for a while, at a target that allows it",
    108: "the same by a new name that somebody else still had",
    118: "as 108",
    133: "a group that a deletion from outside had changed counted as ours alone (the checker)",
    144: "as 40",
    174: "a soft-deleted manager was expected at the account (the checker)",
    175: "the world ended before a mail of its last cycle was due (the world)",
    196: "as 108, in the first cycle",
    202: "as 174",
    270: "as 108",
    235: "a group never heard of members whose accounts were found by reading back",
    250: "the same of a report and the manager",
    283: "as 108",
    345: "as 235",
    351: "whoever was assigned before the directory knew them never was (the world)",
    410: "as 235",
}
"""Seeds that once failed, with what they found: they are run for ever."""

AS_IT_WAS = Favours(
    events=(
        "add", "change", "rename", "swap", "move", "block", "soft_delete", "remove", "unassign",
        "edit_scope", "empty_import", "touch", "stop_and_start", "restart", "outage", "revoke",
        "mail_down", "look_now",
    )
)  # fmt: skip
"""What could befall a world when the kept seeds failed: an event more would make others of them."""


@dataclass(frozen=True)
class Verdict:
    """What became of a seed: everything that was broken, and what had happened."""

    seed: int
    breaches: list[str]
    told: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.breaches, *self.told])


def run_seed(seed: int, favours: Favours = NO_FAVOURS) -> Verdict:
    """A whole world, judged."""
    world = World(seed, favours)
    with world.begun(), silence():
        try:
            live(world)
        except Endless:
            world.broken.append("I11: the processes go on and on without getting anywhere")
        return Verdict(seed, judge(world), world.told)


def run_kept(seed: int) -> Verdict:
    """The world of a kept seed as it was when it failed."""
    return run_seed(seed, AS_IT_WAS)


def first_breach(broken: Sabotage, most: int) -> tuple[int, str] | None:
    """The first seed that notices something wrong with this engine, and what it noticed; the
    engine as it is lives through the same seed without a breach.
    """
    for seed in range(most):
        with broken.begin():
            verdict = run_seed(seed, broken.favours)
        if verdict.breaches and not run_seed(seed, broken.favours).breaches:
            return seed, verdict.breaches[0]
    return None


@contextmanager
def silence() -> Iterator[None]:
    """What the engine logs of the faults it meets is not news here."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
