"""The port of a simulator on this machine."""

from __future__ import annotations

import errno

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
