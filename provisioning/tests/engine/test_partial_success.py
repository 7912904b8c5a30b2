"""A target that says yes and does only half of it: seen, repeated once at most, no endless loop."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.resource import Kind
from provisioning.models import Job, Link
from provisioning.scim.client import ScimClient
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.strictly import connected, run_and_count
from provisioning.tests.scim2 import Scim2Server

HARMLESS = {"op": "replace", "path": "active", "value": True}


@pytest.fixture
def ana(directory: Directory, strict: Scim2Server, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Ana has an account at a target that takes no title and does not say so."""
    _ignoring(monkeypatch, "title")
    directory.person("ana")
    directory.sync()
    job = connected(strict)
    assert cycle(job, approve=True).counts == {"create": 1}
    assert "title" not in strict.users()["ana"]
    return job


def test_F14_an_ignored_attribute_is_not_sent_again_when_others_change(
    directory: Directory, strict: Scim2Server, ana: Job
):
    for change in ({"givenName": "Ana"}, {"accountEnabled": False}, {"accountEnabled": True}):
        directory.person("ana", **change)
        directory.sync()
        assert run_and_count(strict, ana).requests == {"PATCH": 1}

    assert list(Link.objects.get().echo) == ["title"]
    assert run_and_count(strict, ana, initial=True).requests == {}


def test_F14_an_ignored_attribute_is_sent_once_more_when_its_own_value_changes(
    directory: Directory, strict: Scim2Server, ana: Job
):
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert run_and_count(strict, ana).requests == {"PATCH": 1}
    assert run_and_count(strict, ana, initial=True).requests == {}


def test_F14_an_attribute_that_is_taken_after_all_is_no_echo_any_more(
    directory: Directory, strict: Scim2Server, ana: Job, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert run_and_count(strict, ana).requests == {"PATCH": 1}
    assert strict.users()["ana"]["title"] == "Lead"
    assert Link.objects.get().echo == {}


def test_F14_members_that_a_new_group_ignores_join_it_by_one_more_request(
    directory: Directory, strict: Scim2Server, monkeypatch: pytest.MonkeyPatch
):
    _ignoring(monkeypatch, "members", kind=Kind.GROUP)
    for name in ("ana", "ben"):
        directory.person(name)
    directory.group("g", "Sales", ["ana", "ben"])
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert run.requests == {"GET": 2, "POST": 3, "PATCH": 1}
    assert strict.member_names("Sales") == ["ana", "ben"]
    assert run_and_count(strict, job).requests == {}


def _ignoring(monkeypatch: pytest.MonkeyPatch, name: str, kind: Kind = Kind.USER) -> None:
    """The target drops the attribute from what it is sent; operations on members are kept."""
    create, modify = ScimClient.create, ScimClient.modify

    def without(body: Any) -> Any:
        kept = {key: value for key, value in body.items() if key != name}
        operations = [one for one in body.get("Operations", []) if one["path"] != name]
        return {**kept, "Operations": operations} if "Operations" in body else kept

    def created(self: ScimClient, of: Kind, body: Any) -> Any:
        return create(self, of, without(body) if of is kind else body)

    def modified(self: ScimClient, of: Kind, identity: str, body: Any, version: Any = None) -> Any:
        sent = without(body) if of is Kind.USER and kind is of else body
        sent["Operations"] = sent["Operations"] or [HARMLESS]
        return modify(self, of, identity, sent, version)

    monkeypatch.setattr(ScimClient, "create", created)
    monkeypatch.setattr(ScimClient, "modify", modified)
