"""What several processes make of one quota: together never too much, the urgent first, the dead
forgotten (F07, F28, I24, P8, P11)."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.scim.connection_limit import ConnectionLimit
from provisioning.scim.governor import Governor
from provisioning.scim.ledger import FIRST_BUDGET, Ledger, Refusal, Report, Wish
from provisioning.scim.pace import SHARE, WINDOW, Pace
from provisioning.scim.quota import Allowance
from provisioning.scim.sharing import LEASE, Member, forget_the_dead, held_by, shares
from provisioning.scim.store import InProcess, as_document, from_document
from provisioning.scim.urgency import Urgency
from provisioning.tests.scim.test_governor import FakeTime, FixedWindow

NOW = 10_000.0
WISH = Wish("me", flying=0, wanted=1, urgency=Urgency.CHANGE, connections=16, tickets=1)


def other(**change: object) -> Wish:
    return replace(WISH, name="other", **change)  # type: ignore[arg-type]  # fields by name


# --- pace -------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 5), min_size=1, max_size=400), st.sampled_from([20, 60, 300, 1200]))
def test_P8_in_no_minute_leaves_more_than_the_share_however_people_come(pauses, per_minute):
    pace, now, left = Pace(), NOW, []
    for pause in pauses:
        now += pause
        room = pace.room(now, per_minute)
        pace.take(now, room, per_minute)
        left += [now] * room

    for begin in left:
        assert sum(begin <= at < begin + WINDOW for at in left) <= per_minute * SHARE


@given(st.lists(st.floats(0, 3), max_size=100), st.sampled_from([1, 20, 300, 5000]))
def test_whoever_waits_until_the_pace_is_ready_has_room(pauses, per_minute):
    pace, now = Pace(), NOW
    for pause in pauses:
        now = pace.ready_at(now + pause, per_minute)
        assert pace.room(now + 1e-6, per_minute) >= 1
        pace.take(now, 1, per_minute)


def test_P8_who_wakes_late_makes_up_for_it():
    pace, now, sent = Pace(), NOW, 0
    while now < NOW + 300:
        now = pace.ready_at(now, 300) + 0.1  # a busy machine
        room = min(3, pace.room(now, 300))
        pace.take(now, room, 300)
        sent += room if now >= NOW + 60 else 0

    assert sent >= 0.95 * 300 * 4


# --- connections -------------------------------------------------------------------------------

MEMBERS = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 4))),
    min_size=1,
)


def members_of(drawn: dict[str, tuple[int, int | None]]) -> dict[str, Member]:
    return {
        name: Member(NOW + LEASE, wanted=wanted, urgency=urgency, waits_until=NOW + 1)
        for name, (wanted, urgency) in drawn.items()
    }


@given(MEMBERS, st.integers(1, 32))
def test_shares_use_the_limit_and_never_pass_it(drawn, limit):
    members = members_of(drawn)

    given_ = shares(members, limit, NOW)

    assert sum(given_.values()) == min(limit, sum(member.wanted for member in members.values()))
    assert all(given_[name] <= members[name].wanted for name in members)


@given(MEMBERS, st.integers(1, 32), st.lists(st.sampled_from("abcde"), max_size=30))
def test_processes_together_never_hold_more_than_the_limit(drawn, limit, visits):
    members = members_of(drawn)
    for number, name in enumerate(visits):
        if name in members:
            members[name].held = held_by(name, members, limit, NOW + number)
        assert sum(member.held for member in members.values()) <= limit


def test_P11_of_one_connection_the_removal_gets_it():
    members = members_of({"a": (5, Urgency.CREATE), "b": (1, Urgency.REMOVAL)})

    assert shares(members, 1, NOW) == {"a": 0, "b": 1}


def test_with_fewer_connections_than_processes_each_has_its_turn():
    members = members_of({"a": (1, Urgency.CREATE), "b": (1, Urgency.CREATE)})

    assert shares(members, 1, NOW) != shares(members, 1, NOW + 1)


def test_F03_what_a_dead_process_held_is_free_after_its_lease():
    members = {"dead": Member(NOW + LEASE, held=16), "me": Member(NOW + 60, wanted=4)}
    assert held_by("me", members, 16, NOW) == 0

    forget_the_dead(members, NOW + LEASE)

    assert held_by("me", members, 16, NOW + LEASE) == 4


@pytest.mark.parametrize(
    ("mean", "grows", "halves"), [(0.05, True, False), (0.3, True, False), (2.0, False, True)]
)
def test_answers_that_take_far_longer_than_the_quickest_are_overload(mean, grows, halves):
    limit = ConnectionLimit(number=8.0)
    limit.took(1, 0.05, 0.05, NOW)

    limit.took(20, mean, 0.05, NOW)
    before = limit.number
    limit.went_well(8, 16)

    assert (before == 4.0) is halves
    assert (limit.number > before) is grows


def test_a_slow_time_halves_once_until_it_can_have_shown():
    limit = ConnectionLimit(number=16.0)
    limit.took(1, 0.05, 0.05, NOW)
    for second in range(12):
        limit.took(20, 2.0, 1.0, NOW + second)

    assert limit.number == 4.0


# --- several processes, one ledger ---------------------------------------------------------------


def test_P8_two_processes_use_one_quota_once():
    time = FakeTime()
    target = FixedWindow(time, 300, announces=False, latency=0.02)
    store = InProcess(lambda: time.now)
    both = [Governor(300, clockwork=time.clockwork(), store=store) for _ in range(2)]

    turn = 0
    while time.now < 1_000 + 600:
        with both[turn % 2].slot() as slot:
            both[turn % 2].heard(slot, *target.ask())
        turn += 1

    assert target.share(1_060, 1_600) >= 0.95
    assert target.refused() == 0


def test_F07_a_refusal_that_one_process_heard_holds_the_other():
    time = FakeTime()
    store = InProcess(lambda: time.now)
    heard, idle = (Governor(clockwork=time.clockwork(), store=store) for _ in range(2))

    with heard.slot() as slot:
        heard.heard(slot, 429, {"retry-after": "30"})
    with idle.slot():
        assert time.now == 1_030.0


def test_P11_a_removal_that_waits_elsewhere_takes_the_next_slot_before_a_create():
    ledger = Ledger()
    create = replace(WISH, urgency=Urgency.CREATE, ceiling=60.0)
    while ledger.visit(NOW, Report(), create).tickets:
        pass
    removal = other(urgency=Urgency.REMOVAL, ceiling=60.0)
    assert ledger.visit(NOW, Report(), removal).tickets == 0
    ready = ledger.visit(NOW, Report(), removal).ready_at

    assert ledger.visit(ready, Report(), create).tickets == 0
    assert ledger.visit(ready, Report(), removal).tickets == 1


@pytest.mark.parametrize(("first", "second"), list(pairwise(Urgency)))
def test_P11_the_lanes_are_removals_on_demand_changes_creates_verification(first, second):
    ledger = Ledger()
    ledger.hold_until = NOW + 0.5
    ledger.visit(NOW, Report(), other(urgency=first, ceiling=300.0))

    later = ledger.visit(NOW + 1, Report(), replace(WISH, urgency=second, ceiling=300.0))
    sooner = ledger.visit(NOW + 1, Report(), other(urgency=first, ceiling=300.0))

    assert (later.tickets, sooner.tickets) == (0, 1)


def test_who_waited_and_died_is_waited_for_no_longer_than_a_moment():
    ledger = Ledger()
    ledger.visit(NOW, Report(), other(urgency=Urgency.REMOVAL, ceiling=300.0, tickets=0))

    assert ledger.visit(NOW + 1, Report(), replace(WISH, ceiling=300.0)).tickets == 0
    assert ledger.visit(NOW + 3, Report(), replace(WISH, ceiling=300.0)).tickets == 1


def test_P11_in_one_process_too_the_removal_goes_first():
    time = FakeTime()
    order: list[str] = []

    def sleep(seconds: float) -> None:
        """While the create waits for its turn, somebody leaves."""
        if leaver.ident is None:
            leaver.start()
            while len(governor._queue) < 2 and not order:
                threading.Event().wait(0.001)
        time.sleep(seconds)

    clockwork = replace(time.clockwork(), sleep=sleep)
    governor = Governor(60, clockwork=clockwork)
    leaver = threading.Thread(target=lambda: _take(governor, Urgency.REMOVAL, order))
    for _ in range(6):  # as many as may leave at once
        _take(governor, Urgency.CREATE, [])

    _take(governor, Urgency.CREATE, order)
    leaver.join()

    assert order == ["REMOVAL", "CREATE"]


def _take(governor: Governor, urgency: Urgency, order: list[str]) -> None:
    with governor.slot(urgency):
        order.append(urgency.name)


# --- learning, and being careful -----------------------------------------------------------------


def test_a_ceiling_is_never_passed_whatever_the_target_announces():
    ledger = Ledger()
    report = Report(allowance=Allowance(allowed=3000, used=1, reset=60))

    assert ledger.visit(NOW, report, replace(WISH, ceiling=120.0)).per_minute == 120.0
    assert ledger.visit(NOW, Report(), WISH).per_minute == 3000.0


def test_what_holds_requests_has_its_reason():
    ledger = Ledger()
    ledger.visit(NOW, Report(allowance=Allowance(300, 300, 40)), WISH)
    assert (ledger.held_because, ledger.hold_until) == ("announced", NOW + 40)

    ledger.visit(NOW, Report(refusals=[Refusal(NOW, 90.0, 0.5)]), WISH)
    assert (ledger.held_because, ledger.hold_until) == ("refused", NOW + 90)


def test_I24_repetitions_are_a_tenth_of_first_tries_and_no_more():
    ledger, spent = Ledger(), 0
    for _ in range(100):
        budget = ledger.visit(NOW, Report(tries=100), WISH).repeats
        ledger.visit(NOW, Report(repeats=int(budget)), WISH)
        spent += int(budget)

    assert spent <= FIRST_BUDGET + 0.1 * 100 * 100


def test_I24_a_target_that_only_fails_is_soon_left_alone():
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())
    with governor.slot():
        pass

    assert sum(governor.may_repeat() for _ in range(1_000)) == int(FIRST_BUDGET)


def test_a_ledger_is_read_as_it_was_written():
    ledger = Ledger()
    ledger.visit(NOW, Report(sent=3, allowance=Allowance(300, 5, 40)), WISH)
    ledger.visit(NOW, Report(refusals=[Refusal(NOW, None, 0.1)]), other())

    assert from_document(json.loads(json.dumps(as_document(ledger)))) == ledger


def test_F28_who_hears_nothing_of_the_others_keeps_to_a_share():
    ledger = Ledger()
    ledger.visit(NOW, Report(), WISH)
    ledger.visit(NOW, Report(), other())
    ledger.limit.number = 8.0

    ledger.divide(NOW)
    grant = ledger.visit(NOW, Report(), replace(WISH, ceiling=300.0))

    assert (grant.per_minute, grant.limit) == (150.0, 4)


def test_F28_what_was_sent_and_heard_alone_counts_afterwards():
    shared, alone = Ledger(), Ledger()
    shared.limit.begin(8, 16)
    alone.limit.begin(2, 16)
    alone.pace.take(NOW + 1, 40, None)
    alone.hold_until = NOW + 30

    shared.reunite(alone, NOW)

    assert shared.pace.sent(NOW + 2) == 40
    assert (shared.hold_until, shared.limit.number) == (NOW + 30, 2.0)
