"""Credentials that a person changes while a cycle runs (F22, I14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from provisioning import simulator
from provisioning.engine import phases
from provisioning.models import Job
from provisioning.scim.session import Door
from provisioning.simulator import Running
from provisioning.tests.builders import (
    TOKEN_VARIABLE,
    Directory,
    FakeTime,
    application,
    configure,
)
from provisioning.tests.engine.histories import run, user_names, writes

NEW = "the-token-of-today"


@pytest.fixture
def job(directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Three people, a unit each."""
    for name in ("ana", "ben", "cleo"):
        directory.person(name)
    directory.sync()
    monkeypatch.setattr(phases, "BATCH", 1)
    return application(genesys.tenant_url, genesys.token, scope="all")


def behind_the_first_batch(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    owed, real = [happens], phases.run_unit

    def run_unit(work: Any) -> None:
        real(work)
        if work.unit.phase == "changes" and owed:
            owed.pop()()

    monkeypatch.setattr(phases, "run_unit", run_unit)


def credentials(monkeypatch: pytest.MonkeyPatch, tenant_url: str, token: str) -> None:
    """What an administrator types in."""
    monkeypatch.setenv(TOKEN_VARIABLE, token)
    entered = {"tenant_url": tenant_url, "secret_token": {"env": TOKEN_VARIABLE}}
    configure({"slug": "genesys-eu", "credentials": entered})


def test_F22_a_new_token_is_used_from_the_next_batch_on_and_the_old_one_never_again(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    send, used = Door.send, []

    def sending(door: Door, call: Any) -> Any:
        """A target that knows both tokens."""
        used.append((call.method, call.headers["Authorization"]))
        known = {**call.headers, "Authorization": f"Bearer {genesys.token}"}
        return send(door, replace(call, headers=known))

    monkeypatch.setattr(Door, "send", sending)
    behind_the_first_batch(monkeypatch, lambda: credentials(monkeypatch, genesys.tenant_url, NEW))

    assert run(job, FakeTime(), approve=True).state == "succeeded"

    posts = [token for method, token in used if method == "POST"]
    assert posts == [f"Bearer {genesys.token}", f"Bearer {NEW}", f"Bearer {NEW}"]


def test_F42_a_tenant_url_of_another_host_ends_the_cycle_and_gets_nothing_of_its_plan(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    with simulator.start(quota=0) as other:
        behind_the_first_batch(
            monkeypatch, lambda: credentials(monkeypatch, other.tenant_url, other.token)
        )

        ended = run(job, FakeTime(), approve=True)

        assert ended.state == "failed"
        assert "another host" in ended.document["error"]["message"]
        assert (writes(genesys), other.requests) == (["POST"], [])
        assert len(user_names(genesys)) == 1
