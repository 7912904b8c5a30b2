"""The target of a line: the simulator, a process of its own, as `make run` starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from provisioning.bench.floor import Call

TOKEN = "token-of-the-benchmark"  # noqa: S105  the simulator's, which is gone afterwards


@dataclass(frozen=True, slots=True)
class Target:
    """A simulator that listens."""

    tenant_url: str
    control_url: str

    def requests(self) -> list[dict[str, Any]]:
        """Every SCIM request so far, as the simulator recorded it."""
        return list(json.loads(self._control("GET", "/requests")))

    def calls(self) -> list[Call]:
        """The same requests, for somebody who sends them again."""
        address = urlsplit(self.tenant_url)
        root = f"{address.scheme}://{address.netloc}"
        return [Call(one["method"], root + one["path"], one["body"]) for one in self.requests()]

    def reset(self) -> None:
        """As at its start."""
        self._control("POST", "/reset")

    def _control(self, method: str, path: str) -> bytes:
        with urlopen(Request(self.control_url + path, method=method)) as answer:  # noqa: S310
            return bytes(answer.read())


@contextmanager
def target(*options: str, quota: int = 0) -> Iterator[Target]:
    """A simulator with these options of `manage.py simulator`; without a quota unless one is given.

    It ends with the context.
    """
    command = [sys.executable, "manage.py", "simulator", "--json", "--port", "0"]
    command += ["--token", TOKEN, "--quota", str(quota), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  a list of ours
    try:
        for line in process.stdout or ():
            said = json.loads(line)
            break
        yield Target(said["tenant_url"], said["control_url"])
    finally:
        process.kill()
        process.communicate()
