"""What every LDAP server of the tests is: a process with a folder of its own, and our sign-in."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Self

import ldap
from ldap.ldapobject import SimpleLDAPObject


class LdapProcess:
    """A server that runs until it is stopped; a context manager that stops it."""

    patience = 60.0
    """Seconds in which it answers, and in which it ends."""
    folder: Path
    admin: SimpleLDAPObject
    _process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it and remove everything of it."""
        self.admin.unbind_s()
        self._process.terminate()
        self._process.wait(timeout=self.patience)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def signed_in(self, sign_in: Callable[[], SimpleLDAPObject]) -> SimpleLDAPObject:
        """The answer of `sign_in` as soon as the server answers."""
        deadline, pause = monotonic() + self.patience, Event()
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended at once with {self._process.returncode}")
            try:
                return sign_in()
            except ldap.SERVER_DOWN:
                if monotonic() > deadline:
                    raise
                pause.wait(0.05)
