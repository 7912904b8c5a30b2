"""A simulator's port on this machine, and the thread that answers there."""

from __future__ import annotations

import errno
import threading
from types import TracebackType
from typing import Self

from provisioning.simulator.settings_error import CannotStart
from provisioning.simulator.wire import Application, Server

HOST = "127.0.0.1"


def listen(port: int, application: Application) -> Server:
    """Bind the port, 0 being a free one; `CannotStart` says why not."""
    try:
        return Server((HOST, port), application)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is taken. Stop what listens there, or choose another with"
                " --port or SIMULATOR_PORT."
            ) from None
        raise CannotStart(f"Port {port} cannot be opened: {problem.strerror}.") from None


class Listening:
    """Answers on a port of this machine until it is closed; a context manager that closes it."""

    def __init__(self, port: int, application: Application) -> None:
        """Take the port; `CannotStart` says why not. Requests wait until `start`."""
        self._server = listen(port, application)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self.port = int(self._server.server_address[1])
        self.root = f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end every connection, write what is kept."""
        if not self._server.stopping.is_set():
            self._server.stop()
            self._thread.join()
            self.closed()

    def closed(self) -> None:
        """Do what is left once nobody can ask any more."""

    def __enter__(self) -> Self:
        """Return itself, already listening."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
