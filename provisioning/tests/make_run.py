"""`make run` as a process of a test: its own data folder and ports, everything it says kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from threading import Event, Thread

import psutil
import requests

from provisioning.tests.servers import ROOT

PATIENCE = 100.0
PREPARE = "from provisioning.management.make.setup import prepare; prepare()"
PROGRAMS = {
    "valkey": "unixsocket",
    "simulator": "manage.py simulator",
    "web": "-m gunicorn",
    "worker": "--quiet worker",
    "beat": "--quiet beat",
}


class MakeRun:
    """The process that `make run` starts, in a data folder that is awkward in every way."""

    def __init__(self, data, ports):
        self.data = data
        self.web, self.simulator = ports
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "ROLLCALL_DATA": str(data),
            "PORT": str(self.web),
            "SIMULATOR_PORT": str(self.simulator),
            "LANG": "C.UTF-8",
        }
        subprocess.run(
            [sys.executable, "-c", PREPARE],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )
        self.lines = []
        self._heard = Event()
        self.process = self.start()
        Thread(target=self._listen, daemon=True).start()

    def start(self):
        # As a child of a terminal, also where the tests were started so as to outlive theirs.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        return subprocess.Popen(
            [sys.executable, "-m", "provisioning.management.supervise"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def hears(self, text):
        while True:
            self._heard.clear()  # before looking: what is said after the look wakes us
            if any(text in line for line in list(self.lines)):
                return "".join(self.lines)
            assert self.process.poll() is None, self.lines
            assert self._heard.wait(PATIENCE), f"{text!r} was not said in {self.lines}"

    def _listen(self):
        for line in self.process.stdout:
            self.lines.append(line)
            self._heard.set()
        self._heard.set()

    def children(self):
        """The programs under the supervisor, by name."""
        found: dict[str, psutil.Process] = {}
        [supervisor] = psutil.Process(self.process.pid).children()
        for child in filter(lives, supervisor.children()):
            line = " ".join(child.cmdline())
            found |= {name: child for name, word in PROGRAMS.items() if word in line}
        return found

    def answers(self, path, port=None):
        try:
            return requests.get(f"http://127.0.0.1:{port or self.web}{path}", timeout=10).text
        except requests.RequestException:
            return ""


def lives(process):
    """Whether it is there and not merely waiting to be buried."""
    try:
        return process.is_running() and bool(process.cmdline())
    except psutil.Error:
        return False


def eventually(holds, seconds=PATIENCE):
    """Whether it holds within the time, looked at ten times a second."""
    pause = Event()
    for _ in range(int(seconds * 10)):
        if holds():
            return True
        pause.wait(0.1)
    return False


def free_ports():
    with socket.socket() as one, socket.socket() as two:
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]
