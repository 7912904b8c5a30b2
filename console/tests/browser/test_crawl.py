"""Every page in a real browser: reachable, quiet, accessible, and nothing to scroll sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from console.tests.browser.conftest import signed_in
from console.tests.browser.visitor import Look

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    Look(1440, "light", "en"),
    Look(320, "dark", "en"),
    Look(1440, "dark", "fr"),
    Look(320, "light", "fr"),
]
HEAVIEST = 60_000
HEAVIEST_LOG = 90_000


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_is_quiet_accessible_and_fits(browser, company, site, look):
    visitor = signed_in(browser, company.administrator, site, look)
    wrong = []

    for address in company.addresses():
        answer = visitor.page.goto(site + address)
        if answer is None or answer.status != 200:
            wrong.append(f"{address}: answered {answer and answer.status}")
            continue
        wrong += [f"{address}: {text}" for text in judged(visitor, len(answer.body()))]

    wrong += visitor.complaints
    assert not wrong, "\n".join(wrong)


def judged(visitor, size):
    """What is wrong with the page that is open."""
    if not visitor.fits():
        yield "has to be scrolled sideways"
    if size > (HEAVIEST_LOG if "logs" in visitor.page.url else HEAVIEST):
        yield f"weighs {size} bytes"
    found = Axe().run(visitor.page, options={"runOnly": RULES})
    for violation in found.response["violations"]:
        nodes = [node["html"][:160] for node in violation["nodes"][:2]]
        yield f"{violation['id']} ({len(violation['nodes'])}): {nodes}"
