"""One object is refused: it waits for its own retry, everybody else goes on (F15-F17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from provisioning.models import Escrow, Job, Link, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application, directory_object
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

PEOPLE = ("ana", "ben", "cleo")


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in PEOPLE:
        directory.person(name)
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        on_deletion={"action": "delete", "after": "0d"},
        limits={"requests_per_minute": None, "connections": 1},
    )


def at_the_target(target: Running, method: str, path: str, body: object = None) -> str:
    """Somebody works at the target itself; the id of what they touched."""
    answer = requests.request(
        method,
        f"{target.tenant_url}{path}",
        json=body,
        headers={"Authorization": f"Bearer {target.token}"},
        timeout=10,
    )
    assert answer.status_code < 300, answer.text
    return str(answer.json()["id"]) if answer.content else ""


def target_id(source_id: str) -> str:
    return Link.objects.get(object=directory_object(source_id)).target_id


def test_F15_an_account_that_exists_after_all_is_taken_over(job, genesys: Running):
    """It appears between the plan and the request, which answers 409."""
    time = Meanwhile(
        genesys,
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "ana@contoso.example",
            "displayName": "Somebody typed this",
        },
    )
    genesys.set_faults(["status:code=503,path=/Users,method=POST,times=1"])

    done = run(job, time, approve=True)

    assert (done.counts["create"], done.counts["adopt"]) == (2, 1)
    assert len(user_names(genesys)) == 3
    ana = next(u for u in genesys.state()["users"] if u["userName"] == "ana@contoso.example")
    assert ana["displayName"] == "Person ana"
    refused, adopted = LogEntry.objects.filter(source_id="ana").order_by("-status")
    assert refused.error["errorCode"] == "EntryConflict"
    assert (adopted.status, adopted.operation) == ("success", "adopt")


def test_F16_a_linked_account_that_is_gone_is_forgotten_and_made_again(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    at_the_target(genesys, "DELETE", f"/Users/{target_id('ana')}")
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    broken = run(job, FakeTime())
    assert not Link.objects.filter(object=directory_object("ana")).exists()
    found = run(job, FakeTime())

    assert (broken.state, broken.counts) == ("partly", {"failed": 1})
    assert LogEntry.objects.get(status="failure").error["errorCode"] == "InvalidAnchor"
    assert (found.state, found.counts) == ("succeeded", {"create": 1})
    assert user_names(genesys) == [f"{name}@contoso.example" for name in PEOPLE]


def test_F17_an_account_that_is_gone_already_counts_as_deleted(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    at_the_target(genesys, "DELETE", f"/Users/{target_id('ana')}")
    directory.leave("ana")
    directory.sync(force=True)

    done = run(job, FakeTime())

    assert (done.state, done.counts) == ("succeeded", {"delete": 1})
    assert not Link.objects.filter(object=directory_object("ana")).exists()


def test_F17_a_stale_version_is_read_again_and_only_what_differs_is_sent(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    at_the_target(
        genesys,
        "PATCH",
        f"/Users/{target_id('ana')}",
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "title", "value": "Lead"}],
        },
    )
    directory.person("ana", jobTitle="Lead", displayName="Ana Lead")
    directory.sync()
    since = len(genesys.requests)

    done = run(job, FakeTime())

    assert (done.state, done.counts) == ("succeeded", {"update": 1})
    sent = [one for one in genesys.requests[since:] if one["method"] == "PATCH"]
    assert [operation["path"] for operation in sent[-1]["body"]["Operations"]] == ["displayName"]
    entry = LogEntry.objects.filter(source_id="ana").latest("at")
    assert [one["displayName"] for one in entry.modified] == ["displayName"]


def test_F17_a_failed_person_is_due_with_the_next_cycle_and_then_ever_later(job, genesys: Running):
    genesys.set_faults(["status:code=400,method=POST,times=1"])
    first = run(job, FakeTime(), approve=True)
    genesys.set_faults(["status:code=400,method=POST"])
    begun = Escrow.objects.get()
    assert (first.state, first.counts) == ("partly", {"create": 2, "failed": 1})
    assert begun.tries == 1
    assert begun.next_try - begun.first_failed < timedelta(seconds=1)

    gaps = []
    for _ in range(3):
        now = Escrow.objects.get().next_try
        run(job, FakeTime(), now_is=now)
        gaps.append(Escrow.objects.get().next_try - now)
    now = Escrow.objects.get().next_try
    too_early = run(job, FakeTime(), now_is=now - timedelta(minutes=1))
    genesys.set_faults([])
    at_last = run(job, FakeTime(), now_is=now)

    interval = timedelta(minutes=40)
    assert gaps == [interval * 2, interval * 4, interval * 8]
    assert too_early.requests == {}
    assert (at_last.state, at_last.counts) == ("succeeded", {"create": 1})
    assert not Escrow.objects.exists()
    assert applied(genesys) == logged(job)


@pytest.mark.parametrize(("people", "state"), [(5, "quarantined"), (4, "partly")])
def test_every_one_of_five_objects_failing_is_the_targets_health(
    directory: Directory, genesys: Running, people: int, state: str
):
    for number in range(people):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST"])

    done = run(job, FakeTime(), approve=True)

    assert (done.state, done.counts) == (state, {"failed": people})
    assert (done.document["quarantine"] is None) is (state == "partly")
    assert writes(genesys) == ["POST"] * people


def test_one_success_among_many_failures_is_no_quarantine(directory: Directory, genesys: Running):
    for number in range(8):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST,times=7"])

    done = run(job, FakeTime(), approve=True)

    assert (done.state, done.counts) == ("partly", {"create": 1, "failed": 7})


class Meanwhile(FakeTime):
    """Time in which somebody makes an account at the target during the first pause."""

    def __init__(self, target: Running, account: object) -> None:
        super().__init__()
        self._target, self._account, self._owed = target, account, True

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self._owed and writes(self._target):
            self._owed = False
            at_the_target(self._target, "POST", "/Users", self._account)
