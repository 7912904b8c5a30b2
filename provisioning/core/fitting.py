"""Whether changes still fit the account they were decided about (reliability 3, K04 and F26).

A change was planned from a before-image: what the account held then. What is there already need not
be written. What still holds its before-image is written as planned. What holds a third value was
changed by somebody else meanwhile: nobody looked at overwriting that, so it is told, not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal_with_echo
from provisioning.core.diff import Change, Echo, without_lone_flags
from provisioning.core.resource import Kind, Resource, Value

NO_ECHO: Mapping[str, Echo] = {}


@dataclass(frozen=True, slots=True)
class Moved:
    """A value that is not as it was when the change was planned: the difference of the difference.

    Planned was `old` → `new`; the account holds `now`, so `now` → `new` would have to be sent.
    """

    path: AttributePath
    old: Value
    now: Value
    new: Value

    def as_list(self) -> list[Value]:
        """As a plan row stores it: [path, old, now, new]."""
        return [str(self.path), self.old, self.now, self.new]


@dataclass(frozen=True, slots=True)
class Fit:
    """How planned changes meet an account as it is now; what it holds already is in neither."""

    rest: tuple[Change, ...]
    """Still to be written, exactly as planned."""
    moved: tuple[Moved, ...]
    """What somebody else changed: nothing of it may be written."""


def fitting(
    changes: Iterable[Change],
    account: Resource,
    kind: Kind,
    echo: Mapping[str, Echo] = NO_ECHO,
) -> Fit:
    """Sort the changes by what the account holds; `echo` are values it keeps its own way (F18)."""
    rest, moved = [], []
    for change in changes:
        held = change.path.get(account)
        own_way = echo.get(str(change.path), {})
        if equal_with_echo(change.path, kind, change.new, held, own_way):
            continue
        if equal_with_echo(change.path, kind, change.old, held, own_way):
            rest.append(change)
        else:
            moved.append(Moved(change.path, change.old, held, change.new))
    return Fit(without_lone_flags(tuple(rest), account), tuple(moved))


def all_moved(changes: Iterable[Change], account: Resource, kind: Kind) -> tuple[Moved, ...]:
    """Everything that the account, another one than planned, does not hold as it should."""
    return tuple(
        Moved(change.path, change.old, held, change.new)
        for change in changes
        if not equal_with_echo(change.path, kind, change.new, held := change.path.get(account), {})
    )
