"""Rollcall as `make run` starts it: real web server, worker, schedule and simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioning.tests.make_run import MakeRun, free_ports


@dataclass(frozen=True, slots=True)
class Stack:
    """Where it answers, and what its first sign-in and its simulator's token are."""

    home: str
    user: str
    password: str
    token: str
    simulator: str
    data: Path


@contextmanager
def started(folder: Path) -> Iterator[Stack]:
    """Everything, from an empty folder to ready; stopped as Ctrl-C stops it."""
    running = MakeRun(folder, free_ports())
    try:
        running.hears("Ctrl-C stops all of it.")
        sign_in = json.loads((folder / "first-sign-in.json").read_text())
        yield Stack(
            home=f"http://127.0.0.1:{running.web}",
            user=sign_in["user"],
            password=sign_in["password"],
            token=(folder / "simulator-token").read_text().strip(),
            simulator=f"http://127.0.0.1:{running.simulator}",
            data=folder,
        )
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(timeout=60)
        running.process.stdout.close()
