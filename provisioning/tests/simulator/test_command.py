"""`manage.py simulator`: one line of JSON, clear refusals, a clean end; no database is touched."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from provisioning.simulator.faults import KEYS, KINDS
from provisioning.simulator.switches import SWITCHES
from provisioning.tests.simulator.caller import person

ROOT = Path(__file__).parents[3]
ENDS_WITHIN = 30


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment whose database nobody can open."""
    return {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "SECRET_KEY": "x" * 50,
        "ROLLCALL_SECRET_KEYS": "",
        "ROLLCALL_DATA": str(tmp_path),
        **more,
    }


def command(*options: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "simulator", *options]


@contextmanager
def running(tmp_path: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        command(*options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def finished(tmp_path: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*options),
        capture_output=True,
        text=True,
        env=environment(tmp_path, **more),
        timeout=ENDS_WITHIN,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_addresses_once_it_listens_and_ends_cleanly(tmp_path: Path, number):
    state = tmp_path / "simulator.json"
    options = ("--port", "0", "--json", "--group", "Sales", "--token", "tok", "--quota", "0")
    with running(tmp_path, *options, "--state", str(state)) as (process, line):
        addresses = json.loads(line)
        headers = {"Authorization": "Bearer tok", "Content-Type": "application/scim+json"}
        url = f"{addresses['tenant_url']}/Users"
        created = requests.post(url, json=person(), headers=headers, timeout=10)

        process.send_signal(number)
        output, errors = process.communicate(timeout=ENDS_WITHIN)

    assert set(addresses) == {"tenant_url", "token_url", "token", "control_url"}
    assert (created.status_code, addresses["token"]) == (201, "tok")
    assert (process.returncode, output, errors) == (0, "", "")
    kept = json.loads(state.read_text(encoding="utf-8"))["resources"]
    assert [resource["kind"] for resource in kept] == ["User", "Group"]


def test_it_tells_people_where_it_listens(tmp_path: Path):
    with running(tmp_path, "--port", "0") as (process, line):
        assert line.startswith("The simulator listens. Its page: http://127.0.0.1:")
        assert process.stdout is not None
        output = "".join(process.stdout.readline() for _ in range(5))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=ENDS_WITHIN)

    assert "Tenant URL" in output
    assert "Ctrl-C" in output
    assert process.returncode == 0


def test_a_taken_port_is_one_clear_line_and_exit_1(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        by_option = finished(tmp_path, "--port", port)
        by_setting = finished(tmp_path, SIMULATOR_PORT=port)

    for result in (by_option, by_setting):
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.count("\n") == 1
        assert f"Port {port} is taken" in result.stderr


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (("--fault", "fire"), "--fault"),
        (("--personality", "okta"), "--personality"),
        (("--seed", "/nowhere.json"), "--seed"),
        (("--client", "nosecret"), "--client"),
        (("--token", "with space"), "--token"),
        (("--quota", "-1"), "--quota"),
        (("--latency", "-1"), "--latency"),
        (("--port", "70000"), "--port"),
    ],
)
def test_a_wrong_option_is_named_with_advice_and_exit_2(tmp_path: Path, options, path):
    result = finished(tmp_path, "--json", *options)

    (error,) = json.loads(result.stdout)["errors"]
    assert result.returncode == 2
    assert error["path"] == path
    assert error["message"]
    assert error["advice"]


def test_help_names_every_switch_and_fault(tmp_path: Path):
    result = finished(tmp_path, "--help")

    for word in (*KINDS, *KEYS, *(f"{switch.name}=" for switch in SWITCHES)):
        assert word in result.stdout
