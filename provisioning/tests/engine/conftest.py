"""A directory to write down and a Genesys Cloud simulator to provision into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning import simulator
from provisioning.simulator import Running
from provisioning.tests.builders import Directory


@pytest.fixture
def directory(tmp_path: Path, db: None) -> Directory:
    return Directory(tmp_path)


@pytest.fixture
def genesys() -> Iterator[Running]:
    """Genesys Cloud, without a quota, with the groups of the tutorial."""
    with simulator.start(quota=0, groups=["Contact centre FR"]) as running:
        yield running


@pytest.fixture
def generic() -> Iterator[Running]:
    """A plain SCIM server."""
    with simulator.start(personality="scim", quota=0) as running:
        yield running
