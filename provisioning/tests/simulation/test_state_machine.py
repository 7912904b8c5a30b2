"""Ring 2: Hypothesis chooses what happens next, and finds the shortest story that breaks a promise.

The same company, simulator, engine and checker as the seeds have; but the steps are drawn one by
one, so that a failure is reduced to what is needed for it.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from provisioning.tests.simulation import events
from provisioning.tests.simulation.checker import judge
from provisioning.tests.simulation.life import rest
from provisioning.tests.simulation.seeds import silence
from provisioning.tests.simulation.world import INTERVAL, World

EXAMPLES = int(os.environ.get("STORIES", "4"))
STEPS = 5
FAULTS = ("refused", "timeout", "status", "busy", "lost", "gateway", "truncated", "garbage", "late")


class Stories(RuleBasedStateMachine):
    """A company, its applications and the engine, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()

    @initialize(seed=st.integers(0, 10_000))
    def found(self, seed: int) -> None:
        self.world = World(seed)
        self._stack.enter_context(self.world.begun())
        self._stack.enter_context(silence())
        self.world.settle()
        self._pass_time()

    @rule()
    def add(self) -> None:
        events.befall(self.world, events.add)

    @rule(event=st.sampled_from((events.change, events.move)))
    def change(self, event) -> None:
        events.befall(self.world, event)

    @rule(event=st.sampled_from((events.remove, events.block, events.soft_delete)))
    def remove(self, event) -> None:
        events.befall(self.world, event)

    @rule(event=st.sampled_from((events.rename, events.swap)))
    def rename(self, event) -> None:
        events.befall(self.world, event)

    @rule()
    def unassign(self) -> None:
        events.befall(self.world, events.unassign)

    @rule()
    def edit_scope(self) -> None:
        events.befall(self.world, events.edit_scope)

    @rule()
    def restore(self) -> None:
        """Whoever was blocked or soft-deleted is back."""
        for person in self.world.company.people.values():
            person.enabled, person.soft_deleted = True, False
        self.world.read_source()

    @rule(faults=st.sets(st.sampled_from(FAULTS), max_size=3), approve=st.booleans())
    def cycle(self, faults: set[str], approve: bool) -> None:
        for one in self.world.applications:
            one.target.faults = dict.fromkeys(sorted(faults), 0.3)
            self.world.begin_cycle(one, approve=approve)
        self._pass_time()

    @rule(point=st.integers(1, 40))
    def kill(self, point: int) -> None:
        """The process at the i-th commit or request from now on dies there."""
        self.world.processes.dies_at = self.world.processes.points + point
        self._pass_time()

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                rest(self.world)
                breaches = judge(self.world)
                assert not breaches, "\n".join([*breaches, *self.world.told])
        finally:
            self._stack.close()

    def _pass_time(self) -> None:
        processes = self.world.processes
        processes.run(processes.now + INTERVAL + 40, lambda: not self.world.busy())


def test_I01_to_I24_no_story_breaks_a_promise() -> None:
    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="STORIES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
