"""Three workers, one of them killed every few seconds, at a target that loses answers and fails.

Whatever dies, everybody has one account in the end, every change one entry, and the quota was used.
`python -m provisioning.tests.campaigns.kill_workers` runs it in full; the suite runs a small one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Any

from provisioning.engine.controls import start_job
from provisioning.engine.cycle import Request
from provisioning.engine.running import run_cycle
from provisioning.models import Cycle, Escrow, Job, PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application
from provisioning.tests.engine.histories import WRITES, applied, logged
from provisioning.tests.servers import PrivateWorker

WORKERS = 3
FAULTS = ("lost_reply:rate=0.05", "status:code=500,rate=0.01", "status:code=503,rate=0.01")
"""5 % of the answers never arrive, 2 % are of the target's own failing."""
FOLLOWING = 3
"""Cycles that whoever failed for good is given, once the target is well again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How many people, how many requests a minute (0: any number), and how often one dies.

    Every so many seconds, or behind every so many requests: then it is no matter of chance.
    """

    people: int
    quota: int
    longest: float
    every: float = 0.0
    behind: int = 0
    kills: int | None = None


@dataclass(slots=True)
class Verdict:
    """What was seen; `wrong` is empty when all promises were kept."""

    people: int
    seconds: float = 0.0
    requests: int = 0
    refused: int = 0
    used: float | None = None
    """Percent of the quota, from the first to the last request of the cycle."""
    used_between: float | None = None
    """The same without the first minute and without the last, in which too little is left to do."""
    kills: int = 0
    cycles: int = 0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """As people read it."""
        yield f"{self.people:,} people, {self.kills} workers killed, {self.seconds:,.0f} s"
        yield f"{self.requests:,} requests, {self.refused} refused with 429, {self.cycles} cycles"
        if self.used is not None:
            yield f"quota used: {self.used:.1f} %"
        if self.used_between is not None:
            yield f"quota used between the first minute and the last: {self.used_between:.1f} %"
        yield from (f"WRONG: {one}" for one in self.wrong)
        yield "all promises kept" if not self.wrong else "NOT ALL PROMISES KEPT"


def company(directory: Directory, target: Running, people: int) -> Job:
    """A job whose first plan was approved while one person was there, and then all came."""
    directory.person("boss")
    directory.group("g", "Contact centre FR", [])
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")
    run_cycle(job, Request(approve=True))
    for number in range(people):
        directory.person(f"p{number}", manager="boss")
    directory.group("g", "Contact centre FR", [f"p{number}" for number in range(0, people, 10)])
    directory.sync()
    job.refresh_from_db()
    return job


def rehearse(
    job: Job, target: Running, terms: Terms, start: Callable[[], PrivateWorker]
) -> Verdict:
    """Run the cycle to its end while workers die, then let the rest be done, and judge."""
    verdict = Verdict(terms.people)
    since, began = len(target.requests), monotonic()
    target.set_faults(FAULTS)
    with _dying(terms, start, verdict, target):
        start_job(None, job)
        _await_end(job, terms)
    verdict.seconds = monotonic() - began
    _measure(verdict, target.requests[since:], terms.quota)
    target.set_faults([])
    _do_the_rest(job, verdict)
    _judge(verdict, job, target)
    return verdict


@contextmanager
def _dying(
    terms: Terms, start: Callable[[], PrivateWorker], verdict: Verdict, target: Running
) -> Iterator[None]:
    """Workers of which one is killed after the other; each is replaced at once."""
    over, since = Event(), len(target.requests)

    def is_due() -> bool:
        """Wait for the next death; `False` when there is none any more."""
        if not terms.behind:
            return not over.wait(terms.every)
        while len(target.requests) < since + terms.behind * (verdict.kills + 1):
            if over.wait(0.02):
                return False
        return True

    def kill() -> None:
        while verdict.kills != terms.kills and is_due():
            turn = verdict.kills % WORKERS
            workers[turn].kill()
            verdict.kills += 1
            workers[turn] = stack.enter_context(start())

    with ExitStack() as stack:
        workers = [stack.enter_context(start()) for _ in range(WORKERS)]
        killer = Thread(target=kill, name="killer")
        killer.start()
        try:
            yield
        finally:
            over.set()
            killer.join()


def _await_end(job: Job, terms: Terms) -> None:
    ends, pause = monotonic() + terms.longest, Event()
    while not Cycle.objects.filter(job=job, number__gt=1).exclude(ended=None).exists():
        if monotonic() > ends:
            rows = Counter(PlanRow.objects.filter(plan__job=job).values_list("state", flat=True))
            raise AssertionError(f"no end within {terms.longest:g} s; rows: {dict(rows)}")
        pause.wait(0.5)


def _measure(verdict: Verdict, requests: list[dict[str, Any]], quota: int) -> None:
    verdict.requests = len(requests)
    verdict.refused = sum(one["status"] == 429 for one in requests)
    if not quota:
        return
    times = [_seconds(one) for one in requests if one["status"] != 429]
    verdict.used = _share(times, min(times), max(times), quota)
    if max(times) - min(times) > 180:
        verdict.used_between = _share(times, min(times) + 60, max(times) - 60, quota)


def _share(times: list[float], begin: float, end: float, quota: int) -> float:
    inside = sum(begin <= time <= end for time in times)
    return 100 * inside / (quota * (end - begin) / 60)


def _seconds(request: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(request["at"]).timestamp()


def _do_the_rest(job: Job, verdict: Verdict) -> None:
    """Who failed in spite of all repetitions is tried again by the following cycles."""
    for _ in range(FOLLOWING):
        job.refresh_from_db()
        Escrow.objects.filter(job=job).update(next_try=Cycle.objects.latest("started").started)
        if run_cycle(job, Request()).state == "succeeded":
            break
    verdict.cycles = Cycle.objects.filter(job=job).count()


def _judge(verdict: Verdict, job: Job, target: Running) -> None:
    users = [user for user in target.state()["users"] if user["state"] != "deleted"]
    names = Counter(user["userName"] for user in users)
    expected = {"boss@contoso.example"}
    expected |= {f"p{number}@contoso.example" for number in range(verdict.people)}
    _note(verdict, [name for name, times in names.items() if times > 1], "more than one account")
    _note(verdict, sorted(expected - set(names)), "no account")
    _note(verdict, sorted(set(names) - expected), "an account that nobody asked for")
    _note(verdict, [user["userName"] for user in users if not _is_right(user)], "wrong values")
    members = len(target.state()["groups"][0]["members"])
    if members != len(range(0, verdict.people, 10)):
        verdict.wrong.append(f"the group has {members} members")
    told, happened = logged(job), applied(target)
    _note(verdict, list((happened - told) + (told - happened)), "not one entry for one change")
    since = len(target.requests)
    run_cycle(job, Request())
    if any(one["method"] in WRITES for one in target.requests[since:]):
        verdict.wrong.append("a cycle at rest writes")


def _is_right(user: Mapping[str, Any]) -> bool:
    name = user["userName"].partition("@")[0]
    wanted = {"displayName": f"Person {name}", "title": "Agent", "active": True}
    return all(user.get(key) == value for key, value in wanted.items())


def _note(verdict: Verdict, whom: list[Any], what: str) -> None:
    if whom:
        verdict.wrong.append(f"{what}: {len(whom)}, for example {whom[:3]}")
