"""The console as a process of its own, on a database of its own, with one inbound source."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Event
from typing import Any, Self

import requests

ROOT = Path(__file__).resolve().parents[3]
_TRIES = 400
_LONGEST = 60


class WebProcess:
    """gunicorn with the console, answering from the moment it is made; `with` ends it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rollcall-inbound-")
        port = _free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "console.settings",
            "ROLLCALL_DATA": self._folder.name,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        self._manage("migrate", "--verbosity", "0")
        made = json.loads(self._manage("inbound", "HR suite", "--add", "--json"))
        self.tenant_url: str = made["tenant_url"]
        self.token: str = made["token"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "console.wsgi", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._await()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process and forget what it kept."""
        self._process.terminate()
        self._process.wait(_LONGEST)
        self._folder.cleanup()

    def inbound(self, *arguments: str) -> Any:
        """What the command says of the source."""
        return json.loads(self._manage("inbound", "HR suite", *arguments, "--json"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _manage(self, *arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def _await(self) -> None:
        """Until it answers to our token, which nobody else knows."""
        headers = {"Authorization": f"Bearer {self.token}"}
        for _ in range(_TRIES):
            if self._process.poll() is not None:
                break
            try:
                answer = requests.get(f"{self.tenant_url}/Users", headers=headers, timeout=60)
            except requests.ConnectionError:
                Event().wait(0.1)
                continue
            assert answer.status_code == 200, answer.text
            return
        raise RuntimeError("The console did not start.")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
