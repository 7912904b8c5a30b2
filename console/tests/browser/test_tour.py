"""The tour of docs/tutorial.md by mouse, in both languages, on everything that `make run` starts.

With ROLLCALL_PICTURES set it also takes the tutorial's pictures.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from console.tests.browser.stack import Stack
from console.tests.browser.visitor import PATIENCE, Look, Visitor, window
from console.tests.browser.words import said

MOST_CLICKS = 15
WORK = 4 * PATIENCE
"""Milliseconds that a worker may take, which other tests may keep busy."""


@dataclass
class Tour:
    """A stranger in front of the sign-in page, and what the things they look for are called."""

    visitor: Visitor
    stack: Stack
    language: str

    def say(self, english: str) -> str:
        return said(english, self.language)

    def click(self, english: str) -> None:
        self.visitor.click(self.say(english))

    def side(self, english: str) -> None:
        """Click in the navigation."""
        navigation = self.visitor.page.locator("nav.side")
        self.visitor.click(self.say(english), within=navigation)

    def type(self, label: str, text: str) -> None:
        self.visitor.page.get_by_label(self.say(label)).first.fill(text)

    def sees(self, text: str) -> None:
        expect(self.visitor.page.locator("main")).to_contain_text(text)

    def picture(self, name: str) -> None:
        """Keep what is seen now, for the documentation."""
        if (folder := os.environ.get("ROLLCALL_PICTURES")) and self.language == "en":
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.visitor.page.screenshot(path=Path(folder) / f"{name}.png")


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom a tour is about, so that two tours do not meet the same account."""

    first: str
    first_name: str
    second: str
    third: str
    group: str


CASTS = {
    "en": Cast("adele.vance", "Adèle Vance", "bianca", "Karim Lopez", "Contact centre FR"),
    "fr": Cast("mona.lind", "Mona Lind", "bianca", "Karim Lopez", "Contact centre EU"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stranger_provisions_people_by_mouse(browser, stack, language):
    context = window(browser, Look(language=language))
    tour = Tour(Visitor(context.new_page(), stack.home), stack, language)
    cast = CASTS[language]

    connects(tour)
    assigns_the_first(tour, cast)
    provisions_on_demand(tour, cast)
    assert tour.visitor.clicks <= MOST_CLICKS
    assert cast.first in accounts(stack)

    looks_at_settings(tour)
    assigns_the_others(tour, cast)
    with slow_target(stack):
        previews_and_starts(tour)
        watches_the_bar(tour)
    looks_at_the_log(tour)
    understands_why_somebody_is_missing(tour, cast)
    assert tour.visitor.complaints == []
    context.close()


def connects(tour):
    """Steps 1 to 5 of the tutorial: sign in, add the application, enter and test credentials."""
    page = tour.visitor.visit("/")
    tour.picture("sign-in")
    tour.type("Email or user name", tour.stack.user)
    page.locator("input[type=password]").fill(tour.stack.password)
    tour.click("Sign in")
    tour.click("Add application")
    tour.picture("gallery")
    tour.click("Genesys Cloud")
    tour.click("Create")
    tour.picture("set-up")
    tour.click("Connect")
    page.get_by_label(tour.say("Region")).select_option(label=tour.say("Simulator on this machine"))
    tour.visitor.clicks += 1
    tour.type("Tenant URL", f"{tour.stack.simulator}/api/v2/scim/v2")
    page.locator("input[type=password]:visible").first.fill(tour.stack.token)
    tour.click("Test Connection")
    expect(page.locator("#result li.step").first).to_be_visible()
    tour.picture("test-connection")
    tour.click("Save")


def assigns_the_first(tour, cast):
    """Step 4: start small, with one person."""
    tour.side("Users and groups")
    picks(tour, cast.first, "Agent")


def picks(tour, text, role):
    """Search, tick, choose the role, assign."""
    page = tour.visitor.page
    form = page.locator("#assign")
    form.get_by_role("searchbox").fill(text)
    expect(form.locator(".candidate")).to_have_count(1)
    form.get_by_role("checkbox").first.check()
    form.get_by_label(tour.say(role)).check()
    tour.visitor.clicks += 2
    tour.visitor.click(tour.say("Assign"), "button", within=form)


def provisions_on_demand(tour, cast):
    """The first person is there before anything runs by itself."""
    tour.side("Provision on demand")
    tour.visitor.click(tour.say("Provision"), "button", within=tour.visitor.page.locator("main"))
    run = tour.visitor.page.locator("#run")
    expect(run).not_to_have_attribute("hx-trigger", re.compile("."), timeout=WORK)
    expect(run.locator("li.step").nth(3)).to_be_visible()
    tour.sees(cast.first_name)
    tour.picture("on-demand")


def looks_at_settings(tour):
    """Steps 6 to 14: the words of the tutorial stand on the pages they belong to."""
    tour.side("Notifications")
    tour.type("Notification email", "identity@contoso.example")
    tour.sees(tour.say("Send an email notification when a failure occurs"))
    tour.click("Save")
    tour.side("Mappings")
    tour.sees(tour.say("Synchronize directory groups to Genesys Cloud"))
    tour.click("Synchronize directory users to Genesys Cloud")
    tour.sees(tour.say("Matching precedence"))
    tour.sees('emails[type eq "work"].value')
    tour.picture("user-mapping")
    tour.side("Scope")
    tour.sees(tour.say("Sync only assigned users and groups"))
    tour.picture("scope")
    tour.side("Settings")
    tour.sees(tour.say("Provisioning mode"))
    tour.sees(tour.say("Provisioning status"))


def assigns_the_others(tour, cast):
    """A second person, one with Default Access only, and a group."""
    for text, role in (
        (cast.second, "Agent"),
        (cast.third, "Default Access"),
        (cast.group, "Agent"),
    ):
        tour.side("Users and groups")
        tour.click("Assign users and groups")
        picks(tour, text, role)
    tour.sees(tour.say("Excluded (Default Access)"))
    tour.picture("users-and-groups")


def previews_and_starts(tour):
    """Step 15, but with the change preview before it."""
    page = tour.visitor.page
    tour.side("Change preview")
    page.locator("main form button").first.click()
    approve = page.get_by_role("link", name=tour.say("Approve and start")).first
    expect(approve).to_be_visible(timeout=WORK)
    tour.picture("change-preview")
    approve.click()
    page.locator("dialog #confirmation button[type=submit]").click()


def watches_the_bar(tour):
    """Step 6: the progress bar, until it is gone by itself."""
    page = tour.visitor.page
    tour.side("Overview")
    bar = page.locator("#cycle progress")
    expect(bar).to_be_visible(timeout=WORK)
    expect(page.locator("#cycle")).to_contain_text(re.compile(r"\d+ (of|sur) \d+"), timeout=WORK)
    tour.picture("overview")
    expect(bar).to_have_count(0, timeout=WORK)
    expect(page.locator("#app-status .spin")).to_have_count(0)


def looks_at_the_log(tour):
    """Step 6: who succeeded, with the steps of one of them."""
    tour.side("Provisioning logs")
    tour.visitor.page.locator("main table a.row-link").first.click()
    expect(tour.visitor.page.locator("#panel h2")).to_be_visible()
    tour.picture("logs")


def understands_why_somebody_is_missing(tour, cast):
    """From any page: search the person, read the sentence."""
    page = tour.visitor.page
    page.locator("#find").fill(cast.third)
    page.keyboard.press("Enter")
    page.locator("main table a.row-link").first.click()
    tour.sees(tour.say("Default Access"))
    tour.picture("person")


@contextmanager
def slow_target(stack):
    """A target whose answers to creates drip, so that there is a bar to watch."""
    _control(stack, "faults", ["slow:method=POST,seconds=2"])
    yield
    _control(stack, "faults", [])


def accounts(stack):
    """The user names in the target, without their domain."""
    state = _control(stack, "state")
    return {user["userName"].split("@")[0] for user in state["users"]}


def _control(stack, what, content=None):
    """The simulator's answer to its control address; with content it is told something."""
    data, method = (None, "GET") if content is None else (json.dumps(content).encode(), "PUT")
    asked = Request(f"{stack.simulator}/_sim/{what}", data, method=method)  # noqa: S310  ours
    with urlopen(asked, timeout=10) as answer:  # noqa: S310  ours
        return json.load(answer)
