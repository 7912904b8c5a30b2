"""Runs the supervisor until a person, or the closing terminal, ends it.

The supervisor has a session of its own: a key pressed in the terminal reaches this process alone,
which then stops the others in order. If this process is killed, the kernel tells the supervisor.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread

from provisioning.management.supervise import programs

_RESTARTS = 5
_STOPPED_BY_HAND = 0


class Foreground:
    """The supervisor as a child that is started again if it is killed, and stopped once asked."""

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = Event()

    def run(self, meanwhile: Callable[[Event], None]) -> int:
        """The exit code; `meanwhile` runs beside it and ends when its event is set."""
        self._listen()
        watcher = Thread(target=meanwhile, args=(self._stopping,), daemon=True)
        for attempt in range(_RESTARTS):
            self._child = self._start()
            if attempt == 0:
                watcher.start()
            if self._stopping.is_set():
                self._child.terminate()
            self._child.wait()
            if self._stopping.is_set():
                watcher.join(timeout=5)
                return _STOPPED_BY_HAND
            tell("The supervisor died; it is started again.")
        tell("The supervisor dies again and again. Its log is log/supervisor.log in ROLLCALL_DATA.")
        return 1

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  a list of ours, no shell
            programs.becoming("supervisor"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self._lock],
        )

    def _listen(self) -> None:
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means what it says
            signal.signal(signal.SIGHUP, self._stop)

    def _stop(self, _sign: int, _frame: object) -> None:
        """The first time in order, the second time at once."""
        impatient = self._stopping.is_set()
        self._stopping.set()
        if self._child is None:
            return
        if impatient:
            self._child.kill()
        else:
            tell("Stopping: what is being sent is brought to an end first.")
            self._child.terminate()


def tell(text: str) -> None:
    """A line for the person; a terminal that is gone hears nothing."""
    try:
        os.write(sys.stdout.fileno(), f"{text}\n".encode())
    except OSError:
        return
