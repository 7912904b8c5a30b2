"""The network of a world: simulated targets in the same process, and a door that leads to them.

No socket is opened. A request is on its way, arrives, is answered and heard, and at each of these
steps the processes may be interrupted and the request may meet a fault.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack
from urllib.parse import urlsplit

from provisioning.core.errors import ProvisioningError
from provisioning.scim import session
from provisioning.scim.session import Call, Limits, Reply
from provisioning.simulator.faults import parse_fault
from provisioning.simulator.options import StartOptions, make_options
from provisioning.simulator.service import Service
from provisioning.simulator.state import Change, Stored
from provisioning.simulator.wire import Answer, Request
from provisioning.tests.simulation.processes import Process, Processes

FAMILY = "/api/v2/scim/v2"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BEFORE = ("refused", "timeout", "status", "busy")
"""Faults that keep a request from being applied at all."""
AFTER = ("lost", "gateway", "truncated", "garbage", "late")
"""Faults of the answer: the request is applied, or will be."""


@dataclass(frozen=True)
class Sender:
    """Whose request it was: a process with its unit of work, or somebody else."""

    process: str = "outside"
    cycle: int = 0
    unit: int = 0
    generation: int = 0


@dataclass
class Applied:
    """One request as the target has seen it: the truth that everything else is judged by."""

    at: float
    target: str
    sender: Sender
    method: str
    path: str
    body: Any
    status: int
    changes: tuple[Change, ...]
    heard: bool = False
    """Whether the sender has read the answer."""

    @property
    def ours(self) -> bool:
        return self.sender.process != "outside"

    @property
    def writes(self) -> bool:
        return self.method in WRITES

    @property
    def identity(self) -> str:
        """The id of the resource that was written; of a create, the one it was given."""
        if self.method != "POST":
            return self.path.rpartition("/")[2].partition("?")[0]
        own = [c for c in self.changes if c.action in ("create", "restore", "update")]
        return own[0].after.id if own else ""


@dataclass(frozen=True)
class Asked:
    """One request that left: whose it was, and whether it failed."""

    at: float
    sender: Sender
    failed: bool


@dataclass
class Target:
    """One application's SCIM service, with what it is asked and the faults it meets."""

    name: str
    port: int
    service: Service
    token: str
    faults: dict[str, float] = field(default_factory=dict)
    """The share of requests that meets each kind of fault."""
    down: bool = False
    history: list[Applied] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    """Everything that left for this target, whatever became of it."""
    strangers: list[str] = field(default_factory=list)
    """Tokens that came along and were not this target's (I14)."""

    @property
    def tenant_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{FAMILY}"

    def live(self, kind: str = "User") -> list[Stored]:
        """Everything of a kind that is not deleted."""
        return list(self.service.organisation.store.collection(kind).present())

    def enforce_no_uniqueness(self) -> None:
        """From now on two accounts may have the same userName."""
        users: Any = self.service.organisation.users
        users._check_unique = lambda name, own_id: None

    def set_answers(self, specs: Sequence[str]) -> None:
        """Let the service itself answer wrongly, as `--fault` of the simulator says."""
        self.service.set_faults([parse_fault(spec) for spec in specs])

    def take(self, call: Call, sender: Sender, at: float) -> tuple[Answer, Applied]:
        """Let a request arrive: it is judged and applied."""
        parts = urlsplit(call.url)
        wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {name.lower(): value for name, value in call.headers.items()}
        if headers.get("authorization") != f"Bearer {self.token}":
            self.strangers.append(headers.get("authorization", ""))
        answer = self.service.scim_answer(
            Request(call.method, wanted, headers, call.body or b"", "127.0.0.1")
        )
        assert answer is not None
        record = self.service.recorder._kept[-1]
        applied = Applied(
            at,
            self.name,
            sender,
            call.method,
            parts.path,
            json.loads(call.body) if call.body else None,
            answer.status,
            record.changes,
        )
        self.history.append(applied)
        return answer, applied

    def from_outside(self, method: str, path: str, body: object, at: float) -> Applied:
        """A change that somebody else makes at the target."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        text = json.dumps(body).encode() if body is not None else None
        call = Call(method, f"{self.tenant_url}{path}", headers, text)
        return self.take(call, Sender(), at)[1]


def target(name: str, at: int, processes: Processes, **options: Unpack[StartOptions]) -> Target:
    """A target that goes by the world's clock."""
    given: StartOptions = {**options}
    given["token"], given["quota"] = f"token-of-{name}-only", 0
    given["now"] = lambda: processes.now
    made = make_options(given)
    service = Service(made, threading.Event())
    service.root = f"http://127.0.0.1:{at}"
    return Target(name, at, service, made.token)


@dataclass
class Network:
    """All targets by port, and how requests get there."""

    processes: Processes
    latency: float = 0.05
    targets: dict[int, Target] = field(default_factory=dict)

    def add(self, one: Target) -> Target:
        self.targets[one.port] = one
        return one

    def door(self, *_given: object, **_more: object) -> Door:
        """What the engine gets in the place of the real door."""
        return Door(self)


class Door:
    """Promises what `provisioning.scim.session.Door` promises, without a network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._processes = network.processes
        self._limits = Limits()

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is open."""

    def send(self, call: Call) -> Reply:
        """As `session.Door.send`."""
        processes, port = self._processes, urlsplit(call.url).port
        target = self._network.targets[port or 0]
        fault = self._fault(target)
        sender = sender_of(processes.current)
        left = processes.now
        total = min(self._limits.total, call.seconds or self._limits.total)
        arrive = _Arrival(target, call, sender, processes)
        process = processes.current
        if process is not None and fault not in BEFORE:
            process.under_way, process.ends_at = arrive, left + total
        processes.point("leaving")
        if processes.now - left >= total:
            if process is not None:
                process.under_way = None
            target.asked.append(Asked(processes.now, sender, failed=True))
            raise session._not_sent(late=True)
        try:
            reply = self._answered(arrive, fault, left + total)
        except ProvisioningError:
            target.asked.append(Asked(processes.now, sender, failed=True))
            raise
        target.asked.append(Asked(processes.now, sender, failed=reply.status >= 429))
        return reply

    def _fault(self, target: Target) -> str:
        if target.down:
            return "status"
        roll = self._processes.chance.random()
        for kind, share in target.faults.items():
            if roll < share:
                return kind
            roll -= share
        return ""

    def _answered(self, arrive: _Arrival, fault: str, ends: float) -> Reply:
        call, processes = arrive.call, self._processes
        if fault == "refused":
            raise session._not_sent(late=False)
        if fault == "timeout":
            processes.sleep(min(self._limits.read, ends - processes.now))
            raise session._late(call, self._limits)
        if fault in ("status", "busy"):
            processes.sleep(self._network.latency)
            return self._refused(fault)
        if fault == "late":
            return self._too_late(arrive, ends)
        processes.sleep(self._network.latency)
        answer, applied = arrive.take()
        processes.point("applied")
        if processes.now >= ends:
            raise session._late(call, self._limits)
        return self._heard(call, answer, applied, fault)

    def _too_late(self, arrive: _Arrival, ends: float) -> Reply:
        """The target works on it for longer than anybody waits, and applies it then (F11)."""
        processes = self._processes
        process = processes.current
        if process is not None:
            process.under_way = None
        processes.at(processes.chance.uniform(processes.now, ends - 0.1), arrive)
        processes.sleep(min(self._limits.read, ends - processes.now))
        raise session._late(arrive.call, self._limits)

    def _refused(self, fault: str) -> Reply:
        chance = self._processes.chance
        status = 429 if fault == "busy" else chance.choice((500, 502, 503, 504))
        headers = {"content-type": "application/json"}
        if chance.random() < 0.5:
            headers["retry-after"] = str(chance.choice((0, 1, 7)))
        return Reply(status, headers, b'{"message": "not now"}', 1)

    def _heard(self, call: Call, answer: Answer, applied: Applied, fault: str) -> Reply:
        if fault == "lost" or answer.delivery == "cut":
            raise session._cut(call)
        if fault == "truncated" and answer.body:
            raise session._cut(call)
        headers = {name.lower(): value for name, value in answer.headers}
        if answer.content_type:
            headers["content-type"] = answer.content_type
        if fault == "garbage":
            return Reply(200, {"content-type": "text/html"}, b"<p>Sign in</p>", 1)
        if fault == "gateway":
            return Reply(504, {"content-type": "text/html"}, b"<p>Gateway timeout</p>", 1)
        applied.heard = True
        return Reply(answer.status, headers, answer.body, 1)


@dataclass
class _Arrival:
    """A request that has left and arrives once, at whatever moment."""

    target: Target
    call: Call
    sender: Sender
    processes: Processes
    _process: Process | None = None

    def __post_init__(self) -> None:
        self._process = self.processes.current

    def take(self) -> tuple[Answer, Applied]:
        if self._process is not None:
            self._process.under_way = None
        return self.target.take(self.call, self.sender, self.processes.now)

    def __call__(self) -> None:
        self.take()


def sender_of(process: Process | None) -> Sender:
    """The process with the unit it works on, if it works on one."""
    if process is None:
        return Sender("world")
    work = process.work
    if work is None:
        return Sender(process.name)
    return Sender(process.name, work.cycle.number, work.unit.pk, work.unit.generation)


def user_of(resource: Stored) -> str:
    """Whom of the company an account says it belongs to."""
    return str(resource.attributes.get("externalId", ""))


def attribute(resource: Stored, *path: str) -> object:
    """A value inside a resource."""
    value: object = resource.attributes
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
