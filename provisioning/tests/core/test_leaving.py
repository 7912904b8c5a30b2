"""What each way to leave does: rules, their timers, and the strongest of several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning.core.entitlement import entitlement
from provisioning.core.evaluate import Account, decide, ways_out
from provisioning.core.leaving import Event, Leaving, Removal, Rule, read_rule
from provisioning.core.resource import Kind, State
from provisioning.core.vocabulary import Reason
from provisioning.tests.core.definitions import ana, definition

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = Rule(Removal.DELETE, 30 * DAY)


def rules(finer: dict[Event, Rule | None] | None = None, **older: Any) -> Leaving:
    on_leaving = older.get("on_leaving", Removal.DISABLE)
    return Leaving.of(finer or {}, on_leaving, older.get("on_deletion", LATER))


@pytest.mark.parametrize(
    ("state", "reasons", "events"),
    [
        (State.ACTIVE, [Reason.NOT_ASSIGNED], ["unassigned"]),
        (State.ACTIVE, [Reason.DEFAULT_ACCESS_ONLY], ["unassigned"]),
        (State.ACTIVE, [Reason.FILTER_FAILED], ["filtered_out"]),
        (State.DISABLED, [Reason.NOT_ACTIVE], ["blocked"]),
        (State.SOFT_DELETED, [Reason.NOT_ACTIVE], ["soft_deleted"]),
        (State.GONE, [Reason.NOT_ASSIGNED, Reason.NOT_ACTIVE], ["hard_deleted"]),
        (
            State.DISABLED,
            [Reason.NOT_ASSIGNED, Reason.NOT_ACTIVE, Reason.FILTER_FAILED],
            ["unassigned", "filtered_out", "blocked"],
        ),
    ],
)
def test_reasons_and_state_name_the_ways_out(state, reasons, events):
    assert list(rules().events(Kind.USER, state, reasons)) == events


def test_a_group_that_is_removed_goes_by_its_own_rule_only_if_it_has_one():
    own = rules({Event.GROUP_REMOVED: Rule(Removal.NOTHING)})

    assert own.events(Kind.GROUP, State.GONE, [Reason.NOT_ACTIVE]) == (Event.GROUP_REMOVED,)
    assert rules().events(Kind.GROUP, State.GONE, [Reason.NOT_ACTIVE]) == (Event.HARD_DELETED,)


OLDER = {
    (Event.UNASSIGNED,): "disable",
    (Event.FILTERED_OUT,): "disable",
    (Event.BLOCKED,): "disable",
    (Event.SOFT_DELETED,): "disable",
    (Event.HARD_DELETED,): "disable",
    (): "nothing",
}


@pytest.mark.parametrize(("events", "removal"), OLDER.items())
def test_without_the_finer_key_the_older_ones_hold(events, removal):
    assert rules().removal(events, {}, NOW) == removal


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.GROUP_REMOVED])
@pytest.mark.parametrize("action", list(Removal))
def test_every_event_has_a_rule_of_its_own(event: Event, action: Removal):
    own = rules({event: Rule(action)}, on_leaving=Removal.NOTHING)

    assert own.removal([event], {}, NOW) is action


def test_a_deletion_disables_until_its_time_has_come_and_counts_from_the_event():
    own = rules({Event.UNASSIGNED: LATER})
    since = {Event.UNASSIGNED: NOW - 30 * DAY}

    assert own.removal([Event.UNASSIGNED], {}, NOW) == "disable"
    assert own.removal([Event.UNASSIGNED], since, NOW - timedelta(seconds=1)) == "disable"
    assert own.removal([Event.UNASSIGNED], since, NOW) == "delete"
    assert own.delete_at([Event.UNASSIGNED], since, NOW) == NOW
    assert own.delete_at([Event.UNASSIGNED], {}, NOW) == NOW + 30 * DAY
    assert own.delete_at([Event.BLOCKED], {}, NOW) is None


def test_of_several_ways_out_the_strongest_acts():
    own = rules(
        {Event.UNASSIGNED: Rule(Removal.NOTHING), Event.BLOCKED: LATER, Event.SOFT_DELETED: None}
    )
    both = (Event.UNASSIGNED, Event.BLOCKED)

    assert own.removal(both, {}, NOW) == "disable"
    assert own.removal(both, {Event.BLOCKED: NOW - 31 * DAY}, NOW) == "delete"
    assert own.removal([Event.UNASSIGNED, Event.SOFT_DELETED], {}, NOW) == "disable"


def test_a_rule_reads_as_it_is_written():
    assert read_rule({"action": "delete", "after": "7d"}) == Rule(Removal.DELETE, 7 * DAY)
    assert read_rule({"action": "nothing"}) == Rule(Removal.NOTHING)


def test_the_document_decides():
    written = {"blocked": {"action": "delete", "after": "7d"}, "unassigned": None}
    rules_of = definition(deprovisioning=written)
    blocked = ana("agent", state=State.DISABLED)
    entitled = entitlement(rules_of, blocked)
    account = Account(
        "42", {"id": "42", "active": False}, left={Event.BLOCKED: NOW - timedelta(days=7)}
    )

    assert ways_out(rules_of, blocked, entitled) == (Event.BLOCKED,)
    assert decide(rules_of, blocked, entitled, account, NOW).operation == "delete"
    present = ana("agent")
    assert ways_out(rules_of, present, entitlement(rules_of, present)) == ()
