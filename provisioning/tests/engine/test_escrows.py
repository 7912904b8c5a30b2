"""Failures that wait: tried again at once, by cause or by name; ignored until something changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from provisioning.engine.requesting import retry_failed, retry_one
from provisioning.models import AuditEvent, Cycle, Escrow, Job
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    FakeTime,
    application,
    configure,
    directory_object,
)
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.histories import run, writes

REFUSED = "status:code=400,method=POST"
DAY = timedelta(days=1)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ana and Ben, whom the application refuses; they failed twice."""
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults([REFUSED])
    run(job, FakeTime(), approve=True)
    run(job, FakeTime())
    assert sorted(Escrow.objects.values_list("tries", flat=True)) == [2, 2]
    return job


def posts(target: Running, job: Job, **request: Any) -> int:
    """How many creations one more cycle sends."""
    since = len(target.requests)
    run(job, FakeTime(), **request)
    return writes(target, since).count("POST")


def waiting() -> dict[str, Any]:
    """By id, what the command lists."""
    said = command("escrows", "genesys-eu", "--json")
    assert said.code == 0
    return {one["id"]: one for one in said.document["waiting"]}


def test_everybody_who_waits_is_listed_with_cause_tries_and_next_try(job):
    ana = waiting()["ana"]

    assert (ana["kind"], ana["code"], ana["tries"]) == ("user", "UnprocessableEntity", 2)
    assert "does not accept" in ana["cause"]
    assert ana["first_failed"] < ana["next_try"]
    assert (ana["ignored"], ana["ignored_since"]) == (False, None)
    assert "Person ben: The application does not accept" in command("escrows", "genesys-eu").out


def test_I24_who_is_not_due_is_not_tried_and_who_is_told_to_is(job, genesys: Running):
    assert posts(genesys, job) == 0

    assert command("escrows", "genesys-eu", "--retry", "ana", "--json").document["changed"] == 1

    assert posts(genesys, job) == 1
    assert waiting()["ana"]["tries"] == 3
    assert waiting()["ben"]["tries"] == 2


def test_all_of_a_cause_are_tried_again_but_not_who_is_ignored(job, genesys: Running):
    command("escrows", "genesys-eu", "--ignore", "ben")

    said = command("escrows", "genesys-eu", "--cause", "UnprocessableEntity", "--json")

    assert said.document["changed"] == 1
    assert AuditEvent.objects.latest("pk").changes[0]["new"] == "UnprocessableEntity: 1"
    assert posts(genesys, job) == 1
    assert waiting()["ben"]["tries"] == 2


def test_who_is_ignored_is_left_alone_by_every_cycle_and_shown(job, genesys: Running):
    command("escrows", "genesys-eu", "--ignore", "ana")
    Escrow.objects.update(next_try=Cycle.objects.latest("number").started)

    assert posts(genesys, job) == 1
    assert posts(genesys, job, initial=True) == 1
    ana = waiting()["ana"]
    assert (ana["ignored"], ana["next_try"], ana["tries"]) == (True, None, 2)
    assert ana["ignored_since"]


def test_who_is_ignored_is_tried_again_once_something_about_them_changes(
    job, directory: Directory, genesys: Running
):
    command("escrows", "genesys-eu", "--ignore", "ana")
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert posts(genesys, job) == 1
    assert (waiting()["ana"]["tries"], waiting()["ana"]["ignored"]) == (3, False)


def test_who_is_ignored_is_decided_again_under_another_configuration(job, genesys: Running):
    command("escrows", "genesys-eu", "--ignore", "ana")
    configure({"slug": "genesys-eu", "on_leaving_scope": "nothing"})

    assert not Escrow.objects.ignored().exists()


def test_ignore_can_be_taken_back(job, genesys: Running):
    command("escrows", "genesys-eu", "--ignore", "ana")

    command("escrows", "genesys-eu", "--heed", "ana")
    command("escrows", "genesys-eu", "--heed", "ana")

    assert waiting()["ana"]["ignored"] is False
    genesys.set_faults([])
    assert posts(genesys, job, now_is=Escrow.objects.latest("next_try").next_try) == 2
    assert waiting() == {}


def test_who_does_not_wait_cannot_be_retried_or_ignored(job, directory: Directory):
    directory.person("zoe")
    directory.sync()

    for option in ("--retry", "--ignore", "--heed"):
        said = command("escrows", "genesys-eu", option, "zoe", "--json")
        assert said.code == 2
        assert "does not wait for another try" in said.document["errors"][0]["message"]
    assert command("escrows", "genesys-eu", "--retry", "ana", "--cause", "X").code == 2


def test_a_retry_of_one_takes_its_ignoring_back_and_begins_a_cycle(job):
    command("escrows", "genesys-eu", "--ignore", "ana")

    assert retry_one(None, job, directory_object("ana")) is not None

    assert waiting()["ana"]["ignored"] is False
    assert retry_failed(None, job, "UnprocessableEntity") == (2, None)


def test_nobody_is_given_up_however_often_they_failed(job, genesys: Running):
    last = Escrow.objects.latest("next_try")
    for _ in range(8):
        last.refresh_from_db()
        assert posts(genesys, job, now_is=last.next_try) == 2

    last.refresh_from_db()
    job.refresh_from_db()
    assert (last.tries, last.next_try - job.last_now) == (10, DAY)
