"""The order of creates: each person after their manager, circles closed afterwards (design 3).

Everybody points to at most one manager, so a group of people holds at most one circle. It is cut at
one person, who is written without the manager first and told about them by a second request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

Person = TypeVar("Person", str, UUID)


def waves_of(managers: Mapping[Person, Person]) -> tuple[dict[Person, int], set[Person]]:
    """The wave of everybody who waits for somebody, and who closes a circle.

    `managers` says, by person, whose account must exist first. Somebody not among the keys needs
    nobody and is in wave 0. Of a circle the smallest person is cut, so that the same directory
    always gives the same plan.
    """
    closing = _circle_closers(managers)
    waves: dict[Person, int] = dict.fromkeys(closing, 0)
    for person in managers:
        chain = []
        current = person
        while current in managers and current not in waves:
            chain.append(current)
            current = managers[current]
        depth = waves.get(current, 0)
        for follower in reversed(chain):
            depth += 1
            waves[follower] = depth
    return waves, closing


def _circle_closers(managers: Mapping[Person, Person]) -> set[Person]:
    """The smallest person of each circle, each found once."""
    closing: set[Person] = set()
    seen: dict[Person, Person] = {}
    for start in managers:
        path = []
        current = start
        while current in managers and current not in seen:
            seen[current] = start
            path.append(current)
            current = managers[current]
        if seen.get(current) == start and current in path:
            closing.add(min(path[path.index(current) :]))
    return closing
