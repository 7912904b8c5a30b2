"""What is shown follows what is stored, and polling disturbs nobody (B09, B10).

The browser's clock is the test's: thirty seconds pass in an instant.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from console.tests.browser.conftest import signed_in
from console.tests.browser.visitor import Look
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle

HALF_A_MINUTE = 30_000
PROGRESS = re.compile("/progress/")


@pytest.fixture
def overview(browser, company, site):
    """The overview of the application that works, with a clock that the test turns."""
    visitor = signed_in(browser, company.administrator, site, Look())
    visitor.page.clock.install()
    visitor.visit(reverse("overview", args=[company.working.application.slug]))
    return visitor


@pytest.fixture
def polls(overview):
    """The addresses that the page has asked for by itself since."""
    asked: list[str] = []

    def note(sent):
        if "progress" in sent.url:
            asked.append(sent.url)

    overview.page.on("request", note)
    return asked


def begun(job):
    """A cycle that nobody works on."""
    cycle = open_cycle(job, Request())
    assert cycle is not None
    return cycle


def test_a_cycle_that_begins_and_ends_is_shown_without_a_reload(overview, company):
    cycle = begun(company.working)

    overview.page.clock.run_for(20_000)
    expect(overview.page.locator("#app-status")).to_contain_text("Running")

    Cycle.objects.filter(pk=cycle.pk).update(state="succeeded", ended=cycle.started)
    company.working.refresh_from_db()
    company.working.open_cycle = None
    company.working.save(update_fields=["open_cycle"])
    overview.page.clock.run_for(3_000)
    expect(overview.page.locator("#app-status")).not_to_contain_text("Running")


def test_a_running_cycle_is_asked_for_every_two_seconds_and_an_idle_one_every_twenty(
    overview, company, polls
):
    with overview.page.expect_response(PROGRESS):
        overview.page.clock.run_for(20_000)
    assert len(polls) == 1

    begun(company.working)
    with overview.page.expect_response(PROGRESS):
        overview.page.clock.run_for(20_000)
    expect(overview.page.locator("#cycle")).to_have_attribute("hx-trigger", "every 2s")


def test_a_hidden_tab_asks_for_nothing(overview, company, polls):
    begun(company.working)
    overview.page.reload()
    polls.clear()
    overview.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")

    overview.page.clock.run_for(HALF_A_MINUTE)

    assert polls == []


def test_polling_leaves_focus_and_open_details_alone(overview, company):
    begun(company.working)
    overview.page.reload()
    page = overview.page
    for summary in page.locator("main summary").all():
        summary.click()
    opened = page.locator("main details[open]").count()
    focused = page.locator("main a[id], main button[id]").first
    focused.focus()
    name = focused.get_attribute("id")

    for _ in range(10):
        with page.expect_response(PROGRESS):
            page.clock.run_for(2_000)

    assert page.evaluate("document.activeElement.id") == name
    assert page.locator("main details[open]").count() == opened


def test_the_answer_to_a_poll_is_small(overview, company):
    begun(company.working)

    with overview.page.expect_response(PROGRESS) as answer:
        overview.page.clock.run_for(20_000)

    assert len(answer.value.body()) <= 4_096
