"""A directory and a target that is slow enough for a cycle to have a middle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning import simulator
from provisioning.simulator import Running
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]


@pytest.fixture
def slow_target() -> Iterator[Running]:
    """Every answer takes 50 ms."""
    with simulator.start(quota=0, latency=50, groups=["Contact centre FR"]) as running:
        yield running
