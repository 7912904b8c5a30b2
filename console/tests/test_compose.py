"""docker-compose.yml: no engine here runs it, so its parts are read, and its commands started."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
import yaml

from provisioning.tests.servers import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat")
KEYS = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
VALUES = {"PUBLIC_URL": "http://127.0.0.1", "SECRET_KEY": "k" * 50, "ROLLCALL_SECRET_KEYS": KEYS}


class Running:
    """A service's own command in this environment; what it says is kept and can be waited for."""

    def __init__(self, service, environment, *, replace=()):
        command = list(SERVICES[service]["command"])
        for old, new in replace:
            command = [part.replace(old, new) for part in command]
        self.said = ""
        self._more = Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.output = self.process.stdout
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, pattern, seconds=60.0):
        """The first match in what it says."""
        while True:
            self._more.clear()  # before looking: what is said after the look wakes us
            if found := re.search(pattern, self.said):
                return found
            assert self.process.poll() is None, self.said
            assert self._more.wait(seconds), f"{pattern!r} was not said in:\n{self.said}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.output.close()

    def _read(self):
        for line in self.output:
            self.said += line
            self._more.set()
        self._more.set()


@pytest.fixture
def environment(postgres_server, valkey_server, tmp_path):
    """What compose gives its services, with our servers in place of its own."""
    given = SERVICES["web"]["environment"]
    values = {name: VALUES.get(name, "") for name in given} | {
        "DATABASE_URL": postgres_server.url("compose"),
        "REDIS_URL": valkey_server.url,
        "LOG_FORMAT": given["LOG_FORMAT"],
        "ROLLCALL_DATA": str(tmp_path),
    }
    return {"PATH": str(Path(sys.executable).parent), "LANG": "C.UTF-8", **values}


def test_every_service_that_stays_is_watched_and_restarted():
    for name, service in SERVICES.items():
        if name == "prepare":
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name


def test_services_wait_for_what_they_need():
    for name in OURS:
        needed = SERVICES[name]["depends_on"]
        assert needed["prepare"]["condition"] == "service_completed_successfully"
        assert needed["postgres"]["condition"] == needed["redis"]["condition"] == "service_healthy"


def test_every_volume_in_use_is_declared():
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service["volumes"]}

    assert used == set(COMPOSE["volumes"])


def test_T51_no_secret_has_a_default_and_the_broker_has_a_password():
    text = (ROOT / "docker-compose.yml").read_text()

    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "ROLLCALL_SECRET_KEYS"):
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)
    assert "--requirepass" in " ".join(SERVICES["redis"]["command"])


def test_only_loopback_of_the_machine_reaches_web_and_nothing_else_is_open():
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }


def test_the_image_holds_no_tests_and_runs_as_nobody_special():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "USER rollcall" in dockerfile
    assert "**/tests" in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_same_commands_become_ready_on_local_servers(environment, tmp_path):
    script = SERVICES["prepare"]["command"][-1].replace("/data/", f"{tmp_path}/")
    path = {"PATH": environment["PATH"] + ":/usr/bin:/bin"}
    subprocess.run(["sh", "-c", script], cwd=ROOT, env=environment | path, check=True)

    with ExitStack() as stack:
        start = stack.enter_context
        web = start(Running("web", environment, replace=[("0.0.0.0:8000", "127.0.0.1:0")]))
        worker = start(Running("worker", environment))
        beat = start(Running("beat", environment, replace=[("/data/", f"{tmp_path}/")]))
        port = int(web.wait_for(r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
        worker.wait_for(r"ready\.")
        beat.wait_for(r"beat: Starting")
        status, text = until_ready(port)

    assert (status, text) == (200, "ready")


def until_ready(port, tries=400):
    """The answer of /readyz once it is 200: the first heartbeat follows the worker's start."""
    pause = Event()
    for _ in range(tries):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        found = answer.status, answer.read().decode().strip()
        connection.close()
        if found[0] == 200:
            break
        pause.wait(0.1)
    return found
