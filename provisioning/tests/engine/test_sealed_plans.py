"""A sealed plan is sent exactly as it was seen: row by row, byte by byte, or not at all (I23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning.engine import credentials
from provisioning.engine.cycle import Request
from provisioning.engine.execution.foretelling import request_of
from provisioning.engine.running import run_beside
from provisioning.models import DirectoryObject, Job, Link, Plan, PlanRow
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import (
    ENTERPRISE,
    Watch,
    accounts,
    entries,
    from_outside,
    member_names,
    post_from_outside,
)

START = datetime(2100, 1, 1, tzinfo=UTC)
FRENCH = "Contact centre FR"


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def preview(job: Job, now_is: datetime | None = None) -> Plan:
    job.refresh_from_db()
    plan = run_beside(job, Request(Purpose.PREVIEW, now_is=now_is)).plan
    assert plan is not None
    return plan


def changed_by_hand(target: Running, name: str, path: str, value: object) -> None:
    address = f"/Users/{accounts(target)[name]['id']}"
    from_outside(target, "PATCH", address, {"op": "replace", "path": path, "value": value})


@pytest.fixture(params=["versions", "no versions"])
def versions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether Rollcall knows the target to keep versions."""
    kept = request.param == "versions"
    if not kept:
        known = credentials.quirks_of
        monkeypatch.setattr(
            credentials, "quirks_of", lambda application: replace(known(application), etag=False)
        )
    return bool(kept)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Three people with accounts and a group; since then all that a plan can do is to be done."""
    directory.person("ana")
    directory.person("ben", manager="ana")
    directory.person("eva")
    directory.person("ivo")
    directory.group("g1", FRENCH, ["ana", "eva"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert cycle(job, approve=True, now_is=START).state == "succeeded"
    directory.person("ana", jobTitle="Lead", displayName="Ana Li")
    directory.person("ben", jobTitle="Lead")
    directory.person("eva", accountEnabled=False)
    directory.person("zoe", manager="yan")
    directory.person("yan", manager="ana")
    directory.person("ivo", manager="zoe")
    directory.group("g1", FRENCH, ["ana", "ben", "zoe"])
    directory.sync()
    return job


def test_I23_a_named_plan_sends_exactly_its_rows_with_the_ids_made_meanwhile(
    genesys: Running, job: Job
):
    plan = preview(job, later(1))
    rows = list(PlanRow.objects.filter(plan=plan).select_related("object", "plan__job"))
    dialect = plan.definition.as_definition().dialect
    foretold = {row.pk: request_of(row, dialect) for row in rows if not row.references}
    promised = command("plan", "genesys-eu", "--json", "--now-is", later(2).isoformat()).document
    assert promised["digest"] == plan.digest
    watch = Watch(genesys)

    run = command(
        "cycle", "genesys-eu", "--plan", plan.digest, "--json", "--now-is", later(3).isoformat()
    )

    assert run.code == 0
    sent = [
        (one["method"], one["path"].rpartition("/scim/v2")[2], one["body"]) for one in watch.writes
    ]
    ids = dict(Link.objects.values_list("object_id", "target_id"))
    assert len(sent) == len(rows) == len(promised["operations"])
    for row in rows:
        before = foretold.get(row.pk)
        if before is not None and not row.members:
            assert (before.method, before.path, before.body) in sent
    assert sorted(map(changes_sent, sent), key=str) == sorted(
        [changes_planned(row, ids) for row in rows], key=str
    )
    assert member_names(genesys, FRENCH) == ["ana", "ben", "zoe"]
    assert cycle(job, now_is=later(4)).requests == {}


def changes_planned(row: PlanRow, ids: Mapping[Any, str]) -> tuple[str, dict[str, Any]]:
    """What a row says will be written, its references replaced by the accounts there are now."""
    written = {path: new for path, _, new in row.changes if new is not None}
    for path, object_id in row.references.items():
        written[path] = ids[DirectoryObject.objects.get(pk=object_id).pk]
    for member in row.members.get("add", ()):
        written[f"+{ids[DirectoryObject.objects.get(pk=member).pk]}"] = True
    for member in row.members.get("remove", ()):
        written[f"-{member}"] = True
    return (
        "POST" if row.operation == "create" else "PATCH",
        {k: plain(v) for k, v in written.items()},
    )


def changes_sent(request: tuple[str, str, Any]) -> tuple[str, dict[str, Any]]:
    """What a request writes, as one flat dictionary by path."""
    method, _, body = request
    if method == "POST":
        return method, flat(body)
    written: dict[str, Any] = {}
    for operation in body["Operations"]:
        path, value = operation["path"], operation.get("value")
        if path == "members":
            written |= {f"+{one['value']}": True for one in value}
        elif path.startswith("members["):
            written["-" + path.split('"')[1]] = True
        else:
            written[path] = plain(value)
    return method, written


def flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """A created resource by the paths of the mapping."""
    written: dict[str, Any] = {}
    for name, value in body.items():
        if name == "schemas":
            continue
        if isinstance(value, list):
            for one in value:
                kind = one["type"]
                written |= {
                    f'{name}[type eq "{kind}"].{k}': v for k, v in one.items() if k != "type"
                }
        elif name.startswith("urn:"):
            written |= {f"{name}:{k}": plain(v) for k, v in value.items()}
        else:
            written[name] = value
    return written


def plain(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def test_F26_a_target_changed_in_between_stops_only_the_rows_it_touches(
    versions: bool, genesys: Running, job: Job
):
    plan = preview(job, later(1))
    changed_by_hand(genesys, "ana", "title", "Chief by hand")
    watch = Watch(genesys)

    # Without versions an account is looked at when its plan is older than ten minutes.
    moment = (later(2) if versions else later(12)).isoformat()
    ran = command("cycle", "genesys-eu", "--plan", plan.digest, "--json", "--now-is", moment)

    assert (ran.code, ran.document["state"]) == (5, "partly")
    assert accounts(genesys)["ana"]["title"] == "Chief by hand"
    assert accounts(genesys)["ana"]["displayName"] == "Person ana"
    assert accounts(genesys)["ben"]["title"] == "Lead"
    assert accounts(genesys)["eva"]["active"] is False
    assert {"yan", "zoe"} <= set(accounts(genesys))
    refused = [one for one in watch.writes if one["status"] >= 400]
    assert len(refused) == (1 if versions else 0)
    (stale,) = ran.document["stale"]
    assert (stale["object"]["id"], stale["operation"]) == ("ana", "update")
    assert stale["stale"] == [
        {
            "path": "title",
            "planned": {"old": "Agent", "new": "Lead"},
            "now": "Chief by hand",
            "to_send": "Lead",
        }
    ]


def test_F26_a_stale_row_has_one_entry_and_its_person_is_decided_anew_by_the_next_cycle(
    genesys: Running, job: Job
):
    plan = preview(job, later(1))
    changed_by_hand(genesys, "ana", "title", "Chief by hand")
    cycle(job, plan=plan, now_is=later(2))

    assert PlanRow.objects.get(plan=plan, object__source_id="ana").state == "stale"
    (entry,) = entries(source_id="ana", status="warning")
    assert entry.modified == [
        {"displayName": "title", "oldValue": "Chief by hand", "newValue": "Lead"}
    ]
    assert [one["method"] for one in entry.exchanges] == ["PATCH", "GET"]
    (document,) = [
        one
        for one in command("logs", "genesys-eu", "--user", "ana", "--json").lines
        if one["provisioningStatusInfo"]["status"] == "warning"
    ]
    assert "is not as it was when this was planned (title)" in document["sentence"]
    assert document["provisioningSteps"][-1]["details"]["planned"] == [
        {"displayName": "title", "oldValue": "Agent", "newValue": "Lead"}
    ]

    # Nobody else is looked at again, and nothing is listed: it is no initial cycle.
    after = cycle(job, now_is=later(50))

    assert (after.state, after.counts, after.requests) == ("succeeded", {"update": 1}, {"PATCH": 1})
    assert accounts(genesys)["ana"]["title"] == "Lead"
    assert cycle(job, now_is=later(100)).requests == {}


def test_what_somebody_else_wrote_already_is_not_sent_and_the_rest_is(genesys: Running, job: Job):
    plan = preview(job, later(1))
    changed_by_hand(genesys, "ana", "title", "Lead")
    watch = Watch(genesys)

    assert cycle(job, plan=plan, now_is=later(2)).state == "succeeded"

    written = [one["body"] for one in watch.writes if one["path"].endswith(account_id("ana"))]
    assert [one["path"] for one in written[-1]["Operations"]] == ["displayName"]


def account_id(name: str) -> str:
    return Link.objects.get(object__source_id=name).target_id


def test_F15_an_account_made_meanwhile_is_taken_over_with_the_values_of_its_row_and_no_others(
    genesys: Running, job: Job
):
    plan = preview(job, later(1))
    post_from_outside(
        genesys,
        "/Users",
        {"userName": "yan@contoso.example", "displayName": "Somebody else", "active": True},
    )

    run = cycle(job, plan=plan, now_is=later(2))

    assert (run.state, run.counts["adopt"]) == ("succeeded", 1)
    row = PlanRow.objects.get(plan=plan, object__source_id="yan")
    (taken,) = entries(source_id="yan", operation="adopt")
    planned = {path: new for path, _, new in row.changes}
    for one in taken.modified:
        assert plain(one["newValue"]) == plain(planned[one["displayName"]])


def test_a_provision_on_demand_since_the_plan_makes_its_row_stale_when_it_wrote_something_else(
    directory: Directory, genesys: Running, job: Job
):
    plan = preview(job, later(1))
    directory.person("ana", jobTitle="Director")
    directory.sync()
    assert command("provision", "genesys-eu", "ana", "--json").document["result"] == "success"

    run = cycle(job, plan=plan)

    assert run.state == "partly"
    assert accounts(genesys)["ana"]["title"] == "Director"
    assert run.requests["PATCH"] == 4


def test_an_account_that_was_used_again_is_not_deleted(
    directory: Directory, genesys: Running, job: Job
):
    configure({"slug": "genesys-eu", "on_deletion": {"action": "delete", "after": "0d"}})
    cycle(job, now_is=later(1))
    directory.leave("ivo")
    directory.sync(force=True)
    plan = preview(job, later(2))
    changed_by_hand(genesys, "ivo", "title", "Back")

    run = cycle(job, plan=plan, now_is=later(3))

    assert (run.state, run.counts) == ("partly", {})
    assert "ivo" in accounts(genesys)
    row = PlanRow.objects.get(plan=plan)
    assert (row.state, row.moved) == ("stale", [["title", "Agent", "Back", None]])
    assert cycle(job, now_is=later(50)).counts == {"delete": 1}


def test_the_digest_names_the_state_of_the_directory_it_was_made_from(job: Job):
    before = preview(job, later(1))
    DirectoryObject.objects.filter(source_id="ivo").mark()

    assert preview(job, later(1)).digest != before.digest


def test_the_manager_of_a_new_account_is_its_own(genesys: Running, job: Job):
    plan = preview(job, later(1))

    cycle(job, plan=plan, now_is=later(2))

    held = accounts(genesys)
    assert held["zoe"][ENTERPRISE]["manager"]["value"] == held["yan"]["id"]
