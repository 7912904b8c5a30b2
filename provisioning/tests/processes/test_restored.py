"""The database is an old one (F35): an installation of its own, driven by commands only."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provisioning import simulator
from provisioning.simulator import Running
from provisioning.tests.engine.histories import user_names, writes
from provisioning.tests.servers import ROOT

pytestmark = pytest.mark.processes

PEOPLE = 40
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
DOCUMENT = """
name: Genesys Cloud EU
slug: genesys-eu
template: genesys-cloud
scope: all
limits: {{requests_per_minute: null, connections: 1}}
credentials: {{tenant_url: {url}, secret_token: {{env: TARGET_TOKEN}}}}
"""


@dataclass
class Installation:
    """One Rollcall with its data folder and database."""

    folder: Path
    token: str
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "ROLLCALL_DATA": str(self.folder),
            "DATABASE_URL": self.database_url,
            "TARGET_TOKEN": self.token,
            "SECRET_KEY": KEY,
            "ROLLCALL_SECRET_KEYS": KEY,
            "ALLOWED_TARGET_NETWORKS": "127.0.0.0/8,::1/128",
            "REDIS_URL": "unix:///nowhere",
        }
        found = {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "console.settings"}
        return {name: value for name, value in found.items() if value}

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`manage.py …` under way."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0) -> Any:
        """The command's document; it must end with this exit code."""
        process = self.begin(*arguments, "--json")
        out, err = process.communicate(timeout=150)
        assert process.returncode == code, err.decode() + out.decode()
        return json.loads(out)

    def migrate(self) -> None:
        process = self.begin("migrate", "--verbosity", "0")
        _, err = process.communicate(timeout=150)
        assert process.returncode == 0, err.decode()

    def connect(self, target: Running, people: int) -> None:
        """The application, and this many people in the directory."""
        document = self.folder / "application.yaml"
        document.write_text(DOCUMENT.format(url=target.tenant_url))
        self.run("apply", str(document))
        self.hire(people)

    def hire(self, people: int) -> None:
        users = self.folder / "users.csv"
        lines = [f"p{number},p{number}@contoso.example,P {number}" for number in range(people)]
        users.write_text("\n".join(["id,userPrincipalName,displayName", *lines]) + "\n")
        self.run("import_directory", "--users", str(users))


@pytest.fixture
def target() -> Iterator[Running]:
    with simulator.start(quota=0, latency=50) as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, target: Running) -> Installation:
    """On SQLite, migrated, with people to create."""
    folder = tmp_path / "rollcall"
    folder.mkdir()
    database = folder / "rollcall.sqlite3"
    found = Installation(folder, target.token, f"sqlite:///{database}")
    found.migrate()
    found.connect(target, PEOPLE)
    return found


def everybody(people: int) -> list[str]:
    return sorted(f"p{number}@contoso.example" for number in range(people))


def test_F35_yesterdays_database_is_read_only_until_released_and_makes_nobody_twice(
    installation: Installation, target: Running
):
    database = installation.folder / "rollcall.sqlite3"
    installation.run("cycle", "genesys-eu", "--approve")
    backup = installation.folder / "backup"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(backup)) as copy:
        source.backup(copy)
    installation.hire(PEOPLE + 3)
    installation.run("cycle", "genesys-eu")
    assert user_names(target) == everybody(PEOPLE + 3)

    for name in ("rollcall.sqlite3", "rollcall.sqlite3-wal", "rollcall.sqlite3-shm"):
        (installation.folder / name).unlink(missing_ok=True)
    shutil.copy(backup, database)
    installation.hire(PEOPLE + 5)
    since = len(target.requests)

    assert installation.run("cycle", "genesys-eu", code=3)["state"] == "waiting"
    assert writes(target, since) == []
    released = installation.run("cycle", "genesys-eu", "--approve")

    assert (released["counts"]["adopt"], released["counts"]["create"]) == (3, 2)
    assert user_names(target) == everybody(PEOPLE + 5)
