"""Yesterday's backup is put back: links and log are older than the target (F35)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from provisioning.engine import restoring, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import AuditEvent, Cycle, Job, Link, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import run, user_names, writes

Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: Any,
    tmp_path: Path,
) -> Committing:
    """What waits for a commit happens at the end, beside a data folder of its own."""
    settings.ROLLCALL_DATA = tmp_path / "data"
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def job(directory: Directory, genesys: Running, committing: Committing) -> Job:
    """Ana was there when the backup was made; Ben came a day later, by cycle 2."""
    directory.person("ana")
    directory.sync()
    found = application(genesys.tenant_url, genesys.token, scope="all")
    with committing():
        run(found, FakeTime(), approve=True)
    directory.person("ben")
    directory.sync()
    with committing():
        run(found, FakeTime())
    assert len(user_names(genesys)) == 2
    return found


def restore_the_first_cycles_backup() -> None:
    Link.objects.filter(object__source_id="ben").delete()
    LogEntry.objects.filter(cycle__number__gt=1).delete()
    Job.objects.update(cycles_begun=1, open_cycle=None)
    Cycle.objects.filter(number__gt=1).delete()


def test_F35_after_a_restore_nothing_is_written_until_a_person_approves_and_nobody_is_made_twice(
    job: Job, genesys: Running, directory: Directory, committing: Committing
):
    restore_the_first_cycles_backup()
    directory.person("cleo")
    directory.sync()
    since = len(genesys.requests)

    with committing():
        begun = open_cycle(job, Request())
    assert begun is not None
    runner.turn(begun.pk, sleep=FakeTime().sleep)
    later = run(job, FakeTime())

    begun.refresh_from_db()
    assert (begun.state, later.state) == ("waiting", "waiting")
    assert writes(genesys, since) == []
    assert AuditEvent.objects.filter(activity="restore").count() == 1
    job.refresh_from_db()
    assert job.restored_at is not None

    approved = run(job, FakeTime(), approve=True)

    counts = {"adopt": 1, "create": 1, "unchanged": 1}
    assert (approved.state, approved.counts) == ("succeeded", counts)
    assert user_names(genesys) == [f"{name}@contoso.example" for name in ("ana", "ben", "cleo")]
    job.refresh_from_db()
    assert job.restored_at is None
    assert run(job, FakeTime()).requests == {}


def test_F35_a_cycle_that_was_open_in_the_backup_is_not_gone_on_with(
    job: Job, genesys: Running, directory: Directory, committing: Committing
):
    directory.person("cleo")
    directory.sync()
    with committing():
        begun = open_cycle(job, Request())
    assert begun is not None
    with committing():
        Job.objects.update(open_cycle=None)
        job.refresh_from_db()
        restoring.note(job)
    Job.objects.update(open_cycle=begun)
    since = len(genesys.requests)

    runner.turn(begun.pk, sleep=FakeTime().sleep)

    begun.refresh_from_db()
    assert begun.state == "stopped"
    assert writes(genesys, since) == []


@pytest.mark.parametrize("content", ["", "{}", '{"cycles": "many", "ended": 1}', "[1]"])
def test_F35_a_checkpoint_that_cannot_be_read_hinders_nobody(
    job: Job, genesys: Running, settings: Any, content: str
):
    (file,) = (settings.ROLLCALL_DATA / "checkpoints").iterdir()
    file.write_text(content)

    assert run(job, FakeTime()).state == "succeeded"


def test_F31_F35_a_checkpoint_that_cannot_be_written_hinders_nobody(
    job: Job, directory: Directory, genesys: Running, settings: Any, committing: Committing
):
    settings.ROLLCALL_DATA = settings.ROLLCALL_DATA / "file"
    settings.ROLLCALL_DATA.write_text("in the way of a folder")
    directory.person("cleo")
    directory.sync()

    with committing():
        assert run(job, FakeTime()).state == "succeeded"

    assert len(user_names(genesys)) == 3
