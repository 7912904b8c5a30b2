"""What all processes know together of one target's quota, and what each may do next.

Pure: time is an argument, and every visit is one step from a ledger to the next, so that a store
may repeat it when another process was faster. A visit tells what happened since the last one and
what is wanted, and answers what may be done until the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from provisioning.scim.connection_limit import ConnectionLimit
from provisioning.scim.pace import GRAIN, Pace
from provisioning.scim.quota import Allowance, Quota
from provisioning.scim.retry_after import LONGEST
from provisioning.scim.sharing import LEASE, WAITS, Member, forget_the_dead, held_by
from provisioning.scim.urgency import Urgency

AHEAD = 0.05
"""Seconds for which a fast target's permissions are given at once."""
BUDGET = 0.10
"""Repeated requests per first try, so that a target that is back is not met by a storm (I24)."""
FIRST_BUDGET = 10.0
MOST_BUDGET = 50.0
REFUSED = "refused"
ANNOUNCED = "announced"
"""Why requests are held: the target answered 429, or told that its allowance is used up."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429: when its request left, the seconds that were asked for, and a number below 1."""

    began: float
    asked: float | None
    chance: float


@dataclass(slots=True)
class Report:
    """What one process saw since it last told."""

    sent: int = 0
    """Requests that left without a permission each, while no quota was known."""
    tries: int = 0
    accepted: int = 0
    saturated: int = 0
    """Good answers that came while every connection was in use."""
    seconds: float = 0.0
    quickest: float = inf
    settled: bool = False
    """Whether a request that left after the last refusal was accepted."""
    repeats: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    overloads: list[float] = field(default_factory=list)
    """When the requests left that were answered 503 or 504, or not at all."""
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks, for what, and the ceilings that its application sets."""

    name: str
    flying: int
    wanted: int
    """The most connections that it could have used at once since it last asked."""
    urgency: Urgency | None
    connections: int
    first: int = 4
    """Connections to begin with when nothing is known."""
    tickets: int = 0
    """Permissions to send that would be used at once."""
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a process may do until its next visit; times are the store's, in seconds."""

    now: float
    connections: int
    limit: int
    full: bool
    """Whether all connections of the target are held by somebody."""
    others: int
    per_minute: float | None
    tickets: int | None
    """How many requests may leave; None is any number, as nothing is known of a quota."""
    ready_at: float
    hold_until: float
    held_at: float
    repeats: float
    """How many requests may be repeated because the target failed."""


@dataclass(slots=True)
class Ledger:
    """One quota: what left, what was answered, what is held back until when, and who sends."""

    pace: Pace = field(default_factory=Pace)
    quota: Quota = field(default_factory=Quota)
    limit: ConnectionLimit = field(default_factory=ConnectionLimit)
    members: dict[str, Member] = field(default_factory=dict)
    hold_until: float = -inf
    held_at: float = -inf
    held_because: str = ""
    strikes: int = 0
    refusals: int = 0
    refused_at: float = -inf
    repeats: float = FIRST_BUDGET
    divided_by: int = 1
    """Among how many the quota is shared while they cannot speak to each other."""

    def visit(self, now: float, report: Report, wish: Wish) -> Grant:
        """Take in what a process tells, and answer what it may do."""
        forget_the_dead(self.members, now)
        self.limit.begin(wish.first, wish.connections)
        me = self._see(now, wish)
        self._take_in(now, report, wish)
        most = self._divided(self.limit.at_most(wish.connections))
        me.held = held_by(wish.name, self.members, most, now)
        per_minute = self._per_minute(wish.ceiling)
        tickets = self._tickets(now, per_minute, wish)
        ready = max(self.hold_until, self.pace.ready_at(now, per_minute))
        return Grant(
            now=now,
            connections=me.held,
            limit=most,
            full=sum(member.held for member in self.members.values()) >= most,
            others=len(self.members) - 1,
            per_minute=per_minute,
            tickets=tickets,
            ready_at=ready if ready > now else now + GRAIN,
            hold_until=self.hold_until,
            held_at=self.held_at,
            repeats=self.repeats,
        )

    def leave(self, name: str) -> None:
        """The process needs nothing more."""
        self.members.pop(name, None)

    def divide(self, now: float) -> None:
        """From now on nobody hears of the others: everybody keeps to an own share."""
        forget_the_dead(self.members, now)
        self.divided_by = max(1, len(self.members))
        self.members.clear()

    def reunite(self, lost: Ledger, since: float) -> None:
        """Add what a process did while it was on its own since that time."""
        self.hold_until = max(self.hold_until, lost.hold_until)
        self.held_at = max(self.held_at, lost.held_at)
        self.limit.number = min(self.limit.number, lost.limit.number)
        for grain, count in lost.pace.grains:
            if (grain + 1) * GRAIN > since:
                self.pace.take((grain + 0.5) * GRAIN, count, None)

    def _see(self, now: float, wish: Wish) -> Member:
        me = self.members.setdefault(wish.name, Member(now))
        me.until = now + LEASE
        me.flying = wish.flying
        me.wanted = wish.wanted
        me.urgency = None if wish.urgency is None else int(wish.urgency)
        me.waits_until = now + WAITS
        return me

    def _take_in(self, now: float, report: Report, wish: Wish) -> None:
        self.pace.take(now, report.sent, None)
        self.repeats = min(MOST_BUDGET, self.repeats + BUDGET * (report.tries - report.repeats))
        self.repeats -= report.repeats
        if report.settled:
            self.strikes = 0
        if report.accepted:
            self.quota.went_well(now, report.accepted)
            self.limit.went_well(report.saturated, wish.connections)
            mean = report.seconds / report.accepted
            self.limit.took(report.accepted, mean, report.quickest, now)
        for began in report.overloads:
            self.limit.overloaded(sent=began, now=now)
        if report.allowance is not None:
            self._announced(now, report.allowance)
        for refusal in report.refusals:
            self._refused(now, refusal, wish.ceiling)

    def _announced(self, now: float, allowance: Allowance) -> None:
        """Requests still under way may not be counted by the target yet."""
        self.quota.announced = float(allowance.allowed)
        under_way = sum(member.flying for member in self.members.values())
        if allowance.is_nearly_used(under_way):
            self._hold(now + allowance.reset, ANNOUNCED)

    def _refused(self, now: float, refusal: Refusal, ceiling: float | None) -> None:
        """Wait for the longer of what was asked and a growing pause, never above 15 minutes."""
        first = refusal.began >= self.held_at
        self.strikes += first
        self.refusals, self.refused_at = self.refusals + 1, now
        pause = (0.5 + refusal.chance / 2) * 2.0 ** (min(self.strikes, 12) - 1)
        wait = min(max(refusal.asked or 0.0, pause), LONGEST)
        self._hold(now + wait, REFUSED)
        if first:
            self.quota.refused(now, wait, ceiling)
            self.limit.overloaded(sent=refusal.began, now=now)
            self.held_at = self.hold_until

    def _hold(self, until: float, because: str) -> None:
        if until > self.hold_until:
            self.hold_until, self.held_because = until, because

    def _tickets(self, now: float, per_minute: float | None, wish: Wish) -> int | None:
        """Permissions to send: none while requests are held or somebody more urgent waits."""
        if self.hold_until > now:
            return 0
        if per_minute is None:
            return None
        if not wish.tickets or self._someone_goes_first(now, wish):
            return 0
        wanted = max(wish.tickets, int(per_minute / 60 * AHEAD))
        number = min(wanted, self.pace.room(now, per_minute))
        self.pace.take(now, number, per_minute)
        return number

    def _someone_goes_first(self, now: float, wish: Wish) -> bool:
        others = (member for name, member in self.members.items() if name != wish.name)
        return any(member.waits_before(wish.urgency, now) for member in others)

    def _per_minute(self, ceiling: float | None) -> float | None:
        known = self.quota.per_minute(ceiling)
        return None if known is None else known / self.divided_by

    def _divided(self, connections: int) -> int:
        return max(1, connections // self.divided_by)
