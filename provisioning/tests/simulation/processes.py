"""Workers and schedules as greenlets of one thread: who goes on, and when, is the seed's to say.

A process may be interrupted behind each commit and around each request, and nowhere else: another
one goes on, time passes, it is paused, or it is dead, which means that nobody ever lets it go on.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

RENEW_EVERY = 5.0
NEVER = float("inf")
MOST_TURNS = 60_000
"""How often processes may be resumed in one world: more is running in circles."""


class Endless(Exception):
    """The processes of a world go on and on without getting anywhere."""


@dataclass(eq=False)
class Process:
    """One simulated process: what it waits for, what it works on, what it has on its way."""

    name: str
    greenlet: greenlet
    wakes_at: float = 0.0
    paused_until: float = 0.0
    killed: bool = False
    work: Any = None
    """The unit of work in hand, for the histories."""
    keeps: Callable[[], bool] | None = None
    """Renews the lease of the unit in hand; `False` when it is lost."""
    renewed_at: float = 0.0
    under_way: Callable[[], None] | None = None
    """What a request that has left would do, should its sender die now."""
    ends_at: float = 0.0
    """When that request is over at the latest."""

    @property
    def goes_on_at(self) -> float:
        return max(self.wakes_at, self.paused_until)


@dataclass
class Weather:
    """How likely an interruption is at one point."""

    switch: float = 0.2
    kill: float = 0.0
    pause: float = 0.0
    longest_pause: float = 90.0


@dataclass
class Processes:
    """All processes of a world, its clock, and what is going to happen in it."""

    chance: Random
    weather: Weather = field(default_factory=Weather)
    now: float = 0.0
    over: bool = False
    points: int = 0
    turns: int = 0
    dies_at: int = 0
    """The one point, counted from 1, behind which the process at it dies; 0 is none."""
    alive: list[Process] = field(default_factory=list)
    on_death: Callable[[Process], None] = lambda process: None
    _dead: list[Process] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self._main = getcurrent()

    @property
    def current(self) -> Process | None:
        """The process whose code runs; none while the world itself acts."""
        running = getcurrent()
        return next((one for one in self.alive if one.greenlet is running), None)

    def start(self, name: str, body: Callable[[], None]) -> Process:
        """A further process, which begins at once."""
        made = greenlet(body)
        # The database connection of this thread, and nothing a process sets there is shared.
        made.gr_context = contextvars.copy_context()
        process = Process(name, made, wakes_at=self.now)
        self.alive.append(process)
        return process

    def at(self, moment: float, what: Callable[[], None]) -> None:
        """Let something happen at a moment."""
        heappush(self._events, (moment, next(self._numbers), what))

    def point(self, _kind: str = "") -> None:
        """A place where the process that runs may be interrupted."""
        process = self.current
        if process is None:
            self._leave_when_over()
            return
        self._leave_when_over()
        self.points += 1
        weather, roll = self.weather, self.chance.random()
        if self.points == self.dies_at or roll < weather.kill:
            self.kill(process)
        elif roll < weather.kill + weather.pause:
            process.paused_until = self.now + self.chance.uniform(1.0, weather.longest_pause)
        elif roll >= weather.kill + weather.pause + weather.switch:
            return
        self._let_others(process)

    def sleep(self, seconds: float) -> None:
        """Let time pass for the process that runs; its lease is renewed meanwhile."""
        process = self.current
        if process is None:
            self._leave_when_over()
            self.now += seconds
            return
        until = self.now + seconds
        while True:
            process.wakes_at = until
            if process.keeps is not None:
                process.wakes_at = min(until, process.renewed_at + RENEW_EVERY)
            self._let_others(process)
            if process.keeps is not None and self.now >= process.renewed_at + RENEW_EVERY:
                process.renewed_at = self.now
                process.keeps()
            if self.now >= until:
                return

    def wait(self) -> None:
        """Do nothing until somebody wakes the process that runs."""
        process = self.current
        assert process is not None
        process.wakes_at = NEVER
        self._let_others(process)

    def wake(self) -> None:
        """Whoever waits looks again."""
        for process in self.alive:
            if process.wakes_at == NEVER:
                process.wakes_at = self.now

    def kill(self, process: Process) -> None:
        """SIGKILL: it never goes on, whatever it was about to do."""
        process.killed = True
        self.alive.remove(process)
        self._dead.append(process)
        self.on_death(process)
        if process.under_way is not None and self.chance.random() < 0.5:
            latest = max(self.now, process.ends_at - 0.1)
            self.at(self.chance.uniform(self.now, latest), process.under_way)

    def run(self, until: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Let everybody go on until then, or until it is done; whether it is."""
        while True:
            while self._events and self._events[0][0] <= self.now:
                heappop(self._events)[2]()
            ready = [one for one in self.alive if one.goes_on_at <= self.now]
            if ready:
                self._resume(self.chance.choice(ready))
                continue
            if done():
                return True
            following = min((one.goes_on_at for one in self.alive), default=NEVER)
            if self._events:
                following = min(following, self._events[0][0])
            if following > until:
                self.now = max(self.now, until)
                return done()
            self.now = following

    def end(self) -> None:
        """The world ends: every process is let go, and none of them acts any more."""
        self.over = True
        for process in [*self.alive, *self._dead]:
            if process.greenlet and not process.greenlet.dead:
                process.greenlet.throw(GreenletExit)
        self.alive.clear()
        self._dead.clear()

    def _resume(self, process: Process) -> None:
        self.turns += 1
        if self.turns > MOST_TURNS:
            raise Endless
        process.greenlet.switch()
        if process.greenlet.dead and process in self.alive:
            self.alive.remove(process)

    def _let_others(self, process: Process) -> None:
        self._main.switch()
        self._leave_when_over()

    def _leave_when_over(self) -> None:
        if self.over and getcurrent() is not self._main:
            raise GreenletExit
