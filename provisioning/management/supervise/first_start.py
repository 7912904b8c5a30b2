"""What the first start makes once: a directory of demo people, and the one administrator (T48)."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

DEMO_PEOPLE = 200
_SIGN_IN = "first-sign-in.json"
_SIMULATOR_TOKEN = "simulator-token"  # noqa: S105  a file name


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the first administrator types, and where."""

    url: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"SignIn({self.url}, {self.user})"


def prepare(data: Path) -> SignIn | None:
    """The first sign-in, made now if nobody can sign in yet; `None` once its file is gone.

    The password is in its file before the account exists: a start that is cut short is repeated
    whole by the next.
    """
    keep(data / _SIMULATOR_TOKEN, secrets.token_urlsafe(24) + "\n")
    people = get_user_model().objects
    if not people.exists():
        call_command("seed_demo", people=DEMO_PEOPLE, verbosity=0, stdout=Silence())
        sign_in = _kept_sign_in(data) or _new_sign_in(data)
        people.create_superuser(sign_in.user, password=sign_in.password)
    return _kept_sign_in(data)


def keep(path: Path, text: str, *, replace: bool = False) -> None:
    """Text in a file that only its owner reads; what is there stays unless it is replaced."""
    if path.exists() and not replace:
        return
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(path)


def _new_sign_in(data: Path) -> SignIn:
    password = os.environ.get("ROLLCALL_ADMIN_PASSWORD") or secrets.token_urlsafe(15)
    sign_in = SignIn(settings.PUBLIC_URL, "admin", password)
    keep(data / _SIGN_IN, json.dumps(asdict(sign_in)) + "\n", replace=True)
    return sign_in


def _kept_sign_in(data: Path) -> SignIn | None:
    """What the file says, with the address of today."""
    path = data / _SIGN_IN
    try:
        document = json.loads(path.read_text())
        kept = SignIn(settings.PUBLIC_URL, document["user"], document["password"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if document.get("url") != kept.url:
        keep(path, json.dumps(asdict(kept)) + "\n", replace=True)
    return kept


class Silence:
    """Where the words of a command go that the person did not ask for."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""

    def isatty(self) -> bool:
        return False
