"""The histories of a world side by side, as the invariants look at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from provisioning.models import (
    AuditEvent,
    Cycle,
    Escrow,
    Link,
    LogEntry,
    Notice,
    PlanRow,
    Standing,
)
from provisioning.tests.simulation.applications import Application
from provisioning.tests.simulation.company import Company, Settings
from provisioning.tests.simulation.histories import HELD
from provisioning.tests.simulation.network import Applied, user_of
from provisioning.tests.simulation.world import World

T = TypeVar("T")


@dataclass
class History:
    """One application: what its target applied, what our log says, what our database holds."""

    world: World
    application: Application
    truth: list[Applied] = field(init=False)

    def __post_init__(self) -> None:
        self.truth = self.application.target.history

    @cached_property
    def cycles(self) -> dict[int, Cycle]:
        found = Cycle.objects.filter(job_id=self.application.job).select_related("plan")
        return {one.number: one for one in found.order_by("number")}

    @cached_property
    def log(self) -> list[LogEntry]:
        return list(LogEntry.objects.filter(job_id=self.application.job).order_by("at"))

    @cached_property
    def links(self) -> list[Link]:
        return list(Link.objects.filter(job_id=self.application.job).select_related("object"))

    @cached_property
    def excused(self) -> dict[str, str]:
        """People and groups that wait with a reason that anybody can read: source id, code."""
        waiting = Escrow.objects.filter(job_id=self.application.job)
        found = dict(waiting.values_list("object__source_id", "code"))
        held = Standing.objects.filter(job_id=self.application.job, code__in=HELD)
        return {**dict(held.values_list("object__source_id", "code")), **found}

    @cached_property
    def rows(self) -> list[PlanRow]:
        return list(
            PlanRow.objects.filter(plan__job_id=self.application.job).select_related("object")
        )

    @cached_property
    def quarantines(self) -> tuple[int, int]:
        """How often it was entered, and how many notices tell of it."""
        entered = AuditEvent.objects.filter(
            activity="quarantine", application__slug=self.application.slug
        )
        times = sum(1 for one in entered if one.changes[0]["new"])
        notices = Notice.objects.filter(application__slug=self.application.slug)
        return times, notices.filter(key__startswith="quarantine ").count()

    @cached_property
    def touched(self) -> set[str]:
        """Ids that somebody else has written to at the target, or changed by what they wrote."""
        others = [one for one in self.truth if not one.ours and one.writes]
        along = {change.after.id for one in others for change in one.changes}
        return along | {one.identity for one in others}

    @property
    def ours(self) -> Iterator[Applied]:
        """Our writes, in the order in which they were applied."""
        return (one for one in self.truth if one.ours and one.writes)

    def owners(self) -> dict[str, list[str]]:
        """The ids of live accounts by the person they say they belong to."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for account in self.application.target.live():
            if user_of(account):
                found[user_of(account)].append(account.id)
        return found

    def company_between(self, since: float, until: float) -> Iterator[Company]:
        """What the directory said at some moment of a span."""
        yield from _between(self.world.imported, since, until)

    def settings_between(self, since: float, until: float) -> Iterator[Settings]:
        """What the configuration said at some moment of a span."""
        yield from _between(self.application.past, since, until)

    def could_leave(self, key: str, since: float, until: float) -> bool:
        """Whether the person was out of scope at some moment of a span."""
        return any(
            not settings.gets_in(company, key)
            for company in self.company_between(since, until)
            for settings in self.settings_between(since, until)
        )


def _between(past: list[tuple[float, T]], since: float, until: float) -> Iterator[T]:
    """What held when the span began, and everything that came in it."""
    before = [what for at, what in past if at <= since]
    yield from before[-1:]
    yield from (what for at, what in past if since < at <= until)


def moment_of(history: History, one: Applied) -> str:
    return f"{one.at - history.world.began:.1f} s"
