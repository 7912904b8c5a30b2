"""Faults around the engine: what changes while it works, what it sends mail by (F24, F36, F39)."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from provisioning.engine import notices, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Job, Notice
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names, writes


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ana and Ben are there."""
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    found = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        notification={"email": ["identity@contoso.example"], "on_failure": True},
    )
    run(found, FakeTime(), approve=True)
    return found


def test_F24_I13_what_changes_while_a_cycle_runs_is_the_next_cycles(
    job: Job, directory: Directory, genesys: Running
):
    """The watermark is taken when the cycle begins: nothing behind it is thought decided."""
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    begun = open_cycle(job, Request())
    assert begun is not None
    directory.person("ana", jobTitle="Head")
    directory.person("cleo")
    directory.sync()

    runner.turn(begun.pk, sleep=FakeTime().sleep)
    later = run(job, FakeTime())

    begun.refresh_from_db()
    assert (begun.state, later.state) == ("succeeded", "succeeded")
    titles = {
        user["userName"].partition("@")[0]: user["title"] for user in genesys.state()["users"]
    }
    assert titles == {"ana": "Head", "ben": "Agent", "cleo": "Agent"}
    assert run(job, FakeTime()).requests == {}


def test_F36_I16_a_mail_server_that_is_down_fails_no_cycle_and_the_mail_comes_once_it_is_back(
    job: Job, directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    def down(message: EmailMessage) -> int:
        raise SMTPServerDisconnected("please run connect() first")

    directory.person("ana", jobTitle="Lead")
    directory.sync()
    genesys.set_faults(["token_expiry:method=PATCH,times=1"])
    ended = run(job, FakeTime())
    now = timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", down)
        assert notices.deliver_due(now) == 0
        assert notices.deliver_due(now) == 0

    assert ended.state == "quarantined"
    notice = Notice.objects.get()
    assert (notice.tries, notice.sent) == (1, None)
    assert "connect" in notice.error
    assert notices.deliver_due(now + timedelta(minutes=5)) == 1
    assert notices.deliver_due(now + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1


def test_F39_two_who_swap_their_names_are_held_or_swapped_but_never_merged(
    job: Job, directory: Directory, genesys: Running
):
    ids = {user["userName"]: user["id"] for user in genesys.state()["users"]}
    directory.person("ana", userPrincipalName="ben@contoso.example", jobTitle="Lead")
    directory.person("ben", userPrincipalName="ana@contoso.example")
    directory.sync()

    for _ in range(3):
        run(job, FakeTime(), approve=True)

    after = {user["id"]: user for user in genesys.state()["users"]}
    assert len(after) == 2
    assert sorted(user_names(genesys)) == ["ana@contoso.example", "ben@contoso.example"]
    assert set(after) == set(ids.values())
    assert applied(genesys) == logged(job)
    assert "DELETE" not in writes(genesys)
