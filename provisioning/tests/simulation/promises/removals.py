"""Who loses an account: only who is out, in time, and never more than the guard allows."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.tests.simulation.findings import History, moment_of
from provisioning.tests.simulation.network import Applied, user_of
from provisioning.tests.simulation.world import DAY


def I02_deleted_in_time(history: History) -> Iterator[str]:
    """Whoever is gone for good keeps the account until the timer has run out."""
    for one, key, action in removals(history):
        settings = list(history.settings_between(one.at - DAY, one.at))
        if action != "delete" or any(each.leaving == "delete" for each in settings):
            continue
        recent = list(history.company_between(one.at - DAY + 1, one.at))
        if any(key in company.people for company in recent):
            yield f"{key} was deleted at {moment_of(history, one)}, before the timer ran out"


def I02_nobody_leaves_who_is_in(history: History) -> Iterator[str]:
    """Disabled or deleted is only who was out of scope while it was decided and done."""
    for one, key, _action in removals(history):
        cycle = history.cycles[one.sender.cycle]
        decided = min(cycle.started, cycle.plan.created if cycle.plan else cycle.started)
        if not history.could_leave(key, decided.timestamp(), one.at):
            yield f"{key} was removed at {moment_of(history, one)} though in scope"


def I03_the_guard_holds(history: History) -> Iterator[str]:
    """In no 24 hours more removals than allowed without a person."""
    allowed = history.world.knobs.at_least
    free = [
        one.at
        for one, _key, _action in removals(history)
        if not _released(history, one.sender.cycle)
    ]
    for position, at in enumerate(free):
        within = [other for other in free[: position + 1] if other > at - DAY]
        if len(within) > allowed:
            yield f"{len(within)} removals in 24 hours, {allowed} allowed"
            return


def removals(history: History) -> Iterator[tuple[Applied, str, str]]:
    """Our requests that took an account away, with the person and what was done."""
    for one in history.ours:
        for change in one.changes:
            if change.after.kind != "User" or change.before is None:
                continue
            was_active = change.before.state == "active"
            key = user_of(change.before)
            if change.action == "delete":
                yield one, key, "delete"
            elif was_active and change.after.state == "inactive":
                yield one, key, "disable"


def _released(history: History, cycle: int) -> bool:
    plan = history.cycles[cycle].plan
    return plan is not None and plan.held_released
