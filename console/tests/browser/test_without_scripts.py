"""The whole job with JavaScript switched off: plain links, plain forms, pages that ask again by
themselves (B06).
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from console.tests.browser.test_tour import WORK
from console.tests.browser.visitor import Look, Visitor, window

PERSON = "adelaide.pascal"
"""Somebody no tour is about: all tests of a browser share one target."""
NAME = "Adélaïde Pascal"


def test_everything_works_without_scripts(browser, stack):
    context = window(browser, Look(), scripts=False)
    visitor = Visitor(context.new_page(), stack.home)

    signs_in_and_changes_the_language(visitor, stack)
    adds_an_application(visitor)
    connects(visitor, stack)
    edits_a_mapping(visitor)
    narrows_the_scope(visitor)
    assigns(visitor)
    provisions_on_demand(visitor)
    approves_a_plan(visitor)
    stops_and_starts(visitor)
    reads_the_log(visitor)
    assert visitor.complaints == []
    context.close()


def goes_to(visitor, name):
    visitor.click(name, "link", within=visitor.page.locator("nav.side"))


def submits(visitor, name):
    visitor.click(name, "button", within=visitor.page.locator("main"))


def sees(visitor, text, patience=WORK):
    expect(visitor.page.locator("main")).to_contain_text(text, timeout=patience)


def signs_in_and_changes_the_language(visitor, stack):
    page = visitor.visit("/")
    page.locator("input[name=login]").fill(stack.user)
    page.locator("input[type=password]").fill(stack.password)
    submits(visitor, "Sign in")
    visitor.click("Français", "button")
    sees(visitor, "Ajouter une application")
    visitor.click("English", "button")


def adds_an_application(visitor):
    visitor.click("Add application")
    visitor.click("Genesys Cloud", "link", within=visitor.page.locator("main"))
    visitor.page.locator("input[name=name]").fill("Without scripts")
    submits(visitor, "Create")
    sees(visitor, "Set up provisioning")


def connects(visitor, stack):
    goes_to(visitor, "Credentials")
    page = visitor.page
    page.locator("input[name=tenant_url]").fill(f"{stack.simulator}/api/v2/scim/v2")
    page.locator("input[type=password]:visible").first.fill(stack.token)
    submits(visitor, "Save")
    goes_to(visitor, "Credentials")
    submits(visitor, "Test Connection")
    sees(visitor, "Connected")


def edits_a_mapping(visitor):
    goes_to(visitor, "Mappings")
    visitor.click("Synchronize directory users")
    visitor.click("title", "link", within=visitor.page.locator("main"))
    visitor.page.locator("[name=default]").fill("Agent")
    submits(visitor, "Save")
    sees(visitor, "jobTitle")


def narrows_the_scope(visitor):
    """Clauses are added and removed by buttons that send the form."""
    page = visitor.page
    goes_to(visitor, "Scope")
    submits(visitor, "Add scoping filter")
    page.locator("[name=f0-title]").fill("France")
    page.locator("[name=f0-c0-attribute]").fill("country")
    page.locator("[name=f0-c0-value]").fill("FR")
    submits(visitor, "Add clause")
    expect(page.locator("[name=f0-c1-attribute]")).to_be_visible()
    expect(page.locator("[name=f0-c0-value]")).to_have_value("FR")
    page.locator("button[value=remove-0-1]").click()
    expect(page.locator("[name=f0-c1-attribute]")).to_have_count(0)
    submits(visitor, "Save")
    expect(page.locator("[name=f0-c0-value]")).to_have_value("FR")


def assigns(visitor):
    page = visitor.page
    goes_to(visitor, "Users and groups")
    page.locator("input[name=find]").fill(PERSON)
    submits(visitor, "Search")
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Agent").check()
    submits(visitor, "Assign")
    sees(visitor, NAME)


def provisions_on_demand(visitor):
    goes_to(visitor, "Provision on demand")
    submits(visitor, "Provision")
    sees(visitor, re.compile("Created in|Taken over in|already"))
    sees(visitor, "Perform action")


def approves_a_plan(visitor):
    goes_to(visitor, "Change preview")
    submits(visitor, "Make a preview")
    sees(visitor, "Approve and start")
    visitor.click("Approve and start", "link", within=visitor.page.locator("main"))
    submits(visitor, "Approve and start")


def stops_and_starts(visitor):
    goes_to(visitor, "Overview")
    visitor.click("Stop provisioning", "button")
    expect(visitor.page.locator("h1")).to_contain_text("Off")
    visitor.click("Start provisioning", "link", within=visitor.page.locator("main"))
    submits(visitor, "Start provisioning")
    expect(visitor.page.locator("h1")).not_to_contain_text("Off")


def reads_the_log(visitor):
    page = visitor.page
    goes_to(visitor, "Provisioning logs")
    page.locator("main input[type=search]").fill(PERSON)
    submits(visitor, "Apply")
    page.locator("main table a.row-link").first.click()
    sees(visitor, f"{NAME} was created in Without scripts")
