"""The governor keeps a quota nearly full without being refused, and never storms (F07, P8)."""

from __future__ import annotations

import threading

import pytest

from provisioning.core.errors import OutcomeUnknown, TargetBusy
from provisioning.scim.governor import Clockwork, Governor


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def clockwork(self) -> Clockwork:
        return Clockwork(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class FixedWindow:
    """A target's quota: a window of 60 s that begins with the first call (genesys-scim.md, 9)."""

    def __init__(self, time: FakeTime, allowed: int, *, announces: bool, latency: float) -> None:
        self.time = time
        self.allowed = allowed
        self.announces = announces
        self.latency = latency
        self.began = float("-inf")
        self.used = 0
        self.statuses: list[tuple[float, int]] = []

    def ask(self) -> tuple[int, dict[str, str]]:
        self.time.now += self.latency
        if self.time.now - self.began >= 60:
            self.began, self.used = self.time.now, 0
        reset = str(int(self.began + 60 - self.time.now) + 1)
        status = 200 if self.used < self.allowed else 429
        self.used += status == 200
        self.statuses.append((self.time.now, status))
        headers = {"retry-after": reset} if status == 429 else {}
        if self.announces:
            headers["inin-ratelimit-allowed"] = str(self.allowed)
            headers["inin-ratelimit-count"] = str(self.used)
            headers["inin-ratelimit-reset"] = reset
        return status, headers

    def refused(self) -> int:
        return sum(status == 429 for _, status in self.statuses)

    def share(self, begin: float, end: float) -> float:
        answered = sum(status == 200 and begin <= at < end for at, status in self.statuses)
        return answered / (self.allowed * (end - begin) / 60)


def _drive(governor: Governor, target: FixedWindow, until: float) -> None:
    while target.time.now < until:
        with governor.slot() as slot:
            status, headers = target.ask()
            governor.heard(slot, status, headers)


@pytest.mark.parametrize("announces", [True, False])
@pytest.mark.parametrize("latency", [0.001, 0.1])
@pytest.mark.parametrize("allowed", [300, 60])
def test_P8_a_known_quota_is_used_and_never_overrun(allowed, latency, announces):
    time = FakeTime()
    target = FixedWindow(time, allowed, announces=announces, latency=latency)

    _drive(Governor(allowed, clockwork=time.clockwork()), target, 1_000 + 900)

    assert target.share(1_060, 1_900) >= 0.95
    assert target.refused() == 0


def test_P8_an_announced_quota_is_learnt_from_the_first_answer():
    time = FakeTime()
    target = FixedWindow(time, 300, announces=True, latency=0.01)
    governor = Governor(clockwork=time.clockwork())

    _drive(governor, target, 1_000 + 900)

    assert governor.requests_per_minute == 300
    assert target.share(1_060, 1_900) >= 0.95
    assert target.refused() == 0


def test_P8_a_quota_that_only_refusals_tell_is_learnt_within_two_windows():
    time = FakeTime()
    target = FixedWindow(time, 300, announces=False, latency=0.01)

    _drive(Governor(clockwork=time.clockwork()), target, 1_000 + 1_800)

    assert target.share(1_060, 2_800) >= 0.95
    assert target.refused() <= 0.005 * len(target.statuses)


def test_P8_what_others_use_of_the_same_token_is_left_to_them():
    time = FakeTime()
    target = FixedWindow(time, 300, announces=True, latency=0.01)
    target.began, target.used = time.now, 280

    _drive(Governor(clockwork=time.clockwork()), target, 1_000 + 120)

    assert target.refused() == 0


def test_a_small_cycle_does_not_crawl():
    time = FakeTime()
    target = FixedWindow(time, 300, announces=True, latency=0.0)
    governor = Governor(300, clockwork=time.clockwork())

    for _ in range(25):
        with governor.slot() as slot:
            governor.heard(slot, *target.ask())

    assert time.now == 1_000.0


def test_without_a_quota_nothing_waits():
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())

    for _ in range(5_000):
        with governor.slot() as slot:
            governor.heard(slot, 200, {})

    assert time.now == 1_000.0
    assert governor.requests_per_minute is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "30"}, 30.0), ({"retry-after": "1e9"}, 900.0), ({"retry-after": "0"}, 0.75)],
)
def test_F07_after_429_everybody_waits_as_long_as_was_asked(headers, seconds):
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())

    with governor.slot() as slot:
        governor.heard(slot, 429, headers)
    with governor.slot():
        assert time.now == 1_000 + seconds


def test_F07_without_retry_after_the_pause_grows_and_is_forgotten_with_a_success():
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())
    pauses = []

    for status in (429, 429, 429, 200, 429):
        with governor.slot() as slot:
            governor.heard(slot, status, {})
        pauses.append(governor.pause())

    assert pauses == [0.75, 1.5, 3.0, 0.0, 0.75]


def test_F07_pauses_never_pass_fifteen_minutes():
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())

    for _ in range(20):
        with governor.slot() as slot:
            governor.heard(slot, 429, {})

    assert governor.pause() == 900.0


def test_F07_answers_to_requests_already_under_way_are_one_refusal():
    time = FakeTime()
    governor = Governor(connections=8, first_connections=8, clockwork=time.clockwork())

    with governor.slot() as first, governor.slot() as second, governor.slot() as third:
        for slot in (first, second, third):
            governor.heard(slot, 429, {})

    assert governor.pause() == 0.75
    assert governor.connections == 4


def test_F07_random_refusals_do_not_teach_a_quota():
    time = FakeTime()
    governor = Governor(clockwork=time.clockwork())

    for number in range(2_000):
        time.now += 0.01
        with governor.slot() as slot:
            governor.heard(slot, 429 if number % 97 == 5 else 200, {"retry-after": "1"})

    assert governor.requests_per_minute is None


def test_connections_grow_while_they_are_used_and_halve_when_it_goes_badly():
    time = FakeTime()
    governor = Governor(connections=16, clockwork=time.clockwork())
    assert governor.connections == 4

    for _ in range(20):
        slots = [governor.slot() for _ in range(governor.connections)]
        given = [slot.__enter__() for slot in slots]
        for slot in given:
            governor.heard(slot, 200, {})
        for each in slots:
            each.__exit__(None, None, None)
    assert governor.connections == 16

    time.now += 1
    with governor.slot() as slot:
        governor.heard(slot, 503, {})
    assert governor.connections == 8


@pytest.mark.parametrize("error", [TargetBusy("late"), OutcomeUnknown("lost")])
def test_an_answer_that_never_came_halves_the_connections(error):
    governor = Governor(clockwork=FakeTime().clockwork())

    with pytest.raises(type(error)), governor.slot():
        raise error

    assert governor.connections == 2


def test_never_more_requests_are_under_way_than_the_limit():
    governor = Governor(connections=3, first_connections=3)
    lock, under_way, most = threading.Lock(), 0, 0
    together = threading.Event()

    def work() -> None:
        nonlocal under_way, most
        for _ in range(4):
            with governor.slot() as slot:
                with lock:
                    under_way += 1
                    most = max(most, under_way)
                    if under_way == 3:
                        together.set()
                together.wait(10)
                with lock:
                    under_way -= 1
                governor.heard(slot, 200, {})

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 3


def test_the_limit_is_never_above_thirty_two():
    assert Governor(connections=500, first_connections=500).connections == 32


def test_F07_a_known_quota_is_kept_further_below_after_a_refusal_and_recovers():
    time = FakeTime()
    governor = Governor(100, clockwork=time.clockwork())

    with governor.slot() as slot:
        governor.heard(slot, 429, {"retry-after": "1"})
    slowed = governor.requests_per_minute
    for _ in range(30):
        time.now += 60
        with governor.slot() as slot:
            governor.heard(slot, 200, {})

    assert slowed == 90.0
    assert governor.requests_per_minute == 100.0


@pytest.mark.parametrize("allowed", ["", "many", "0", "-5"])
def test_an_allowance_that_is_no_number_teaches_nothing(allowed):
    governor = Governor(clockwork=FakeTime().clockwork())

    with governor.slot() as slot:
        governor.heard(slot, 200, {"inin-ratelimit-allowed": allowed})

    assert governor.requests_per_minute is None
