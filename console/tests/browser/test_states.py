"""What pages look like when nobody is signed in, when something is wrong, when one may only read:
as quiet, accessible and narrow as the pages of the crawl.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, expect

from console import first_code
from console.models import Account, Role
from console.tests.browser.company import Company
from console.tests.browser.conftest import signed_in
from console.tests.browser.site import serving
from console.tests.browser.test_crawl import LOOKS, judged
from console.tests.browser.visitor import Look, Visitor, window

REFUSED = ("status of 403", "status of 404", "status of 422")
"""The browser itself tells of every page that answers so."""
READ = ("overview", "credentials", "notifications", "mappings", "scope", "assignments", "settings")


@dataclass(frozen=True, slots=True)
class Stage:
    """One company, seen in one look."""

    browser: Browser
    company: Company
    site: str
    look: Look
    folder: Path

    def page(self, name):
        return reverse(name, args=[self.company.working.application.slug])

    def administrator(self):
        return signed_in(self.browser, self.company.administrator, self.site, self.look)


def assert_flawless(visitor):
    complaints = [one for one in visitor.complaints if not any(code in one for code in REFUSED)]
    assert [*judged(visitor, 0), *complaints] == [], visitor.page.url


def a_wrong_password(stage):
    visitor = Visitor(window(stage.browser, stage.look).new_page(), stage.site, stage.look)
    page = visitor.visit("/login/")
    assert_flawless(visitor)

    page.locator("input[name=login]").fill("marie")
    page.locator("input[type=password]").fill("a wrong one")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("input[name=login]")).to_have_value("marie")
    assert_flawless(visitor)


def a_reader_has_nothing_to_send(stage):
    user = User.objects.create_user("ines", first_name="Inès")
    Account.objects.create(user=user, role=Role.READER)
    visitor = signed_in(stage.browser, user, stage.site, stage.look)

    for name in READ:
        visitor.visit(stage.page(name))
        expect(visitor.page.locator("main form[method=post]"), name).to_have_count(0)
        assert_flawless(visitor)
    visitor.visit("/administration/administrators/")
    assert_flawless(visitor)


def a_page_that_is_not_there(stage):
    visitor = stage.administrator()
    visitor.visit("/applications/nobody-knows/")
    assert_flawless(visitor)


def a_confirmation_as_a_dialog_and_back(stage):
    visitor = stage.administrator()
    page = visitor.visit(stage.page("settings"))
    opener = page.locator("main a[data-dialog]").last

    opener.click()
    expect(page.locator("dialog [data-cancel]")).to_be_focused()
    assert_flawless(visitor)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def a_wrong_value_and_the_way_to_its_field(stage):
    visitor = stage.administrator()
    page = visitor.visit(stage.page("settings"))
    field = page.locator("input[name=interval]")

    field.fill("1")
    page.locator("main form button[type=submit].primary").first.click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(field).to_have_value("1")
    assert_flawless(visitor)
    page.locator("#error-summary a").first.click()
    expect(field).to_be_focused()


def files_that_wait_for_a_decision(stage):
    people = stage.folder / "people.csv"
    people.write_text("id,displayName\np001,<b>One</b>\np001,Again\n")
    visitor = stage.administrator()
    page = visitor.visit(reverse("source-import") + "?source=files")

    page.locator("input[name=users]").set_input_files(people)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main table").first).to_be_visible()
    assert_flawless(visitor)


SCENES = (
    a_wrong_password,
    a_reader_has_nothing_to_send,
    a_page_that_is_not_there,
    a_confirmation_as_a_dialog_and_back,
    a_wrong_value_and_the_way_to_its_field,
    files_that_wait_for_a_decision,
)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_quiet_accessible_and_fits(browser, company, site, settings, tmp_path, look):
    settings.ROLLCALL_DATA = tmp_path
    stage = Stage(browser, company, site, look, tmp_path)

    for scene in SCENES:
        scene(stage)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_first_run_is_too(browser, transactional_db, settings, tmp_path, look):
    settings.ROLLCALL_DATA, settings.ALLOWED_HOSTS = tmp_path, ["127.0.0.1"]
    first_code.announce()
    with serving() as address:
        visitor = Visitor(window(browser, look).new_page(), address, look)
        page = visitor.visit("/")
        assert_flawless(visitor)

        page.locator("input[name=code]").fill("guessed")
        page.locator("main button[type=submit]").click()
        expect(page.locator("#error-summary")).to_be_focused()
        assert_flawless(visitor)
