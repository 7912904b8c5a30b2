"""A target that is gone or rejects us: held back, told once, and back by itself (F09, F21)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from provisioning import simulator
from provisioning.engine import notices, quarantine, runner
from provisioning.engine.controls import enter_quarantine, restart_job, start_job
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.tallying import tally_of
from provisioning.models import Cycle, Escrow, Job, Link, LogEntry, Notice
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes

INTERVAL = timedelta(minutes=40)
MAIL = {"email": ["identity@contoso.example"], "on_failure": True}


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in ("ana", "ben", "cleo"):
        directory.person(name)
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        notification=MAIL,
        limits={"requests_per_minute": None, "connections": 1},
    )


def change_everybody(directory: Directory) -> None:
    for name in ("ana", "ben", "cleo"):
        directory.person(name, jobTitle="Lead")
    directory.sync()


def test_F09_a_target_that_is_gone_is_quarantined_and_nothing_is_forgotten(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    change_everybody(directory)
    directory.person("dora")
    directory.sync()
    job.refresh_from_db()
    links = sorted(Link.objects.values_list("target_id", flat=True))
    watermark = job.watermark
    genesys.close()

    gone = run(job, FakeTime())

    job.refresh_from_db()
    assert (gone.state, gone.counts, gone.requests) == ("quarantined", {}, {})
    assert gone.document["quarantine"]["reason"] == "TooManyFaults"
    assert sorted(Link.objects.values_list("target_id", flat=True)) == links
    assert job.watermark == watermark
    assert Notice.objects.count() == 1


def test_F09_ten_faults_in_a_row_while_writing_end_the_cycle(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    for number in range(30):
        directory.person(f"p{number}")
    change_everybody(directory)
    job.refresh_from_db()
    watermark = job.watermark
    genesys.set_faults(["status:code=500,method=POST|PATCH"])
    since = len(genesys.requests)

    done = run(job, FakeTime())

    job.refresh_from_db()
    assert done.state == "quarantined"
    assert job.watermark == watermark
    assert len(writes(genesys, since)) <= 10


def test_a_refused_value_breaks_the_row_of_faults(job, directory: Directory, genesys: Running):
    run(job, FakeTime(), approve=True)
    for number in range(12):
        directory.person(f"p{number}")
    directory.sync()
    # Faults of two POSTs of one person each time, and a refused value between people.
    genesys.set_faults(
        [f"status:code={code},method=POST,after={after},times=1" for after, code in ROW_BROKEN]
    )

    done = run(job, FakeTime())

    assert done.state == "partly"
    assert done.document["quarantine"] is None


ROW_BROKEN = [(n, 400 if n % 3 == 0 else 500) for n in range(18)]


def test_F21_a_rejected_token_stops_the_cycle_at_once_and_fails_nobody(
    job, directory: Directory, genesys: Running, mailoutbox
):
    run(job, FakeTime(), approve=True)
    change_everybody(directory)
    job.refresh_from_db()
    watermark = job.watermark
    since = len(genesys.requests)
    genesys.set_faults(["token_expiry:method=PATCH,after=1,times=1"])

    rejected = run(job, FakeTime())

    job.refresh_from_db()
    assert rejected.state == "quarantined"
    assert rejected.document["quarantine"]["reason"] == "Unauthorized"
    assert writes(genesys, since) == ["PATCH", "PATCH"]
    assert rejected.counts == {"update": 1}
    assert not LogEntry.objects.filter(status="failure").exists()
    assert not Escrow.objects.exists()
    assert job.watermark == watermark
    assert notices.deliver_due(job.next_run) == 1
    assert ["quarantined" in mail.subject for mail in mailoutbox] == [True]


def test_F21_a_repaired_token_ends_quarantine_and_is_told_once(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    change_everybody(directory)
    genesys.set_faults(["token_expiry:method=PATCH,after=1,times=1"])
    run(job, FakeTime())
    still = run(job, FakeTime())
    genesys.set_faults([])

    well = run(job, FakeTime())
    again = run(job, FakeTime())

    job.refresh_from_db()
    assert (still.state, well.state, again.state) == ("quarantined", "succeeded", "succeeded")
    assert well.counts == {"update": 2, "unchanged": 1}
    assert again.requests == {}
    assert not job.quarantined
    assert [one.subject.partition(": ")[2] for one in Notice.objects.order_by("created")] == [
        "provisioning is quarantined",
        "provisioning works again",
    ]
    assert applied(genesys) == logged(job)


def test_quarantine_is_tried_again_after_one_two_and_four_intervals(job, genesys: Running):
    genesys.set_faults(["status:code=401"])
    waits = []
    for _ in range(3):
        job.refresh_from_db()
        now = job.next_run
        run(job, FakeTime(), approve=True, now_is=now)
        job.refresh_from_db()
        waits.append(job.next_run - job.last_now)

    assert waits == [INTERVAL, INTERVAL * 2, INTERVAL * 4]
    assert Notice.objects.count() == 1


def test_F21_a_quarantined_target_is_asked_one_thing_before_anything_else(job, genesys: Running):
    genesys.set_faults(["status:code=401"])
    run(job, FakeTime(), approve=True)
    since = len(genesys.requests)

    run(job, FakeTime())

    assert [one["method"] for one in genesys.requests[since:]] == ["GET"]


def test_F21_client_credentials_are_renewed_once_and_nobody_notices(directory: Directory):
    for name in ("ana", "ben", "cleo"):
        directory.person(name)
    directory.sync()
    with simulator.start(quota=0, clients=["us:a-secret-of-a-test"]) as target:
        job = application(
            target.tenant_url,
            "a-secret-of-a-test",
            scope="all",
            credentials={
                "tenant_url": target.tenant_url,
                "client_credentials": {
                    "token_url": target.token_url,
                    "client_id": "us",
                    "client_secret": {"env": "ROLLCALL_TEST_TOKEN"},
                },
            },
        )
        target.set_faults(["token_expiry:method=POST,after=1,times=1"])

        done = run(job, FakeTime(), approve=True)

        assert (done.state, done.counts) == ("succeeded", {"create": 3})
        assert len(user_names(target)) == 3
        assert applied(target) == logged(job)


def told() -> list[str]:
    """What mails were written about, in their order."""
    return [one.subject.partition(": ")[2] for one in Notice.objects.order_by("created", "pk")]


def test_I16_a_person_holds_it_back_until_a_person_ends_that_and_both_are_told(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    start_job(None, job)
    change_everybody(directory)

    entered = command("quarantine", "genesys-eu", "--enter", "--json").document
    command("quarantine", "genesys-eu", "--enter")

    job.refresh_from_db()
    assert (entered["reason"], entered["next_try"]) == ("QuarantinedOnDemand", None)
    assert entered["message"] == "A command put it into quarantine."
    assert not Job.objects.due(job.quarantined_at + timedelta(days=400)).exists()
    assert "not tried by itself" in command("quarantine", "genesys-eu").out

    left = command("quarantine", "genesys-eu", "--leave", "--json").document
    command("quarantine", "genesys-eu", "--leave")

    assert left == {"quarantined": False, "since": None, "reason": None, "next_try": None}
    assert Job.objects.due(entered_at(entered)).exists()
    assert told() == ["provisioning is quarantined", "taken out of quarantine"]
    assert "Not in quarantine." in command("quarantine", "genesys-eu").out


def entered_at(document: dict[str, str]) -> datetime:
    return datetime.fromisoformat(document["since"])


def test_a_try_of_what_a_person_holds_back_ends_it_only_if_it_works(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    change_everybody(directory)
    enter_quarantine(None, job)
    genesys.set_faults(["status:code=401"])

    ill = run(job, FakeTime())
    genesys.set_faults([])
    well = run(job, FakeTime())

    assert ill.document["quarantine"]["reason"] == "QuarantinedOnDemand"
    assert (well.state, well.document["quarantine"]) == ("succeeded", None)
    assert told() == ["provisioning is quarantined", "provisioning works again"]


def test_a_cycle_that_is_running_stops_when_a_person_holds_it_back(job, directory: Directory):
    cycle = open_cycle(job, Request())
    assert cycle is not None

    enter_quarantine(None, job)
    runner.turn(cycle.pk)

    cycle.refresh_from_db()
    assert cycle.state == "stopped"


def test_a_restart_takes_it_out_of_quarantine_and_says_so(job, genesys: Running):
    genesys.set_faults(["status:code=401"])
    run(job, FakeTime(), approve=True)

    restart_job(None, job)

    assert told() == ["provisioning is quarantined", "taken out of quarantine"]


def test_after_weeks_people_are_told_again_and_it_goes_on_trying(job, genesys: Running):
    start_job(None, job)
    genesys.set_faults(["status:code=401"])
    began = Job.objects.get().remembers_since
    for day in range(40):
        run(job, FakeTime(), now_is=began + timedelta(days=day, hours=1))

    quarantine.remind_all(began + timedelta(days=43, hours=2))
    job.refresh_from_db()
    assert told() == [
        "provisioning is quarantined",
        *(f"quarantined for {days} days" for days in (21, 27, 28, 35, 42)),
    ]
    assert job.status == "on"
    assert job.next_run - job.last_now == timedelta(days=1)


def test_five_people_refused_again_and_again_are_not_the_application(
    job, directory: Directory, genesys: Running
):
    run(job, FakeTime(), approve=True)
    for number in range(5):
        directory.person(f"p{number}")
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    genesys.set_faults(["status:code=400,method=POST"])

    first, second = run(job, FakeTime()), run(job, FakeTime())

    assert (first.state, second.state) == ("partly", "partly")
    assert second.counts["failed"] == 5


def test_a_reference_that_waits_counts_in_the_total_only(
    job, directory: Directory, genesys: Running
):
    directory.person("boss")
    directory.person("ana", manager="boss")
    directory.sync()
    genesys.set_faults(["status:code=400,method=POST,times=1"])

    run(job, FakeTime(), approve=True)

    tally = tally_of(Cycle.objects.latest("number"))
    assert (tally.failed, tally.lacking) == (1, 1)
    assert tally.written + tally.failed == 4
