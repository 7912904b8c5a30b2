"""Somebody at a real browser: what they click is counted, what the browser complains of is kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine."""
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says of a page that was left while it asked for news: the browser aborted that. An
answer that is an error has words of its own, htmx:responseError and htmx:sendError.
"""
HEIGHTS = {320: 640, 1440: 900}


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody sees the console."""

    width: int = 1440
    theme: str = "light"
    language: str = "en"

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


@dataclass
class Visitor:
    """One person's browser window at one console."""

    page: Page
    home: str
    look: Look = field(default_factory=Look)
    clicks: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._see)
        self.page.on("requestfailed", self._failed)

    def visit(self, path: str) -> Page:
        """Go to a page of the console by its address."""
        self.page.goto(self.home + path)
        return self.page

    def click(self, name: str, role: Any = None, *, within: Locator | None = None) -> None:
        """Click what a person reads as `name`: a link, a button, a choice."""
        place: Any = within or self.page
        words = re.compile(rf"^\s*{re.escape(name)}")
        if role:
            found = place.get_by_role(role, name=words)
        else:
            found = place.get_by_role("button", name=words).or_(
                place.get_by_role("link", name=words)
            )
        found.first.click()
        self.clicks += 1

    def choose(self, label: str) -> None:
        """Tick what stands beside `label`."""
        self.page.get_by_label(label, exact=False).first.check()
        self.clicks += 1

    def text(self) -> str:
        """All that can be read in the page's main part."""
        return self.page.locator("main").inner_text()

    def fits(self) -> bool:
        """Whether nothing has to be scrolled sideways."""
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(LEFT):
            self.complaints.append(f"{message.type}: {message.text} at {self.page.url}")

    def _see(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and not request.url.startswith(self.home):
            self.complaints.append(f"another origin: {request.url}")

    def _failed(self, request: Any) -> None:
        # A page that is left while it polls ends its poll: nobody misses that answer.
        if "ERR_ABORTED" not in str(request.failure):
            self.complaints.append(f"failed: {request.url} {request.failure}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    binary = shutil.which("chromium")
    if binary is None:
        raise FileNotFoundError("Chromium is not installed: `apt-get install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=binary,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


def window(browser: Browser, look: Look, *, scripts: bool = True) -> BrowserContext:
    """A fresh window: no cookies, the person's width, theme and language."""
    return browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS.get(look.width, 900)},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="fr-FR" if look.language == "fr" else "en-GB",
        reduced_motion="reduce",
        java_script_enabled=scripts,
        extra_http_headers={"Accept-Language": look.language},
    )
