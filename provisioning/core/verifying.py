"""Does an account hold what it should, and if not, how did it come to differ?

What the link last saw of the account tells drift apart: a value that was there and is another one
now was edited at the target, one that is gone was lost there, one that never arrived was not
written. What a target accepts and never shows cannot be compared at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal
from provisioning.core.definition import JobDefinition
from provisioning.core.diff import Change
from provisioning.core.entitlement import Subject
from provisioning.core.evaluate import Account, changes_to, lasting_values
from provisioning.core.json_values import is_unassigned
from provisioning.core.mapping import Apply
from provisioning.core.resource import Kind, Value
from provisioning.core.schema import Mutability


class Drift(StrEnum):
    """How something came to differ, the most telling first."""

    EDITED_THERE = "edited_there"
    LOST_THERE = "lost_there"
    NEVER_WRITTEN = "never_written"
    NOT_READABLE = "not_readable"


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute of an account that is not as it should be."""

    path: str
    expected: Value
    found: Value
    drift: Drift


@dataclass(frozen=True, slots=True)
class Sight:
    """An account as it was just read, as the link last saw it, and the account of its manager."""

    account: Account
    before: Account | None = None
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many managed attributes were compared, which differ, and which no target shows."""

    compared: int
    differences: tuple[Difference, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def drift(self) -> Drift | None:
        """The most telling drift; `None` when nothing differs."""
        found = {one.drift for one in self.differences}
        return next((drift for drift in Drift if drift in found), None)


def compare_account(
    definition: JobDefinition, subject: Subject, sight: Sight, now: datetime
) -> Comparison:
    """Every managed attribute of somebody entitled, against the account as it was just read.

    A reference to somebody without an account is not compared. Raises `ExpressionError` as
    `decide`.
    """
    kind = subject.source.kind
    wanted, references = lasting_values(definition, subject, now)
    if sight.manager is not None:
        wanted |= {AttributePath.parse(path): sight.manager for path in references}
    changes = changes_to(wanted, sight.account, kind)
    unshown = _never_shown(wanted, changes, sight.account)
    return Comparison(
        compared=len(wanted) - len(unshown),
        differences=tuple(
            Difference(str(one.path), one.new, one.old, _drift(one, sight.before, kind))
            for one in changes
        ),
        hidden=(*unshown, *write_only(definition, kind)),
    )


def write_only(definition: JobDefinition, kind: Kind) -> tuple[str, ...]:
    """What is mapped and may be written, but never be read (RFC 7643, section 7)."""
    return tuple(
        str(rule.target)
        for rule in definition.of(kind).attributes
        if rule.rules.mutability is Mutability.WRITE_ONLY and rule.apply is Apply.ALWAYS
    )


def _never_shown(
    wanted: Mapping[AttributePath, Value], changes: Sequence[Change], account: Account
) -> list[str]:
    """What was accepted and did not come back: as good as written, though nobody can tell."""
    changed = {change.path for change in changes}
    return [
        str(path)
        for path, value in wanted.items()
        if path not in changed
        and str(path) in account.echo
        and not is_unassigned(value)
        and is_unassigned(path.get(account.resource))
    ]


def _drift(change: Change, seen: Account | None, kind: Kind) -> Drift:
    if seen is None or not _was_written(change, seen, kind):
        return Drift.NEVER_WRITTEN
    return Drift.LOST_THERE if is_unassigned(change.old) else Drift.EDITED_THERE


def _was_written(change: Change, seen: Account, kind: Kind) -> bool:
    """Whether the account held the value, or the target's own form of it, when last seen."""
    echo = seen.echo.get(str(change.path))
    if echo is not None and equal(change.path, kind, change.new, echo.get("sent")):
        return True
    return equal(change.path, kind, change.new, change.path.get(seen.resource))
