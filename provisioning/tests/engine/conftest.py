"""A directory to write down and a Genesys Cloud simulator to provision into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning import simulator
from provisioning.engine import phases
from provisioning.engine.planning import candidates
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.scim2 import Scim2Server


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


@pytest.fixture(scope="session")
def scim2_server() -> Iterator[Scim2Server]:
    """A server that we did not write, for all tests; whoever wants it empty asks for `strict`."""
    with Scim2Server() as server:
        yield server


@pytest.fixture
def strict(scim2_server: Scim2Server) -> Scim2Server:
    """That server without any account."""
    scim2_server.empty()
    return scim2_server


@pytest.fixture
def modest(tmp_path: Path) -> Iterator[Scim2Server]:
    """The same, told to keep no versions and to give at most ten accounts at once."""
    with Scim2Server.with_features(
        tmp_path, filter={"supported": True, "maxResults": 10}
    ) as server:
        yield server


@pytest.fixture(params=["one unit", "a unit each"])
def units(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who decides: one worker all people and groups, or many workers one each."""
    if request.param == "a unit each":
        monkeypatch.setattr(candidates, "PAGE", 1)
        monkeypatch.setattr(phases, "MATCH_PAGE", 1)
    return str(request.param)
