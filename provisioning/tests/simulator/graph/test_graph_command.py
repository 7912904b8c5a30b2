"""`manage.py graph_simulator`: one line of JSON, clear refusals, a clean end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import requests

from provisioning.tests.simulator.graph.companies import company
from provisioning.tests.simulator.graph.reader import TIMEOUT, token_form
from provisioning.tests.simulator.test_command import ENDS_WITHIN, ROOT, environment


def command(*options: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "graph_simulator", *options]


def test_it_says_where_it_listens_and_ends_cleanly(tmp_path: Path):
    seed = tmp_path / "company.json"
    seed.write_text(json.dumps(company()))
    with subprocess.Popen(
        command("--json", "--port", "0", "--seed", str(seed)),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as process:
        try:
            assert process.stdout is not None
            known = json.loads(process.stdout.readline())
            token = requests.post(known["token_url"], data=token_form(), timeout=TIMEOUT).json()
            answer = requests.get(
                f"{known['graph_url']}/users",
                headers={"Authorization": f"Bearer {token['access_token']}"},
                timeout=TIMEOUT,
            )
            process.send_signal(signal.SIGTERM)
            assert process.wait(ENDS_WITHIN) == 0
        finally:
            process.kill()

    assert len(answer.json()["value"]) == 3


def test_a_seed_that_does_not_fit_is_refused_with_what_is_wrong(tmp_path: Path):
    seed = tmp_path / "company.json"
    seed.write_text(json.dumps({"users": [{"nickname": "Ana"}]}))
    ended = subprocess.run(
        command("--json", "--port", "0", "--seed", str(seed)),
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        timeout=ENDS_WITHIN,
    )

    (error,) = json.loads(ended.stdout)["errors"]
    assert ended.returncode == 2
    assert error["path"] == "--seed"
    assert "nickname" in error["message"]
