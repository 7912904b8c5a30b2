"""A browser for the whole session, and a console to look at with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from console.tests.browser.company import Company, founded
from console.tests.browser.site import serving
from console.tests.browser.stack import Stack, started
from console.tests.browser.visitor import Look, Visitor, chromium, window
from provisioning.tests.speaking import french_catalogue

# Playwright keeps an event loop in this thread, which Django takes for a reason to refuse queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    """Everything here needs the browser: `make test` runs it as a ring of its own."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def company(transactional_db: None, settings, tmp_path: Path) -> Iterator[Company]:
    """Everything the console can show, in both languages."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with french_catalogue(settings, tmp_path), founded(tmp_path) as made:
        yield made


@pytest.fixture
def site(company: Company) -> Iterator[str]:
    with serving() as address:
        yield address


def signed_in(browser: Browser, company: Company, site: str, look: Look) -> Visitor:
    """The company's administrator in a window of this look."""
    client = Client()
    client.force_login(company.administrator)
    context: BrowserContext = window(browser, look)
    for name, cookie in client.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": site}])
    return Visitor(context.new_page(), site, look)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One `make run` for all tours: each adds an application of its own."""
    with started(tmp_path_factory.mktemp("rollcall")) as running:
        yield running
