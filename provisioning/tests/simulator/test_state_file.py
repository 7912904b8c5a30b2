"""`--state`: accounts survive a restart and SIGKILL; nothing half-written is read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from provisioning.simulator import start
from provisioning.simulator.journal import Journal
from provisioning.simulator.settings_error import CannotStart
from provisioning.simulator.state import Store
from provisioning.simulator.wire import Request
from provisioning.tests.simulator.caller import Caller, calling, op, person

SERVE = """
import json, sys, threading
from provisioning.simulator import start
running = start(state=sys.argv[1], token="t", quota=0, groups=["Sales"])
print(json.dumps(running.addresses()), flush=True)
threading.Event().wait()
"""


def test_accounts_versions_and_states_survive_a_restart(tmp_path: Path):
    file = tmp_path / "simulator.json"
    with calling(state=file, groups=["Sales"]) as target:
        user = target.user(title="Agent")
        target.patch(f"/Users/{user['id']}", op("replace", "active", False))
        target.patch(
            f"/Groups/{target.group('Sales')['id']}", op("add", "members", [{"value": user["id"]}])
        )
        gone = target.user("gone@example.org")
        target.delete(f"/Users/{gone['id']}")
        before = target.running.state()
        read = target.get(f"/Users/{user['id']}").json()

    with calling(state=file, groups=["Sales", "New"]) as target:
        after = target.running.state()

        assert after["users"] == before["users"]
        assert after["groups"][:1] == before["groups"]
        assert [group["displayName"] for group in after["groups"]] == ["Sales", "New"]
        assert target.get(f"/Users/{user['id']}").json() == read
        assert target.user("gone@example.org")["id"] == gone["id"]


def test_a_seed_is_sown_once(tmp_path: Path):
    seed = {"users": [{"userName": "seed@example.org", "roles": [{"value": "Pilot"}]}]}
    for _ in range(2):
        with calling(state=tmp_path / "s.json", seed=seed) as target:
            assert len(target.running.state()["users"]) == 1
            user = target.get("/Users").json()["Resources"][0]
            answer = target.patch(f"/Users/{user['id']}", op("add", "roles", "pilot"))
            assert answer.status_code == 200


def test_SIGKILL_loses_nothing_that_was_answered(tmp_path: Path):
    file = tmp_path / "simulator.json"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(file)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        session = requests.Session()
        session.headers["Authorization"] = "Bearer t"
        url = f"{addresses['tenant_url']}/Users"
        ids = []
        for number in range(50):
            body = person(f"p{number}@example.org")
            headers = {"Content-Type": "application/json"}
            ids.append(session.post(url, json=body, headers=headers, timeout=10).json()["id"])
        session.delete(f"{url}/{ids[0]}", timeout=10)
        process.send_signal(signal.SIGKILL)
        session.close()

    with calling(state=file, token="t") as target:
        users = target.running.state()["users"]
        statuses = {target.get(f"/Users/{identifier}").status_code for identifier in ids[1:]}

    assert [user["id"] for user in users] == ids
    assert (users[0]["state"], statuses) == ("deleted", {200})


def test_a_torn_line_is_left_out_and_the_rest_is_read(tmp_path: Path):
    file = tmp_path / "simulator.json"
    log = tmp_path / "simulator.json.journal"
    with calling(state=file) as target:
        target.user("a@example.org")
        target.user("b@example.org")
        torn = log.read_bytes()[:-20]
    file.unlink()
    log.write_bytes(torn)

    with calling(state=file) as target:
        assert target.names() == ["a@example.org"]


def test_a_journal_older_than_the_snapshot_is_not_applied_again(tmp_path: Path):
    """As after a crash between writing the snapshot and emptying the journal."""
    file, log = tmp_path / "s.json", tmp_path / "s.json.journal"
    with calling(state=file) as target:
        user = target.user()
        target.delete(f"/Users/{user['id']}")
        lines = log.read_bytes()
    log.write_bytes(lines.splitlines(keepends=True)[0])

    with calling(state=file) as target:
        assert [kept["state"] for kept in target.running.state()["users"]] == ["deleted"]


def test_a_group_is_journalled_by_who_joined_and_left(tmp_path: Path):
    file, log = tmp_path / "s.json", tmp_path / "s.json.journal"
    with calling(state=file, groups=["Sales"]) as target:
        ids = [target.user(f"p{number}@example.org")["id"] for number in range(20)]
        address = f"/Groups/{target.group('Sales')['id']}"
        target.patch(address, op("add", "members", [{"value": one} for one in ids]))
        target.patch(address, op("remove", f'members[value eq "{ids[0]}"]'))
        last = log.read_text(encoding="utf-8").splitlines()[-1]
        copy = log.read_bytes()
    file.unlink()
    log.write_bytes(copy)

    with calling(state=file) as target:
        members = [member["value"] for member in target.running.state()["groups"][0]["members"]]

    assert ids[1] not in last
    assert members == ids[1:]


def test_a_long_journal_is_folded_into_the_snapshot(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("provisioning.simulator.journal.FEWEST_LINES", 3)
    file, log = tmp_path / "s.json", tmp_path / "s.json.journal"
    with calling(state=file) as target:
        user = target.user()
        for number in range(20):
            target.patch(f"/Users/{user['id']}", op("replace", "title", str(number)))

        assert len(log.read_text(encoding="utf-8").splitlines()) <= 6
        assert json.loads(file.read_text(encoding="utf-8"))["resources"][0]["id"] == user["id"]


def test_two_simulators_do_not_share_a_file(tmp_path: Path):
    file = tmp_path / "s.json"
    with calling(state=file), pytest.raises(CannotStart, match="Another simulator"):
        start(state=file)


def test_a_file_that_is_no_state_is_left_alone_and_named(tmp_path: Path):
    file = tmp_path / "s.json"
    file.write_text("{", encoding="utf-8")

    with pytest.raises(CannotStart, match=r"s\.json cannot be read"):
        start(state=file)

    assert file.read_text(encoding="utf-8") == "{"
    with pytest.raises(CannotStart):
        Journal(file, Store()).load()


def test_an_issued_token_ends_with_the_process_and_the_given_one_stays(tmp_path: Path):
    file = tmp_path / "s.json"
    for _ in range(2):
        with calling(state=file, token="kept") as target:
            assert target.get("/Users").status_code == 200


def test_what_was_in_hand_when_it_stopped_is_not_kept_and_no_defect(tmp_path: Path):
    file = tmp_path / "s.json"
    with calling(state=file) as target:
        target.user("kept@example.org")
        late = _create(target, "late@example.org")
    assert target.running._service.scim_answer(late) is not None

    with calling(state=file) as target:
        users = target.running.state()["users"]
        assert [user["userName"] for user in users] == ["kept@example.org"]


def _create(target: Caller, name: str) -> Request:
    headers = {"authorization": f"Bearer {target.running.token}"}
    headers["content-type"] = "application/scim+json"
    body = json.dumps(person(name)).encode()
    return Request("POST", urlsplit(f"{target.running.tenant_url}/Users").path, headers, body, "")
