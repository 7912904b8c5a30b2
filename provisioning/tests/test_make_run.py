"""`make run` as a person meets it: one journey through a start, deaths, a second start, Ctrl-C.

One long test, because a start costs seconds.
"""

from __future__ import annotations

import json
import signal

import psutil
import pytest

from provisioning.tests.make_run import (
    PATIENCE,
    PROGRAMS,
    MakeRun,
    eventually,
    free_ports,
    lives,
)


@pytest.fixture
def running(tmp_path):
    data = tmp_path / "with 100% space ; é" / ("long" * 30)
    running = MakeRun(data, free_ports())
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(timeout=60)
    running.process.stdout.close()


def test_everything_starts_survives_deaths_and_stops_at_ctrl_c(running):
    said = running.hears("Ctrl-C stops all of it.")
    sign_in = json.loads((running.data / "first-sign-in.json").read_text())
    assert sign_in["password"] in said
    assert f"http://127.0.0.1:{running.simulator}" in said
    assert running.answers("/readyz").strip() == "ready"
    assert running.answers("/", running.simulator)

    second = running.start()
    told, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode
    assert "already runs" in told
    assert sign_in["url"] in told
    assert "Traceback" not in told

    before = running.children()
    assert set(before) == set(PROGRAMS)
    everybody = {child for each in before.values() for child in (each, *each.children())}
    for child in before.values():
        child.kill()
    assert eventually(lambda: set(running.children()) == set(PROGRAMS))
    assert eventually(lambda: not any(lives(child) for child in everybody))
    assert eventually(lambda: running.answers("/readyz").strip() == "ready")

    family = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=PATIENCE) == 0
    assert eventually(lambda: not any(lives(child) for child in family), 10)
    assert running.answers("/healthz") == ""


def test_a_killed_starter_or_a_closed_terminal_leaves_nothing_behind(running):
    running.hears("Ctrl-C stops all of it.")
    family = psutil.Process(running.process.pid).children(recursive=True)

    running.process.send_signal(signal.SIGHUP)

    assert running.process.wait(timeout=PATIENCE) == 0
    assert not any(lives(child) for child in family)

    again = running.start()
    running.process.stdout.close()
    running.process = again
    assert eventually(lambda: running.answers("/readyz").strip() == "ready")
    family = psutil.Process(again.pid).children(recursive=True)
    again.kill()
    again.wait()
    assert eventually(lambda: not any(lives(child) for child in family))
