"""The log page at a real browser: the entry beside its list, keys, more entries, new entries (S17).

What a page loses by a reload (scroll, focus) is kept; what it shows is in its address (B17).
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from console.tests.browser.conftest import signed_in
from console.tests.browser.visitor import Look
from provisioning.models import Job, LogEntry


@pytest.fixture
def log(company):
    """The address of a log of 63 entries and more."""
    return reverse("logs", args=[company.working.application.slug])


@pytest.fixture
def wide(browser, company, site, log):
    visitor = signed_in(browser, company.administrator, site, Look())
    visitor.page.clock.install()
    visitor.visit(log)
    yield visitor
    assert not visitor.complaints


@pytest.fixture
def narrow(browser, company, site, log):
    visitor = signed_in(browser, company.administrator, site, Look(320, "dark", "fr"))
    visitor.visit(log)
    yield visitor
    assert not visitor.complaints


def rows(visitor):
    return visitor.page.locator("main .row-link")


def opened(visitor):
    """The name of the entry beside the list."""
    return visitor.page.locator("#panel-title")


def address_has(visitor, text):
    expect(visitor.page).to_have_url(re.compile(re.escape(text)))


def shows(visitor, row):
    """The entry of this row is the one beside the list, and the page's address is its own."""
    expect(opened(visitor)).to_have_text(row.inner_text())
    address_has(visitor, (row.get_attribute("id") or "").removeprefix("entry-"))


def test_how_each_value_came_about_opens_in_place_and_leaves_the_address_alone(wide, company, log):
    written = LogEntry.objects.filter(job=company.working, operation="create").latest("at")
    Job.objects.update(remembers_since=written.at - timedelta(days=1))
    wide.visit(f"{log}?entry={written.pk}&tab=changes")

    wide.page.get_by_text("How each value came about").click()

    values = wide.page.locator("#values")
    expect(values).to_contain_text("As decided on ")
    values.locator("summary").first.click()
    expect(values.get_by_text(" → ").first).to_be_visible()
    address_has(wide, f"entry={written.pk}&tab=changes")


def test_an_entry_opens_beside_its_list_and_its_address_opens_it_again(wide):
    third = rows(wide).nth(2)
    third.click()

    expect(opened(wide)).to_have_text(third.inner_text())
    expect(third).to_be_focused()
    expect(wide.page.locator("tr[aria-current=true]")).to_contain_text(third.inner_text())
    expect(wide.page.get_by_text("3 of ")).to_be_visible()

    wide.page.get_by_role("link", name="Summary").click()
    address_has(wide, "tab=summary")
    wide.page.reload()
    expect(opened(wide)).to_have_text(third.inner_text())
    expect(wide.page.locator("#tab-summary")).to_have_attribute("aria-current", "page")
    wide.page.go_back()
    expect(wide.page.locator("#tab-summary:not([aria-current])")).to_be_visible()
    # Which tab comes first depends on how the entry ended.
    expect(wide.page.locator("[id^=tab-][aria-current=page]")).to_have_count(1)


def test_keys_walk_through_the_list_and_the_entries(wide):
    wide.page.keyboard.press("j")
    wide.page.keyboard.press("j")
    wide.page.keyboard.press("k")
    wide.page.keyboard.press("j")
    wide.page.clock.run_for(200)
    expect(wide.page.locator("tr[aria-current=true]")).to_have_count(1)
    second = rows(wide).nth(1)
    shows(wide, second)

    wide.page.keyboard.press("]")
    shows(wide, rows(wide).nth(2))
    wide.page.keyboard.press("[")
    shows(wide, second)

    wide.page.keyboard.press("Enter")
    expect(opened(wide)).to_be_focused()
    wide.page.keyboard.press("Escape")
    expect(wide.page.locator("#panel")).to_be_hidden()
    expect(second).to_be_focused()


def test_keys_type_letters_where_one_types(wide):
    wide.page.keyboard.press("/")
    wide.page.keyboard.type("jk")

    expect(wide.page.locator("#q")).to_have_value("jk")
    expect(wide.page.locator("#panel")).to_be_hidden()


def test_fifty_more_are_added_and_the_first_of_them_has_the_focus(wide):
    expect(rows(wide)).to_have_count(50)
    wide.page.get_by_role("link", name="Load 50 more").click()

    expect(rows(wide).nth(50)).to_be_focused()
    assert rows(wide).count() > 50
    assert len({row.get_attribute("id") for row in rows(wide).all()}) == rows(wide).count()


def test_what_is_typed_and_ticked_filters_and_stays_in_the_address(wide):
    wide.page.locator("#q").press_sequentially("status:skipped karim", delay=0)
    wide.page.clock.run_for(400)
    expect(rows(wide)).to_have_text(["Karim Lopez"])
    expect(wide.page.locator("#q")).to_be_focused()
    address_has(wide, "status%3Askipped")

    wide.page.locator("#q").fill("")
    wide.page.clock.run_for(400)
    expect(rows(wide)).to_have_count(50)
    wide.page.locator("#facet-status summary").click()
    wide.page.get_by_label("Skipped").check()
    wide.page.get_by_role("button", name="Apply").click()
    expect(rows(wide).filter(has_text="Karim Lopez")).to_have_count(1)
    expect(wide.page.get_by_role("button", name="Apply")).to_be_focused()
    wide.page.get_by_role("link", name="Status: Skipped").click()
    expect(rows(wide)).to_have_count(50)


def test_new_entries_are_offered_and_never_put_in_by_themselves(wide, company):
    first = rows(wide).first.get_attribute("id")
    entry = LogEntry.objects.filter(job=company.working).latest("at")
    entry.pk, entry.at, entry.row = None, timezone.now(), None
    entry._state.adding = True
    entry.save()

    wide.page.clock.run_for(20_000)
    offer = wide.page.get_by_role("link", name="1 new entry")
    expect(offer).to_be_visible()
    assert rows(wide).first.get_attribute("id") == first

    offer.click()
    expect(rows(wide).first).to_have_attribute("id", f"entry-{entry.pk}")


def test_at_320_pixels_an_entry_is_a_page_of_its_own_and_gives_the_list_back(narrow):
    expect(narrow.page.locator("main tbody tr").first).to_be_in_viewport()
    second = rows(narrow).nth(1)
    name = second.inner_text()
    second.click()

    expect(opened(narrow)).to_be_focused()
    expect(opened(narrow)).to_be_in_viewport()
    expect(opened(narrow)).to_have_text(name)
    expect(rows(narrow).first).to_be_hidden()
    expect(narrow.page.locator("#q")).to_be_hidden()
    assert narrow.fits()

    narrow.page.get_by_role("link", name="Fermer").click()
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport()


def test_without_javascript_everything_is_a_plain_link(browser, company, site, log):
    visitor = signed_in(browser, company.administrator, site, Look())
    cookies = visitor.page.context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()

    page.goto(site + log)
    page.locator("#facet-status summary").click()
    page.get_by_label("Skipped").check()
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Karim Lopez").click()
    expect(page.locator("#panel-title")).to_have_text("Karim Lopez")
    assert "status=skipped" in page.url
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#panel")).to_be_hidden()
