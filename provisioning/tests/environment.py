"""What a test run's settings are read from: a data folder of its own, nothing of the person's.

`TEST_DATABASE=postgresql` runs the same tests on a private PostgreSQL, which the process that
starts the others begins and ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_SETTINGS = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ROLLCALL_SECRET_KEYS", "PUBLIC_URL"),
    *("EMAIL_URL", "ALLOWED_TARGET_NETWORKS", "LOG_FORMAT", "PORT", "SIMULATOR_PORT"),
)
_WORKER_OF_XDIST = "PYTEST_XDIST_WORKER"
_OWNER = "ROLLCALL_TEST_OWNER"


def _own_data_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rollcall-test-"))
    os.environ["ROLLCALL_DATA"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _settings_of_nobody() -> None:
    """What the person who runs the tests has set for themselves must not reach them."""
    for name in _SETTINGS:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)


def _own_postgresql() -> None:
    from provisioning.tests.servers import PrivatePostgres

    server = PrivatePostgres.start()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url("rollcall")
    os.environ["SECRET_KEY"] = "k" * 50
    os.environ["ROLLCALL_SECRET_KEYS"] = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    os.environ["ALLOWED_TARGET_NETWORKS"] = "127.0.0.0/8,::1/128"


def _begin() -> Path:
    """Once per pytest process. A process that a test starts inherits what that test has."""
    me = os.environ.get(_WORKER_OF_XDIST, "main")
    if os.environ.get(_OWNER) == me:
        return Path(os.environ["ROLLCALL_DATA"])
    os.environ[_OWNER] = me
    if me == "main":
        _settings_of_nobody()
        if os.environ.get("TEST_DATABASE") == "postgresql":
            _own_postgresql()
    return _own_data_folder()


FOLDER = _begin()
