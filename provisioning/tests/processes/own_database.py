"""The database of a test, moved to a server that the test may kill, lock or fill."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import environ
import pytest
from django.db import connection

from provisioning.tests.conftest import current_database_url
from provisioning.tests.servers import PrivatePostgres, unprivileged_owner


@contextmanager
def moved() -> Iterator[PrivatePostgres]:
    """Everything that begins inside is on a PostgreSQL of its own, this test included."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    before = dict(connection.settings_dict)
    with PrivatePostgres.start() as server:
        copy = environ.Env.db_url_config(server.copy(current_database_url()))
        connection.close()
        connection.settings_dict.update(
            {**copy, "OPTIONS": {**before["OPTIONS"], **copy["OPTIONS"]}}
        )
        try:
            yield server
        finally:
            connection.close()
            connection.settings_dict.update(before)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size in memory; only root may have one."""
    if os.getuid():
        pytest.skip("only root may mount a disk")
    folder.mkdir()
    size = f"size={megabytes}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        if owner := unprivileged_owner():
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Somebody else fills the disk to its last byte, and takes that away at the end."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        filler.unlink()
