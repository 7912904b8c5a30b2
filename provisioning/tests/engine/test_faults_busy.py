"""A target that is busy: 429 and 5xx are waited for, and are nobody's failure (F07, F08)."""

from __future__ import annotations

import pytest

from provisioning.engine import credentials
from provisioning.models import LogEntry, Notice
from provisioning.scim.governor import Clockwork
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application, directory_object
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

EVERYBODY = ["ana@contoso.example", "ben@contoso.example", "cleo@contoso.example"]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """The governor's clock and the sleeps are one."""
    passing = FakeTime()
    clockwork = Clockwork(lambda: passing.now, passing.sleep, lambda: 1.0)
    monkeypatch.setattr(credentials, "Clockwork", lambda sleep: clockwork)
    return passing


@pytest.fixture
def job(directory: Directory, genesys: Running):
    for name in ("ana", "ben", "cleo"):
        directory.person(name)
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        limits={"requests_per_minute": None, "connections": 1},
        notification={"email": ["identity@contoso.example"], "on_failure": True},
    )


@pytest.mark.parametrize(
    ("retry_after", "least"), [("30", 30.0), ("", 0.5), ("soon", 0.5), ("99999999", 900.0)]
)
def test_F07_a_used_up_quota_is_waited_for_and_fails_nobody(
    job, genesys: Running, time: FakeTime, retry_after: str, least: float
):
    header = f",retry_after={retry_after}" if retry_after else ""
    genesys.set_faults([f"status:code=429{header},method=POST,times=2"])

    done = run(job, time, approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 3})
    assert user_names(genesys) == EVERYBODY
    assert least <= time.now <= 2 * 900 + 60
    assert not LogEntry.objects.exclude(status="success").exists()


def test_F07_a_quota_that_stays_used_up_ends_the_cycle_without_quarantine(
    job, genesys: Running, time: FakeTime
):
    genesys.set_faults(["status:code=429,method=POST"])

    tired = run(job, time, approve=True)
    genesys.set_faults([])
    rested = run(job, time)

    assert (tired.state, tired.counts, tired.document["quarantine"]) == ("failed", {}, None)
    assert tired.document["error"]["code"] == "TooManyRequests"
    assert (rested.state, rested.counts) == ("succeeded", {"create": 3})
    assert not Notice.objects.exists()


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408])
def test_F08_a_read_that_breaks_is_tried_again(job, genesys: Running, time: FakeTime, code: int):
    genesys.set_faults([f"status:code={code},method=GET,times=3"])

    done = run(job, time, approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 3})


@pytest.mark.parametrize("code", [500, 502, 504, 408])
def test_F08_a_write_that_breaks_is_read_back_before_it_is_sent_again(
    job, genesys: Running, time: FakeTime, code: int
):
    genesys.set_faults([f"status:code={code},method=POST,times=1"])

    done = run(job, time, approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 3})
    assert user_names(genesys) == EVERYBODY
    assert applied(genesys) == logged(job)
    broken = next(n for n, one in enumerate(genesys.requests) if one["status"] == code)
    assert "filter=userName" in genesys.requests[broken + 1]["path"]


def test_F08_a_write_that_was_not_processed_is_sent_again_without_reading(
    job, genesys: Running, time: FakeTime
):
    genesys.set_faults(["status:code=503,method=POST,times=1"])

    done = run(job, time, approve=True)

    assert (done.state, done.counts) == ("succeeded", {"create": 3})
    assert done.requests == {"GET": 2, "POST": 4}


def test_F08_a_person_whose_writes_keep_breaking_fails_alone(
    job, directory: Directory, genesys: Running, time: FakeTime
):
    run(job, time, approve=True)
    for name in ("ana", "ben"):
        directory.person(name, jobTitle="Lead")
    directory.sync()
    ben = directory_object("ben").links.get().target_id
    genesys.set_faults([f"status:code=500,path=/Users/{ben},method=PATCH"])
    since = len(genesys.requests)

    done = run(job, time)
    genesys.set_faults([])
    again = run(job, time)

    assert (done.state, done.counts) == ("partly", {"update": 1, "failed": 1})
    assert (again.state, again.counts) == ("succeeded", {"update": 1})
    assert writes(genesys, since).count("PATCH") == 4
    assert applied(genesys) == logged(job)
