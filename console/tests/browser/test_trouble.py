"""What an administrator sees, hears and does when things go wrong: state, banner, mail, way out."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from provisioning import simulator
from provisioning.engine import dispatch, notices, runner
from provisioning.models import Job
from provisioning.tests.builders import Directory, application, cycle

PEOPLE = 30


@pytest.fixture
def crew(transactional_db, tmp_path):
    """Thirty people who are all in one group."""
    directory = Directory(tmp_path)
    people = [directory.person(f"p{number:02}") for number in range(PEOPLE)]
    directory.group("g1", "Contact centre FR", people)
    directory.sync()
    return directory


@contextmanager
def target(**options):
    with simulator.start(quota=0, groups=["Contact centre FR"], **options) as running:
        yield running


def provisioned(running, token=None):
    """An application whose whole crew is to be in that target, and who hears about failures."""
    return application(
        running.tenant_url,
        token or running.token,
        provisioning={"status": "on"},
        notification={"email": ["identity@contoso.example"], "on_failure": True},
        assignments=[{"group": "Contact centre FR", "role": "agent"}],
    )


def page_of(visitor, name, job, *more):
    return visitor.visit(reverse(name, args=[job.application.slug, *more]))


def mailed():
    """Subjects of what was sent until now."""
    notices.deliver_due(timezone.now())
    return [message.subject for message in mail.outbox]


def worker_turns():
    """What the worker does at its next tick."""
    for due in dispatch.sweep():
        runner.turn(due.pk)


def test_a_wrong_token_quarantines_and_a_right_one_with_retry_now_ends_it(crew, watched):
    with target() as running:
        job = provisioned(running, token="a-wrong-token")
        cycle(job, approve=True)
        visitor = watched()

        page_of(visitor, "overview", job)
        banner = visitor.page.locator(".banner.bad").first
        expect(banner).to_contain_text("Quarantined since")
        expect(visitor.page.locator("#app-status")).to_contain_text("Quarantined")
        assert any("quarantine" in subject.lower() for subject in mailed())

        banner.get_by_role("link", name="See how to get out").click()
        expect(visitor.page.locator("main")).to_contain_text("401")
        visitor.click("Update credentials")
        if visitor.page.get_by_role("link", name="Replace").count():
            visitor.click("Replace")
        visitor.page.locator("input[type=password]:visible").first.fill(running.token)
        visitor.click("Test Connection")
        expect(visitor.page.locator("#result")).to_contain_text("userName")
        visitor.click("Save")

        page_of(visitor, "quarantine", job)
        visitor.click("Retry now")
        worker_turns()
        page_of(visitor, "overview", job)
        expect(visitor.page.locator(".banner.bad")).to_have_count(0)
        assert not Job.objects.get(pk=job.pk).quarantined
        assert visitor.complaints == []


def test_a_target_that_stops_in_mid_cycle_is_out_of_reach_until_it_is_back(
    crew, watched, tmp_path, monkeypatch
):
    kept = {"state": tmp_path / "accounts.json", "token": "a-token-that-stays"}
    with target(**kept) as running:
        job = provisioned(running)
        stops_after(running, 10, monkeypatch)
        cycle(job, approve=True)

    visitor = watched()
    page_of(visitor, "overview", job)
    expect(visitor.page.locator("#app-status")).to_contain_text("Quarantined")
    visitor.page.locator(".banner.bad").get_by_role("link", name="See how to get out").click()
    main = visitor.page.locator("main")
    expect(main).to_contain_text("Application unreachable")
    expect(main).to_contain_text("Next automatic try")
    assert mailed() == ["Genesys Cloud EU: provisioning is quarantined"]

    with target(port=running.port, **kept) as again:
        visitor.click("Retry now")
        worker_turns()
        page_of(visitor, "overview", job)
        expect(visitor.page.locator(".banner.bad")).to_have_count(0)
        expect(visitor.page.locator("#app-status")).to_contain_text("Healthy")
        assert len({user["userName"] for user in again.state()["users"]}) == PEOPLE
        assert len(again.state()["users"]) == PEOPLE
    assert mailed()[1:] == ["Genesys Cloud EU: provisioning works again"]
    assert visitor.complaints == []


def test_a_deleted_group_of_people_waits_for_a_person_who_keeps_them(crew, watched):
    with target() as running:
        job = provisioned(running)
        cycle(job, approve=True)
        for number in range(PEOPLE):
            crew.leave(f"p{number:02}")
        crew.person("newcomer")
        crew.sync(force=True)
        cycle(job)
        assert mailed() == [f"Genesys Cloud EU: {PEOPLE} people would lose access"]

        visitor = watched()
        page_of(visitor, "overview", job)
        expect(visitor.page.locator("#app-status")).to_contain_text("Waiting for you")
        banner = visitor.page.locator(".banner.wait").first
        banner.get_by_role("link").first.click()
        expect(visitor.page.locator("main")).to_contain_text("Person p00")
        expect(visitor.page.locator("h1")).to_contain_text(str(PEOPLE))

        visitor.click(f"Keep {PEOPLE} people")
        visitor.page.locator("dialog #confirmation button[type=submit]").click()
        page_of(visitor, "overview", job)
        expect(visitor.page.locator(".banner.wait")).to_have_count(0)
        cycle(job)
        assert sum(user["active"] for user in running.state()["users"]) == PEOPLE
        assert visitor.complaints == []


def stops_after(running, creates, monkeypatch):
    """Let the target stop, as a machine is switched off, when it has seen so many creates."""
    answers, left = running._service.scim_answer, iter(range(creates))

    def answer(request):
        if request.method == "POST" and next(left, None) is None:
            Thread(target=running.close).start()
        return answers(request)

    monkeypatch.setattr(running._service, "scim_answer", answer)
