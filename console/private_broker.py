"""Where the private Valkey of the embedded default listens.

A Unix socket's path may not pass 107 bytes, and ROLLCALL_DATA may be anywhere: so the socket is in
a folder with a short name, derived from ROLLCALL_DATA so that every process finds the same one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# Fixed, not TMPDIR: a cron job and a terminal must find the same socket.
_SOCKETS = Path("/tmp")  # noqa: S108  the folder below is checked for owner and mode before use


def socket_path(data: Path) -> Path:
    """The socket for this data folder and this user."""
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return _SOCKETS / f"rollcall-{os.getuid()}-{digest}" / "valkey.sock"


def broker_address(redis_url: str, data: Path) -> str:
    """What Celery connects to: REDIS_URL, else the private socket."""
    if not redis_url:
        return f"redis+socket://{socket_path(data)}"
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url
