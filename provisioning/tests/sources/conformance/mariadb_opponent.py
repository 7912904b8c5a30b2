"""A real MariaDB from Debian's packages as an opponent, which one test run shares."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pymysql

from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.conformance.sql_opponents import SCHEMA, Database

_SECONDS = 30.0
_ports: list[int] = []
_numbers = itertools.count(1)


class MariaDb(Database):
    """A database of its own, whose column of changes is a number."""

    name = "MariaDB"
    changed = "updated"

    def __init__(self) -> None:
        super().__init__()
        if not _ports:
            _ports.append(_start())
        self._database = f"hr{os.getpid()}x{next(_numbers)}"
        self._connection = pymysql.connect(
            host="127.0.0.1", port=_ports[0], user="root", charset="utf8mb4", autocommit=True
        )
        for statement in (
            f"CREATE DATABASE {self._database} CHARACTER SET utf8mb4",
            f"USE {self._database}",
            "CREATE USER IF NOT EXISTS rollcall IDENTIFIED BY 'a password nobody guesses'",
            f"GRANT SELECT ON {self._database}.* TO rollcall",
            *(one.format(key="VARCHAR(190)", moment="BIGINT") for one in SCHEMA),
        ):
            self.execute(statement, [()])

    def address(self) -> str:
        return f"mariadb://127.0.0.1:{_ports[0]}/{self._database}"

    def quoted(self, query: str) -> str:
        return query.replace('"', "`")

    def execute(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._connection.cursor() as cursor:
            for row in rows:
                cursor.execute(statement.replace("?", "%s"), row)

    def close(self) -> None:
        self._connection.close()


def _start() -> int:
    """A server with an empty folder, on a free port of this machine."""
    binary = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if binary is None or install is None or shutil.which("my_print_defaults") is None:
        raise ServerMissing("MariaDB: apt-get install mariadb-server-core mariadb-client")
    folder = Path(tempfile.mkdtemp(prefix="rollcall-mariadb-", dir="/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = "--user=root" if os.getuid() == 0 else f"--user={os.environ.get('USER', 'rollcall')}"
    subprocess.run(
        [install, "--no-defaults", user, f"--datadir={folder / 'data'}", "--skip-test-db"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = _free_port()
    server = subprocess.Popen(
        [
            *(binary, "--no-defaults", user, f"--datadir={folder / 'data'}"),
            *(f"--socket={folder / 'socket'}", f"--port={port}", "--bind-address=127.0.0.1"),
            *("--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"),
            f"--init-file={_rights(folder)}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(server.wait)
    atexit.register(server.terminate)
    _await(server, port)
    return port


def _rights(folder: Path) -> Path:
    """The first statement: root of this machine needs no password, in a server of one test run."""
    file = folder / "rights.sql"
    file.write_text(
        "CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '';\n"
        "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    return file


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        if server.poll() is not None:
            raise ServerMissing("MariaDB did not start")
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="root").close()
        except pymysql.MySQLError:
            time.sleep(0.1)
        else:
            return
    raise ServerMissing("MariaDB did not answer")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
