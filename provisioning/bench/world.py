"""Where a line is measured: a folder and a database of its own, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from provisioning.bench.figure import Figure
from provisioning.tests.servers import PrivatePostgres, PrivateValkey

DATABASES = ("sqlite", "postgresql")
WITH_WORKERS = frozenset({"P8", "P9", "P11"})
"""Lines that are measured with Celery workers."""


@contextmanager
def world(database: str, *, broker: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a fresh installation on this kind of database; gone afterwards.

    With `broker` it has a Valkey, as workers need it; a command needs none.
    """
    folder = Path(tempfile.mkdtemp(prefix="rollcall-bench-"))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "ROLLCALL_DATA": str(folder),
        "SECRET_KEY": "k" * 50,
        "ROLLCALL_SECRET_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "ALLOWED_TARGET_NETWORKS": "127.0.0.0/8,::1/128",
    }
    environment.pop("REDIS_URL", None)
    try:
        with _address(database, folder) as url, ExitStack() as stack:
            if broker:
                environment["REDIS_URL"] = stack.enter_context(PrivateValkey.start()).url
            yield {**environment, "DATABASE_URL": url}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'rollcall.sqlite3'}"
        return
    with PrivatePostgres.start() as server:
        yield server.url("rollcall")


def measured(name: str, database: str, people: int | None = None) -> list[Figure]:
    """The figures of a line. Raises `CalledProcessError` when it could not be measured."""
    options = [] if people is None else ["--people", str(people)]
    with world(database, broker=name in WITH_WORKERS) as environment:
        done = subprocess.run(  # noqa: S603  a list of ours
            [sys.executable, "-m", "provisioning.bench.lines", name, *options],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return [Figure(**{**one, "database": database}) for one in found]
