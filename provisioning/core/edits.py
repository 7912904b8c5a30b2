"""Whom a saved edit can affect: two definitions are compared, nothing else is looked at.

An edit never makes a cycle initial. Whoever it cannot affect is not decided again; whoever it can
joins the next incremental cycle, which costs a request only where a value really differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from provisioning.core.definition import JobDefinition
from provisioning.core.resource import Kind


class Reach(IntEnum):
    """How many objects of one kind are decided again; each includes those before it."""

    NOBODY = 0
    """Those about whom something else changed."""
    KNOWN = 1
    """Those with an account, and those who were left without one for their values."""
    EVERYBODY = 2
    """All of the directory: who is in and who is out may be another one."""


OF_THE_JOB: Mapping[str, Reach] = {
    "scope": Reach.EVERYBODY,
    "exclude_default_access": Reach.EVERYBODY,
    "nested_groups": Reach.EVERYBODY,
    "roles": Reach.EVERYBODY,
    "leaving": Reach.KNOWN,
    # How much may go without a person, and how it is said: nobody is decided otherwise.
    "guard": Reach.NOBODY,
    "dialect": Reach.NOBODY,
}
OF_A_MAPPING: Mapping[str, Reach] = {
    "enabled": Reach.EVERYBODY,
    "filters": Reach.EVERYBODY,
    "actions": Reach.KNOWN,
    "attributes": Reach.KNOWN,
    "required": Reach.KNOWN,
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed between two definitions, and whom it can affect."""

    users: Reach
    groups: Reach
    changed: tuple[str, ...]
    """The parts that differ: `scope`, `users.filters`, `groups.attributes` …"""


def edit_between(before: JobDefinition, after: JobDefinition) -> Edit:
    """Compare two definitions of one job."""
    both = [name for name in OF_THE_JOB if getattr(before, name) != getattr(after, name)]
    reaches = {
        kind: max((OF_THE_JOB[name] for name in both), default=Reach.NOBODY) for kind in Kind
    }
    changed = list(both)
    for kind in Kind:
        for name in _differing(before, after, kind):
            changed.append(f"{kind}s.{name}")
            reaches[kind] = max(reaches[kind], OF_A_MAPPING[name])
    return Edit(reaches[Kind.USER], reaches[Kind.GROUP], tuple(changed))


def _differing(before: JobDefinition, after: JobDefinition, kind: Kind) -> Iterator[str]:
    old, new = before.of(kind), after.of(kind)
    for name in OF_A_MAPPING:
        if getattr(old, name) != getattr(new, name):
            yield name
