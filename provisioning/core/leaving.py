"""What happens to the account of somebody who leaves: one rule for each way to leave.

`deprovisioning` names the ways one by one. Where it says nothing, `on_leaving_scope` and
`on_deletion` hold as they always did, and whoever is blocked or soft-deleted is disabled
(entra-provisioning 9.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from provisioning.core.durations import read_duration
from provisioning.core.resource import Kind, State
from provisioning.core.vocabulary import Reason


class Removal(StrEnum):
    """What happens to an account whose person leaves (`on_leaving_scope`, `on_deletion.action`)."""

    DISABLE = "disable"
    DELETE = "delete"
    NOTHING = "nothing"


class Event(StrEnum):
    """The ways to leave, by the keys of `deprovisioning`."""

    UNASSIGNED = "unassigned"
    FILTERED_OUT = "filtered_out"
    BLOCKED = "blocked"
    SOFT_DELETED = "soft_deleted"
    HARD_DELETED = "hard_deleted"
    GROUP_REMOVED = "group_removed"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event does; deletion comes `after` the event, and until then it disables."""

    action: Removal
    after: timedelta = timedelta()


Since = Mapping[Event, datetime]
"""When each event was first decided."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The rules of one definition."""

    rules: Mapping[Event, Rule] = field(default_factory=dict)

    @classmethod
    def of(
        cls, document: Mapping[Event, Rule | None], on_leaving: Removal, on_deletion: Rule
    ) -> Leaving:
        """What `deprovisioning` says, and for the rest what the older keys say."""
        known = {
            Event.UNASSIGNED: Rule(on_leaving),
            Event.FILTERED_OUT: Rule(on_leaving),
            Event.BLOCKED: Rule(Removal.DISABLE),
            Event.SOFT_DELETED: Rule(Removal.DISABLE),
            Event.HARD_DELETED: on_deletion,
        }
        return cls(known | {event: rule for event, rule in document.items() if rule is not None})

    def events(self, kind: Kind, state: State, reasons: Iterable[Reason]) -> tuple[Event, ...]:
        """How an object that is not entitled left. Who is gone for good left in this way only:
        that assignments went along says nothing more.
        """
        if kind is Kind.GROUP and Event.GROUP_REMOVED in self.rules:
            return (Event.GROUP_REMOVED,)
        if state is State.GONE:
            return (Event.HARD_DELETED,)
        found = dict.fromkeys(_EVENTS[one] for one in reasons if one in _EVENTS)
        if state in _STATES:
            found[_STATES[state]] = None
        return tuple(found)

    def removal(self, events: Iterable[Event], since: Since, now: datetime) -> Removal:
        """The strongest of what the events ask for now."""
        asked = {self._now(event, since, now) for event in events}
        order = (Removal.DELETE, Removal.DISABLE)
        return next((one for one in order if one in asked), Removal.NOTHING)

    def delete_at(self, events: Iterable[Event], since: Since, now: datetime) -> datetime | None:
        """When the first of the events deletes the account; `None` if none ever does."""
        times = [
            since.get(event, now) + self.rules[event].after
            for event in events
            if self.rules[event].action is Removal.DELETE
        ]
        return min(times, default=None)

    def _now(self, event: Event, since: Since, now: datetime) -> Removal:
        rule = self.rules[event]
        waits = now < since.get(event, now) + rule.after
        return Removal.DISABLE if rule.action is Removal.DELETE and waits else rule.action


def read_rule(document: Mapping[str, object]) -> Rule:
    """`{action, after}` of a configuration in normal form."""
    return Rule(Removal(str(document["action"])), read_duration(str(document.get("after", "0d"))))


_EVENTS: Mapping[Reason, Event] = {
    Reason.NOT_ASSIGNED: Event.UNASSIGNED,
    Reason.DEFAULT_ACCESS_ONLY: Event.UNASSIGNED,
    Reason.FILTER_FAILED: Event.FILTERED_OUT,
}
_STATES: Mapping[State, Event] = {
    State.DISABLED: Event.BLOCKED,
    State.SOFT_DELETED: Event.SOFT_DELETED,
}
