"""One contact sheet per page: languages by widths by themes, for people to look at.

`make pictures` runs it; the folder is named by ROLLCALL_PICTURES. PAGES picks the addresses that
match a pattern, as in `make pictures PAGES=logs`.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from itertools import product
from pathlib import Path

from console.tests.browser.conftest import signed_in
from console.tests.browser.visitor import Look, window

WIDTHS, THEMES, LANGUAGES = (1440, 320), ("light", "dark"), ("en", "fr")
LONGEST = 1500
SHOWN = {1440: 960, 320: 320}
"""How wide a picture of this width stands on its sheet."""
SHEET = (
    "<body style='margin:8px;display:flex;flex-wrap:wrap;gap:8px;align-items:start;"
    "background:#888'>{pictures}</body>"
)


def test_a_contact_sheet_of_every_page(browser, company, site):
    folder = Path(os.environ["ROLLCALL_PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    looks = [Look(*one) for one in product(WIDTHS, THEMES, LANGUAGES)]
    visitors = [signed_in(browser, company.administrator, site, look) for look in looks]

    wanted = re.compile(os.environ.get("PAGES", ""))
    for address in filter(wanted.search, company.addresses()):
        pictures = []
        for visitor in visitors:
            visitor.visit(address)
            pictures.append((visitor.look.width, _picture(visitor)))
        _sheet(browser, pictures, folder / f"{_name(address)}.png")

    assert any(folder.iterdir())


def _picture(visitor):
    """The page from its top; a long list shows the same below."""
    width = visitor.look.width
    height = visitor.page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, LONGEST)}
    return visitor.page.screenshot(full_page=True, clip=clip)


def _sheet(browser, pictures, path):
    """All pictures of a page beside each other, in one."""
    page = window(browser, Look(2 * SHOWN[1440] + 24)).new_page()
    images = "".join(
        f"<img width={SHOWN[width]} src='data:image/png;base64,{b64encode(picture).decode()}'>"
        for width, picture in pictures
    )
    page.set_content(SHEET.format(pictures=images))
    page.screenshot(path=path, full_page=True)
    page.context.close()


def _name(address):
    return re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:80] or "first"
