"""A seed file: SCIM resources, with what an organisation has configured beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from provisioning.simulator import start
from provisioning.simulator.settings_error import SettingError
from provisioning.tests.simulator.caller import ENTERPRISE, PURECLOUD, calling, person

SEED = {
    "users": [
        {"userName": "boss@example.org", "id": "b1", "displayName": "Boss"},
        {
            "userName": "ana@example.org",
            "active": False,
            "password": "canary",
            "roles": [{"value": "Pilot"}],
            ENTERPRISE: {"division": "Paris", "manager": {"value": "boss@example.org"}},
            PURECLOUD: {"routingSkills": [{"name": "Billing", "proficiency": 3.5}]},
        },
        {"userName": "gone@example.org", "state": "deleted"},
    ],
    "groups": [{"displayName": "Sales", "members": [{"value": "ana@example.org"}]}],
    "divisions": ["Lyon"],
}


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_seed_file_is_there_from_the_start(tmp_path: Path, bom):
    file = tmp_path / "seed.json"
    file.write_text(bom + json.dumps(SEED), encoding="utf-8")

    with calling(seed=file) as target:
        users = {user["userName"]: user for user in target.running.state()["users"]}
        group = target.group("Sales")

    ana = users["ana@example.org"]
    assert (users["boss@example.org"]["id"], ana["state"]) == ("b1", "inactive")
    assert ana[ENTERPRISE]["manager"]["value"] == "b1"
    assert "password" not in ana
    assert users["gone@example.org"]["state"] == "deleted"
    assert [member["value"] for member in group["members"]] == [ana["id"]]


def test_the_names_in_a_seed_are_configured():
    with calling(seed=SEED) as target:
        configured: list[dict[str, Any]] = [
            {"roles": [{"value": "pilot"}]},
            {ENTERPRISE: {"division": "paris"}},
            {ENTERPRISE: {"division": "Lyon"}},
            {PURECLOUD: {"routingSkills": [{"name": "Billing"}]}},
        ]
        for number, attributes in enumerate(configured):
            answer = target.post("/Users", person(f"p{number}@example.org", **attributes))
            assert answer.status_code == 201, answer.text

        wrong_case = {PURECLOUD: {"routingSkills": [{"name": "billing"}]}}
        assert target.post("/Users", person(**wrong_case)).status_code == 400


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        '{"users": {}}',
        '{"users": [1]}',
        '{"users": [{}]}',
        '{"groups": [{"displayName": 7}]}',
    ],
)
def test_a_wrong_seed_is_refused_with_advice(tmp_path: Path, content):
    file = tmp_path / "seed.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(SettingError) as caught:
        start(seed=file)

    assert (caught.value.path, bool(caught.value.advice)) == ("--seed", True)
