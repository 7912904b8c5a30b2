"""One changed person costs one PATCH, and says exactly what changed."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.engine.log_document import log_document
from provisioning.models import Job, Link, LogEntry
from provisioning.scim.client import ScimClient
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.watching import (
    ENTERPRISE,
    Watch,
    accounts,
    entries,
    from_outside,
    mappings_with,
)


@pytest.fixture
def ana(directory: Directory, genesys: Running) -> Job:
    """Ana has an account by now."""
    directory.person("ana", jobTitle="Agent", department="Sales")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert cycle(job, approve=True).counts == {"create": 1}
    return job


def test_a_changed_title_is_one_patch_with_one_operation(
    directory: Directory, genesys: Running, ana: Job
):
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    watch = Watch(genesys)

    run = cycle(ana)

    assert watch.operations() == [{"op": "replace", "path": "title", "value": "Lead"}]
    assert (run.counts, run.requests) == ({"update": 1}, {"PATCH": 1})
    entry = LogEntry.objects.get(operation="update")
    assert entry.modified == [{"displayName": "title", "oldValue": "Agent", "newValue": "Lead"}]
    assert log_document(entry)["sentence"] == (
        "Person ana was updated in Genesys Cloud EU: attributes differed."
    )


def test_a_cleared_value_is_left_alone_unless_the_mapping_clears(
    directory: Directory, genesys: Running, ana: Job
):
    directory.person("ana", jobTitle="")
    directory.sync()

    left = cycle(ana)
    configure(
        {
            "slug": "genesys-eu",
            "mappings": mappings_with(
                {"target": "title", "source": "jobTitle", "when_empty": "clear"}
            ),
        }
    )
    watch = Watch(genesys)
    cleared = cycle(ana)

    assert (left.requests, left.counts) == ({}, {"unchanged": 1})
    assert cleared.requests == {"PATCH": 1}
    assert watch.operations() == [{"op": "remove", "path": "title"}]
    assert "title" not in accounts(genesys)["ana"]
    assert cycle(ana).requests == {}


def test_what_applies_on_creation_is_not_kept_in_step(directory: Directory, genesys: Running):
    directory.person("ana", jobTitle="Agent")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings=mappings_with({"target": "title", "source": "jobTitle", "apply": "on_create"}),
    )
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert cycle(job).requests == {}
    assert accounts(genesys)["ana"]["title"] == "Agent"


def test_a_default_fills_only_what_is_created(directory: Directory, genesys: Running):
    directory.person("ana", jobTitle="")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings=mappings_with({"target": "title", "source": "jobTitle", "default": "Joiner"}),
    )
    cycle(job, approve=True)

    assert accounts(genesys)["ana"]["title"] == "Joiner"
    directory.person("ana", department="Sales")
    directory.sync()
    watch = Watch(genesys)
    cycle(job)
    assert [one["path"] for one in watch.operations()] == [f"{ENTERPRISE}:department"]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"constant": "Colleague"}, "Colleague"),
        ({"expression": 'Join(" ", [jobTitle], [department])'}, "Agent Sales"),
    ],
)
def test_constants_and_expressions_fill_attributes(
    directory: Directory, genesys: Running, rule: dict[str, Any], value: str
):
    directory.person("ana", jobTitle="Agent", department="Sales")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings=mappings_with({"target": "title", **rule}),
    )

    cycle(job, approve=True)

    assert accounts(genesys)["ana"]["title"] == value


def test_an_expression_that_fails_for_one_person_leaves_the_others_alone(
    directory: Directory, genesys: Running
):
    directory.person("ana", department="2")
    directory.person("ben", department="not a number")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings=mappings_with({"target": "title", "expression": "Left([jobTitle], [department])"}),
    )

    run = cycle(job, approve=True)

    assert (run.state, run.counts) == ("partly", {"create": 1, "failed": 1})
    assert accounts(genesys)["ana"]["title"] == "Ag"
    assert [one.source_id for one in entries(status="failure")] == ["ben"]


def test_the_role_of_an_assignment_is_a_value_to_map(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"user": "ana", "role": "supervisor"}],
        mappings=mappings_with(
            {"target": "title", "expression": "SingleAppRoleAssignment([appRoleAssignments])"}
        ),
    )

    cycle(job, approve=True)
    assert accounts(genesys)["ana"]["title"] == "supervisor"

    configure({"slug": "genesys-eu", "assignments": [{"user": "ana", "role": "agent"}]})
    watch = Watch(genesys)
    run = cycle(job)
    assert run.requests == {"PATCH": 1}
    assert watch.operations() == [{"op": "replace", "path": "title", "value": "agent"}]


def test_F18_a_target_that_keeps_values_its_own_way_is_not_written_again_and_again(
    directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    _closing_up_numbers(monkeypatch)
    directory.person("ana", mobile="+33 6 12 34 56 78")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)

    assert Link.objects.get().resource["phoneNumbers"][0]["value"] == "+33612345678"
    assert cycle(job, initial=True).requests == {}

    directory.person("ana", mobile="+33 6 00 00 00 00")
    directory.sync()
    watch = Watch(genesys)
    assert cycle(job).requests == {"PATCH": 1}
    assert watch.operations()[0]["value"] == "+33 6 00 00 00 00"
    assert cycle(job, initial=True).requests == {}


def _closing_up_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target answers with telephone numbers without their spaces."""

    def closed_up(resource: Any) -> Any:
        phones = resource.get("phoneNumbers", [])
        closed = [{**one, "value": one["value"].replace(" ", "")} for one in phones]
        return {**resource, "phoneNumbers": closed}

    create, modify = ScimClient.create, ScimClient.modify
    monkeypatch.setattr(ScimClient, "create", lambda *given, **named: closed_up(create(*given)))
    monkeypatch.setattr(
        ScimClient, "modify", lambda *given, **named: closed_up(modify(*given, **named))
    )


def test_F26_a_version_that_moved_is_read_and_only_what_still_differs_is_sent(
    directory: Directory, ana: Job, genesys: Running
):
    target_id = Link.objects.get().target_id
    from_outside(
        genesys, "PATCH", f"/Users/{target_id}",
        {"op": "replace", "path": "displayName", "value": "Ana by hand"},
    )  # fmt: skip
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    watch = Watch(genesys)

    run = cycle(ana)

    asked = [(one["method"], one["status"]) for one in watch.requests]
    assert asked == [("PATCH", 400), ("GET", 200), ("PATCH", 200)]
    assert (run.state, run.counts) == ("succeeded", {"update": 1})
    assert watch.requests[2]["body"]["Operations"] == [
        {"op": "replace", "path": "title", "value": "Lead"}
    ]
    refused, done = entries(operation="update")
    assert [refused.status, done.status] == ["warning", "success"]
    assert [one["status"] for one in refused.exchanges] == [400]
    assert [one["method"] for one in done.exchanges] == ["GET", "PATCH"]
    assert "refused" in str(log_document(refused)["sentence"])


def test_F26_somebody_else_made_the_same_change_so_nothing_more_is_sent(
    directory: Directory, genesys: Running, ana: Job
):
    target_id = Link.objects.get().target_id
    from_outside(
        genesys, "PATCH", f"/Users/{target_id}", {"op": "replace", "path": "title", "value": "Lead"}
    )
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    run = cycle(ana)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 1, "GET": 1})
    # Only the refused request was a write, so only it has an entry.
    assert [one.status for one in entries(operation="update")] == ["warning"]
    assert cycle(ana, initial=True).requests == {}


def test_a_refused_value_keeps_the_person_for_the_next_cycle_and_the_others_go_on(
    directory: Directory, genesys: Running, ana: Job
):
    directory.person("ben")
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    genesys.set_faults(["status:code=400,method=PATCH,times=1"])

    refused = cycle(ana)
    again = cycle(ana)

    assert (refused.state, refused.counts) == ("partly", {"create": 1, "failed": 1})
    (failure,) = entries(status="failure")
    assert (failure.source_id, failure.error["recommendedAction"] != "") == ("ana", True)
    assert (again.state, again.counts) == ("succeeded", {"update": 1})
    assert cycle(ana).requests == {}
