"""The one-time code of /setup/: whoever can read the server's output makes the first account (T48).

It lies in ROLLCALL_DATA with mode 0600 and is gone with the first administrator.
"""

from __future__ import annotations

import secrets
import sys
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error

FILE = "setup-code"


def announce() -> None:
    """Print the code while nobody can sign in; the web server calls it when it starts."""
    try:
        needed = not get_user_model().objects.exists()
    except Error:
        return
    if needed:
        address = f"{settings.PUBLIC_URL}/setup/"
        print(f"First sign-in: open {address} and enter the code {_code()}", file=sys.stderr)


def is_right(given: str) -> bool:
    """Whether this is the code, compared in constant time."""
    return compare_digest(given.strip().encode(), _code().encode())


def forget() -> None:
    """The first account is made: the code is of no more use."""
    _path().unlink(missing_ok=True)


def _code() -> str:
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9) + "\n")
    return path.read_text().strip()


def _path() -> Path:
    return Path(settings.ROLLCALL_DATA) / FILE
