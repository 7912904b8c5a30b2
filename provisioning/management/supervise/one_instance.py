"""One `make run` per data folder: a lock that the kernel frees when its last holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from provisioning.core.errors import ProvisioningError


def take_lock(data: Path, address: str) -> int:
    """The lock as an open file to hand on to the supervisor; raises when somebody has it."""
    folder = data / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held_by = os.read(lock, 300).decode(errors="replace").strip()
        os.close(lock)
        raise ProvisioningError(
            f"Rollcall already runs with this data folder{': ' + held_by if held_by else '.'}",
            advice="Use that one, or stop it first with Ctrl-C where it was started.",
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, f"{address} (process {os.getpid()}).\n".encode())
    return lock
