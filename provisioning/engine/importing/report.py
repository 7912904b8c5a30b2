"""On which terms a source is read, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from provisioning.sources.base import Finding, Part
from provisioning.sources.importing import Counts
from provisioning.sources.removal import Shrinkage


@dataclass(frozen=True, slots=True)
class Terms:
    """How to read: with `merge` the source holds changes, so what a record does not name stays and
    absence means nothing; `removes` removes who is gone, `force` although the guard or an
    unreadable row speaks against it; `dry` only counts.
    `whole` reads everything, changes or not; `released` lets as many be removed from a part as
    somebody was shown and agreed to, and no more. `each_page` is called with every page taken.
    """

    merge: bool = False
    removes: bool = True
    force: bool = False
    dry: bool = False
    whole: bool = False
    released: Mapping[Part, int] = field(default_factory=dict)
    each_page: Callable[[], None] | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did and found; after a dry one, what it would do and who is missing."""

    users: Counts = field(default_factory=Counts)
    groups: Counts = field(default_factory=Counts)
    memberships: Counts = field(default_factory=Counts)
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    held: bool = False
    missing: dict[Part, Shrinkage] = field(default_factory=dict)
    """What the guard held, or would hold."""
    whole: bool = True
