"""Stop stops: after the request under way nothing more is sent, and nothing is lost (F40, L15)."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning import simulator
from provisioning.engine.execution import batch
from provisioning.models import Cycle, LogEntry, PlanRow
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

PEOPLE = [f"p{number}" for number in range(8)]


def test_F40_a_stop_in_the_middle_lets_one_more_request_pass_and_the_next_cycle_does_the_rest(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
):
    for name in PEOPLE:
        directory.person(name)
    directory.sync()
    with simulator.start(quota=0, latency=150) as target:
        job = application(
            target.tenant_url,
            target.token,
            scope="all",
            limits={"requests_per_minute": None, "connections": 1},
        )

        def looking(work: Any) -> bool:
            """A person stopped the cycle just before the engine looks for the first time."""
            Cycle.objects.filter(pk=work.cycle.pk).update(stop_requested=True)
            return real_look(work)

        real_look = batch.stop_requested
        with monkeypatch.context() as patched:
            patched.setattr(batch, "stop_requested", looking)
            stopped = run(job, FakeTime(), approve=True)

        assert stopped.state == "stopped"
        assert 1 <= len(writes(target)) <= 2
        assert not PlanRow.objects.filter(state__in=("intent", "unknown")).exists()
        assert not LogEntry.objects.exclude(status="success").exists()
        rest = run(job, FakeTime())
        assert rest.state == "succeeded"
        assert user_names(target) == [f"{name}@contoso.example" for name in PEOPLE]
        assert applied(target) == logged(job)
