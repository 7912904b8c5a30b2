"""The control addresses, the record and the page: what they tell, and whom they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from provisioning.tests.simulator.caller import Caller, calling, op, person


def control(target: Caller, method: str, name: str, **options: Any) -> requests.Response:
    return requests.request(method, f"{target.running.control_url}{name}", timeout=10, **options)


def test_the_state_holds_inactive_and_deleted_ones_too():
    with calling(groups=["Sales"]) as target:
        target.user("on@example.org")
        target.user("off@example.org", active=False)
        gone = target.user("gone@example.org")
        target.delete(f"/Users/{gone['id']}")

        state = control(target, "GET", "/state").json()

    assert {user["userName"]: user["state"] for user in state["users"]} == {
        "on@example.org": "active",
        "off@example.org": "inactive",
        "gone@example.org": "deleted",
    }
    assert [group["displayName"] for group in state["groups"]] == ["Sales"]


def test_the_requests_tell_what_was_asked_answered_and_changed():
    with calling() as target:
        user = target.user()
        target.patch(f"/Users/{user['id']}", op("replace", "title", "Lead"))
        target.delete(f"/Users/{user['id']}")
        target.get("/Users")

        create, modify, delete, listing = control(target, "GET", "/requests").json()

    assert (create["n"], create["method"], create["status"]) == (1, "POST", 201)
    assert create["path"] == "/api/v2/scim/v2/Users"
    assert (create["body"]["userName"], create["response"]) == ("ana@example.org", user)
    assert create["changes"][0]["before"] is None
    assert create["changes"][0]["after"]["userName"] == "ana@example.org"
    change = modify["changes"][0]
    assert (change["kind"], change["id"], change["action"]) == ("User", user["id"], "update")
    assert (change["before"].get("title"), change["after"]["title"]) == (None, "Lead")
    assert (delete["changes"][0]["action"], delete["changes"][0]["after"]) == ("delete", None)
    assert (listing["changes"], listing["body"], listing["fault"]) == ([], None, None)


def test_T34_neither_record_nor_file_holds_tokens_secrets_or_passwords(tmp_path: Path):
    record, state = tmp_path / "record.jsonl", tmp_path / "state.json"
    with calling(
        token="canary-token", clients=["us:canary-secret"], record=record, state=state
    ) as target:
        form = {"grant_type": "client_credentials", "client_secret": "canary-secret"}
        requests.post(target.running.token_url, data={**form, "client_id": "us"}, timeout=10)
        user = target.user(password="canary-one")
        address = f"/Users/{user['id']}"
        target.patch(address, op("replace", "password", "canary-two"))
        target.patch(address, op("replace", None, {"passWord": "canary-three"}))
        lines = control(target, "GET", "/requests").text
        journal = (tmp_path / "state.json.journal").read_text(encoding="utf-8")

    written = record.read_text(encoding="utf-8") + state.read_text(encoding="utf-8")
    assert "canary" not in lines + journal + written
    assert len(record.read_text(encoding="utf-8").splitlines()) == 3


def test_the_record_file_has_the_lines_of_the_control_address(tmp_path: Path):
    record = tmp_path / "record.jsonl"
    with calling(record=record) as target:
        target.user()
        target.get("/Users")
        lines = control(target, "GET", "/requests").json()

    written = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert written == lines


def test_a_large_group_is_recorded_by_its_difference():
    seed = {
        "users": [
            {"userName": f"p{number}@example.org", "id": f"i{number}"} for number in range(602)
        ],
        "groups": [
            {"displayName": "All", "members": [{"value": f"i{number}"} for number in range(600)]}
        ],
    }
    with calling(seed=seed) as target:
        group = target.group("All")
        target.patch(f"/Groups/{group['id']}", op("add", "members", [{"value": "i601"}]))

        change = target.running.requests[-1]["changes"][0]

    assert [member["value"] for member in change["after"]["members"]] == ["i601"]
    assert change["after"]["membersOmitted"] == 600
    assert (change["before"]["members"], change["before"]["membersOmitted"]) == ([], 600)


@pytest.mark.parametrize(
    "body",
    [
        ["status:code=500"],
        {"faults": ["status:code=500"]},
        [{"kind": "status", "code": 500}],
    ],
)
def test_faults_are_set_from_outside(body):
    with calling() as target:
        answer = control(target, "PUT", "/faults", json=body)

        assert (answer.status_code, len(answer.json())) == (200, 1)
        assert target.get("/Users").status_code == 500
        assert control(target, "PUT", "/faults", json=[]).json() == []
        assert target.get("/Users").status_code == 200


@pytest.mark.parametrize("body", ["[", '"status"', '["fire"]'])
def test_wrong_faults_are_refused_with_advice_and_nothing_changes(body):
    with calling(faults=["status"]) as target:
        answer = control(target, "PUT", "/faults", data=body)

        assert answer.status_code == 400
        assert answer.json()["advice"]
        assert control(target, "GET", "/faults").json() == ["status"]


def test_reset_goes_back_to_the_seed(tmp_path: Path):
    seed = {"users": [{"userName": "seed@example.org"}]}
    with calling(seed=seed, groups=["Sales"], quota=3, state=tmp_path / "s.json") as target:
        target.user()
        target.running.set_faults(["status"])

        assert control(target, "POST", "/reset").status_code == 204

        state = target.running.state()
        assert [user["userName"] for user in state["users"]] == ["seed@example.org"]
        assert [group["displayName"] for group in state["groups"]] == ["Sales"]
        assert target.running.requests == []
        answer = target.get("/Users")
        assert (answer.status_code, answer.headers["inin-ratelimit-count"]) == (200, "1")


def test_the_documented_address_can_be_joined_to_the_control_url_as_well():
    with calling() as target:
        assert control(target, "GET", "/_sim/state").json() == target.running.state()
        assert control(target, "GET", "/nothing").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_a_page_of_another_site_cannot_use_control_or_page(headers):
    with calling() as target:
        target.user()

        assert control(target, "POST", "/reset", headers=headers).status_code == 403
        page = requests.get(f"{target.running.root}/", headers=headers, timeout=10)
        assert target.running.token not in page.text
        assert len(target.running.state()["users"]) == 1


def test_the_page_for_people_shows_counts_requests_and_how_to_connect():
    with calling(groups=["Sales"], faults=["slow:seconds=0"]) as target:
        target.user()
        target.get("/Users?filter=<script>alert(1)</script>")

        page = requests.get(f"{target.running.root}/", timeout=10)

    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<dt>Active users</dt><dd>1</dd>" in page.text
    assert target.running.tenant_url in page.text
    assert target.running.token in page.text
    assert "POST /api/v2/scim/v2/Users" in page.text
    assert "<script>" not in page.text


def test_the_page_shows_the_last_twenty_requests():
    with calling() as target:
        for number in range(25):
            target.post("/Users", person(f"p{number}@example.org"))

        rows = requests.get(f"{target.running.root}/", timeout=10).text.count("<tr><td>")

    assert rows == 20
