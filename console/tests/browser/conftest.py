"""A browser for the whole session, and a console to look at with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect

from console.models import Account, Role
from console.tests.browser.company import Company, founded
from console.tests.browser.site import serving
from console.tests.browser.stack import Stack, started
from console.tests.browser.visitor import PATIENCE, Look, Visitor, chromium, window
from provisioning.tests.speaking import french_catalogue

# Playwright keeps an event loop in this thread, which Django takes for a reason to refuse queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    """Everything here needs the browser: `make test` runs it as a ring of its own."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def _windows_are_closed(browser: Browser) -> Iterator[None]:
    """A page left open would go on asking for news beside every test that follows."""
    yield
    for context in browser.contexts:
        context.close()


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


@pytest.fixture
def watched(browser: Browser, settings) -> Iterator[Callable[[], Visitor]]:
    """Opens a window for an administrator, when there is something to see."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with ExitStack() as stack:

        def open_window() -> Visitor:
            user = User.objects.create_user("marie")
            Account.objects.create(user=user, role=Role.ADMINISTRATOR)
            return signed_in(browser, user, stack.enter_context(serving()), Look())

        yield open_window


def signed_in(browser: Browser, user: User, site: str, look: Look) -> Visitor:
    """Somebody of the console in a window of this look."""
    client = Client()
    client.force_login(user)
    context: BrowserContext = window(browser, look)
    for name, cookie in client.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": site}])
    return Visitor(context.new_page(), site, look)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One `make run` for all tours: each adds an application of its own."""
    with started(tmp_path_factory.mktemp("rollcall")) as running:
        yield running
