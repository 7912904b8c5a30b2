"""What a mail tells, once, and where it leads: to the page on which one goes on."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.urls import resolve
from django.utils import timezone

from provisioning import simulator
from provisioning.engine import notices
from provisioning.tests.builders import Directory, application, cycle

PEOPLE = 12
MAIL = {"notification": {"email": ["identity@contoso.example"], "on_failure": True}}


@pytest.fixture
def directory(db, tmp_path):
    made = Directory(tmp_path)
    for number in range(PEOPLE):
        made.person(f"p{number:02}")
    made.sync()
    return made


@pytest.fixture
def target():
    with simulator.start(quota=0, personality="scim") as running:
        yield running


def job_of(target, token=None):
    return application(
        target.tenant_url, token or target.token, template="scim", scope="all", **MAIL
    )


def told():
    """The mails that went out until now."""
    notices.deliver_due(timezone.now())
    return mail.outbox


def page_of(sent):
    """The page that the mail ends with, and its query."""
    address = urlsplit(sent.body.split()[-1])
    found = resolve(address.path)
    return found.url_name, found.kwargs["slug"], address.query


def leaves(directory, number):
    for index in range(number):
        directory.leave(f"p{index:02}")
    directory.sync(force=True)


def test_quarantine_leads_to_its_page_and_recovery_to_the_overview(directory, target):
    job = job_of(target, token="a-wrong-token")
    cycle(job, approve=True)
    job.refresh_from_db()
    job_of(target)
    cycle(job)

    assert [page_of(one) for one in told()] == [
        ("quarantine", "genesys-eu", ""),
        ("overview", "genesys-eu", ""),
    ]


def test_failures_lead_to_the_entries_of_their_cycle(directory, target):
    target.set_faults(["status:method=POST,code=400,times=1"])
    cycle(job_of(target), approve=True)

    assert [page_of(one) for one in told()] == [("logs", "genesys-eu", "status=failure&cycle=1")]


def test_removals_that_wait_are_told_once_and_lead_to_the_review(directory, target):
    job = job_of(target)
    cycle(job, approve=True)
    leaves(directory, 8)
    cycle(job)
    cycle(job)

    mails = told()
    assert [one.subject for one in mails] == ["Genesys Cloud EU: 8 people would lose access"]
    assert page_of(mails[0])[0] == "deletions"
    assert "Nothing happened to anybody yet" in mails[0].body


def test_changes_that_wait_are_told_as_what_they_are(directory, target):
    job = job_of(target)
    cycle(job, approve=True)
    for number in range(8):
        directory.person(f"p{number:02}", userPrincipalName=f"new{number}@contoso.example")
    directory.sync()
    cycle(job)

    (mail,) = told()
    assert mail.subject == "Genesys Cloud EU: 8 changes wait for a decision"
    assert "another value in a matching attribute" in mail.body
    assert page_of(mail)[0] == "deletions"


def test_removals_that_pass_the_guard_are_no_news(directory, target):
    job = job_of(target)
    cycle(job, approve=True)
    leaves(directory, 2)
    cycle(job)

    assert told() == []
