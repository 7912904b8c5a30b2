"""I17: the same seed is the same world, to the last request and the last log entry."""

from __future__ import annotations

from provisioning.models import LogEntry, Plan
from provisioning.tests.simulation.life import live
from provisioning.tests.simulation.seeds import silence
from provisioning.tests.simulation.world import World


def test_I17_the_same_seed_gives_the_same_plans_requests_and_log() -> None:
    assert _told(7) == _told(7)


def _told(seed: int) -> list[object]:
    world = World(seed)
    with world.begun(), silence():
        live(world)
        plans = list(Plan.objects.order_by("created", "pk").values_list("digest", flat=True))
        log = list(LogEntry.objects.order_by("at", "pk").values_list("operation", "status", "at"))
        requests = [
            (one.at, one.method, one.path, one.body, one.status)
            for application in world.applications
            for one in application.target.history
        ]
        return [plans, log, requests]
