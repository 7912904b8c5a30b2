"""Keys that Rollcall makes for itself on its first start, each in a file only its owner reads."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

WEB_KEY_FILE = "secret-key"
RING_FILE = "secret-keys"


def new_key() -> str:
    """32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def kept_key(path: Path, *, keep: bool) -> str:
    """The key of this file, made on the first call; every process gets the same one.

    Where nothing may be kept, or the folder cannot be written, the key lasts as long as the
    process; the system checks then refuse to start.
    """
    if not keep:
        return new_key()
    try:
        return _read_or_make(path)
    except OSError:
        return new_key()


def _read_or_make(path: Path) -> str:
    """Written aside and linked into place: a reader sees a whole key or no file."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(new_key() + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
