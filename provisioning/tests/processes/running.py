"""Real processes on the database of a test: commands, beat, and patience that is no sleeping."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from django.conf import settings

from provisioning.management.supervise.programs import beat as beat_command
from provisioning.tests.conftest import current_database_url
from provisioning.tests.servers import ROOT, PrivateValkey

BUSY = 3
"""How many times longer than on a quiet machine a test waits before it says that a thing will never
happen. It keeps nobody waiting who passes, and hides no slowness: what is promised of times (L13,
L14, L15, F33) each test asserts of the seconds that were counted."""
PAUSE = 0.1


def environment(broker: PrivateValkey) -> dict[str, str]:
    """The same database, data folder and broker that `celery_worker` gives its workers."""
    return {
        **os.environ,
        "REDIS_URL": broker.url,
        "ALLOWED_TARGET_NETWORKS": "127.0.0.0/8,::1/128",
        "ROLLCALL_DATA": str(settings.ROLLCALL_DATA),
        "DATABASE_URL": current_database_url(),
    }


def begin(broker: PrivateValkey, *arguments: str) -> subprocess.Popen[bytes]:
    """`manage.py …` under way, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(broker),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes], seconds: float = 100.0) -> Any:
    """The document that the command printed."""
    out, err = process.communicate(timeout=seconds)
    assert out, err.decode()
    return json.loads(out)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL of the whole group; what it had opened is closed here."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@contextmanager
def beating(broker: PrivateValkey, folder: Path) -> Iterator[None]:
    """The schedule, a process of its own."""
    process = subprocess.Popen(
        beat_command(folder / "beat-schedule"),
        cwd=ROOT,
        env=environment(broker),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        kill(process)


def await_that(holds: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until it holds and answer how many seconds that took; fail when it never does.

    `seconds` are those of a quiet machine: what is tested is that it happens, not how fast.
    """
    began, pause = monotonic(), Event()
    while not holds():
        if monotonic() - began > seconds * BUSY:
            raise AssertionError(f"{what} did not happen within {seconds * BUSY:g} s")
        pause.wait(PAUSE)
    return monotonic() - began
