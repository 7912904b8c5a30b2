"""How processes share what one target carries. Pure: time is an argument.

Each process holds a number of connections on a lease: who dies leaks nothing for longer than that.
Together they never hold more than the limit, and who waits with more urgency is served first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEASE = 6.0
"""Seconds that a process is believed to live without a word from it."""
WAITS = 2.5
"""Seconds that somebody is believed to wait; who waits asks again within one."""
ROTATES = 1.0
"""Seconds after which the next process has the first choice, where there is not one for each."""


@dataclass(slots=True)
class Member:
    """One process that sends to the target, as it last told."""

    until: float
    flying: int = 0
    """Requests under way."""
    held: int = 0
    """Connections that nobody else may use."""
    wanted: int = 0
    """Connections it would use now."""
    urgency: int | None = None
    """Of the most urgent request that waits there."""
    waits_until: float = 0.0

    def waits_before(self, urgency: int | None, now: float) -> bool:
        """Whether a more urgent request than this waits there."""
        if self.urgency is None or self.waits_until < now:
            return False
        return urgency is None or self.urgency < urgency


def forget_the_dead(members: dict[str, Member], now: float) -> None:
    """Processes whose lease is over hold nothing any more."""
    for name in [name for name, member in members.items() if member.until <= now]:
        del members[name]


def shares(members: Mapping[str, Member], limit: int, now: float) -> dict[str, int]:
    """How many of `limit` connections each may have: one each in turn, the urgent first."""
    given = dict.fromkeys(members, 0)
    order = _order(members, now)
    left = limit
    while left and (open_ := [name for name in order if given[name] < members[name].wanted]):
        for name in open_[:left]:
            given[name] += 1
        left -= min(left, len(open_))
    return given


def held_by(name: str, members: Mapping[str, Member], limit: int, now: float) -> int:
    """How many connections this process may hold now.

    Never less than it has under way, else its share, and never more than others leave free.
    """
    others = sum(member.held for other, member in members.items() if other != name)
    return max(members[name].flying, min(limit - others, shares(members, limit, now)[name]))


def _order(members: Mapping[str, Member], now: float) -> list[str]:
    """The most urgent first; among equals each is first in its turn."""
    names = sorted(members)
    if not names:
        return []
    first = int(now // ROTATES) % len(names)
    turned = names[first:] + names[:first]
    return sorted(turned, key=lambda name: _rank(members[name], now))


def _rank(member: Member, now: float) -> int:
    waits = member.urgency is not None and member.waits_until >= now
    return member.urgency if waits and member.urgency is not None else 99
