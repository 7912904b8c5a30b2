"""A write whose answer is lost is read back before anything else is sent (F10-F13)."""

from __future__ import annotations

import pytest
import requests

from provisioning import simulator
from provisioning.core.errors import OutcomeUnknown
from provisioning.core.urns import CORE_USER
from provisioning.models import LogEntry
from provisioning.scim.session import Call, Door, Reply
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes
from provisioning.tests.engine.watching import accounts, post_from_outside

NO_ANSWERS = ("lost_reply", "truncate", "garbage")


@pytest.fixture
def job(directory: Directory, genesys: Running):
    for name in ("ana", "ben"):
        directory.person(name)
    directory.group("g", "Contact centre FR", ["ana"])
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        on_deletion={"action": "delete", "after": "0d"},
        limits={"requests_per_minute": None, "connections": 1},
    )


def change(directory: Directory, what: str) -> None:
    """One change that costs exactly one request of the kind."""
    match what:
        case "POST":
            directory.person("cleo")
        case "PATCH":
            directory.person("ana", jobTitle="Lead")
        case "DELETE":
            directory.leave("ben")
        case "membership":
            directory.group("g", "Contact centre FR", ["ana", "ben"])
    directory.sync(force=True)


@pytest.mark.parametrize("what", ["POST", "PATCH", "DELETE", "membership"])
@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_F10_F12_F13_a_lost_answer_repeats_nothing_and_is_logged_once(
    job, directory: Directory, genesys: Running, fault: str, what: str
):
    time = FakeTime()
    run(job, time, approve=True)
    change(directory, what)
    method = "PATCH" if what == "membership" else what
    genesys.set_faults([f"{fault}:method={method},times=1"])
    since = len(genesys.requests)

    done = run(job, time)
    genesys.set_faults([])
    idle = run(job, time)

    assert done.state == "succeeded"
    assert writes(genesys, since) == [method]
    assert len(applied(genesys, since)) == 1
    assert applied(genesys) == logged(job)
    assert idle.requests == {}
    # A DELETE has no body to cut or to garble: only a lost one leaves anything to be read back.
    unknown = what != "DELETE" or fault == "lost_reply"
    assert LogEntry.objects.latest("at").params["confirmed"] is unknown


def test_F11_a_write_that_was_never_applied_is_sent_once_more(job, genesys: Running):
    genesys.set_faults(["timeout:method=POST,seconds=0.1,times=1"])

    done = run(job, FakeTime(), approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 2, "membership": 1})
    assert writes(genesys) == ["POST", "POST", "POST", "PATCH"]
    assert user_names(genesys) == ["ana@contoso.example", "ben@contoso.example"]
    assert applied(genesys) == logged(job)


def test_F11_a_write_that_is_applied_late_is_found_by_the_second_look(job, genesys: Running):
    genesys.set_faults(["timeout:method=POST,seconds=0.1,times=1"])
    time = LateTarget(genesys)

    done = run(job, time, approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 2, "membership": 1})
    assert user_names(genesys) == ["ana@contoso.example", "ben@contoso.example"]
    assert LogEntry.objects.filter(params__confirmed=True).count() == 1
    assert writes(genesys).count("POST") == 3
    assert applied(genesys) == logged(job)


def test_F11_a_change_that_is_applied_after_it_was_read_back_is_known_as_ours(
    job, directory: Directory, genesys: Running
):
    time = FakeTime()
    run(job, time, approve=True)
    change(directory, "PATCH")
    send, since = Door.send, len(genesys.requests)
    under_way: list[Call] = []

    def slowly(door: Door, call: Call) -> Reply:
        if call.method == "PATCH" and not under_way:
            under_way.append(call)
            raise OutcomeUnknown("no answer")
        reply = send(door, call)
        if len(under_way) == 1:
            under_way.append(call)
            send(door, under_way[0])
        return reply

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Door, "send", slowly)
        done = run(job, time)

    assert (done.state, done.counts) == ("succeeded", {"update": 1})
    assert writes(genesys, since) == ["PATCH", "PATCH"]
    assert len(applied(genesys, since)) == 1
    assert applied(genesys) == logged(job)
    entry = LogEntry.objects.get(cycle__number=2)
    assert (entry.action, entry.status, entry.params["confirmed"]) == ("update", "success", True)
    assert run(job, time).requests == {}


def test_F10_an_account_that_shows_only_later_is_not_made_twice(directory: Directory, job):
    clock = FakeTime()
    with simulator.start(quota=0, groups=["Contact centre FR"], now=lambda: clock.now) as target:
        slow = application(target.tenant_url, target.token, name="Slow", slug="slow", scope="all")
        target.set_faults(["lost_reply:method=POST,times=1", "lag:method=GET,seconds=1"])

        done = run(slow, clock, approve=True)

        assert done.state == "succeeded"
        assert user_names(target) == ["ana@contoso.example", "ben@contoso.example"]
        assert applied(target) == logged(slow)


@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_F10_every_answer_is_lost_and_still_nobody_has_two_accounts(
    job, directory: Directory, genesys: Running, fault: str
):
    time = FakeTime()
    genesys.set_faults([f"{fault}:method=POST|PATCH"])

    done = run(job, time, approve=True)
    genesys.set_faults([])
    idle = run(job, time)

    assert done.state == "succeeded"
    assert user_names(genesys) == ["ana@contoso.example", "ben@contoso.example"]
    assert applied(genesys) == logged(job)
    assert idle.requests == {}


class LateTarget(FakeTime):
    """Time in which a request that timed out is applied after all, during the first pause."""

    def __init__(self, target: Running) -> None:
        super().__init__()
        self._target = target
        self._owed = True

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        lost = [one for one in self._target.requests if one["fault"] == "timeout"]
        if self._owed and lost:
            self._owed = False
            late = requests.post(
                f"{self._target.tenant_url}/Users",
                json=lost[0]["body"],
                headers={"Authorization": f"Bearer {self._target.token}"},
                timeout=10,
            )
            assert late.status_code == 201


def test_F10_an_account_found_instead_of_an_answer_is_compared_with_what_was_sent(
    job, directory: Directory, genesys: Running
):
    """Nobody can tell whether it is ours: it is linked, and what differs is written next time."""
    time = FakeTime()
    run(job, time, approve=True)
    change(directory, "POST")
    send = Door.send

    def somebody_is_faster(door: Door, call: Call) -> Reply:
        if call.method != "POST":
            return send(door, call)
        post_from_outside(genesys, "/Users", somebody("cleo", title="Guest"))
        raise OutcomeUnknown("no answer")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Door, "send", somebody_is_faster)
        found = run(job, time)
    since = len(genesys.requests)
    compared = run(job, time)

    assert (found.state, found.counts) == ("succeeded", {"create": 1})
    assert (compared.state, compared.counts) == ("succeeded", {"update": 1})
    assert writes(genesys, since) == ["PATCH"]
    assert accounts(genesys)["cleo"]["title"] == "Agent"
    assert run(job, time).requests == {}


def somebody(name: str, **values: str) -> dict[str, object]:
    """An account as an administrator of the target would make it."""
    return {
        "schemas": [CORE_USER],
        "userName": f"{name}@contoso.example",
        "displayName": f"Person {name}",
        **values,
    }
