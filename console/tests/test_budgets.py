"""What a page may cost, and what it may say: queries, bytes, no other origin, nothing as markup."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from console.tests.browser.company import AWKWARD, Company, founded
from console.tests.test_access import EVERYTHING
from provisioning.models import (
    Assignment,
    AuditEvent,
    Cycle,
    DirectoryObject,
    LogEntry,
    PlanRow,
)
from provisioning.models.audit import Activity

MOST_QUERIES = 12
HEAVIEST, HEAVIEST_LOG = 60_000, 90_000
HEAVIEST_CSS = 24_000
HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture
def company(db, tmp_path):
    with founded(tmp_path) as made:
        yield made


def visits(client, company):
    """Each page with what it cost: address, queries, text. The session is a query of its own."""
    client.force_login(company.administrator)
    for address in company.addresses():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, [one["sql"] for one in queries], answer.content.decode()


def test_every_page_keeps_its_budget_whatever_the_number_of_rows(client, company: Company):
    spent = []
    for address, queries, text in visits(client, company):
        if len(queries) > MOST_QUERIES:
            spent.append(f"{address}: {len(queries)} queries")
        heaviest = HEAVIEST_LOG if "/logs/" in address else HEAVIEST
        if len(text.encode()) > heaviest:
            spent.append(f"{address}: {len(text.encode())} bytes")

    assert not spent, "\n".join(spent)


def test_T50_no_page_names_another_origin_or_brings_its_own_style(client, company):
    wrong = []
    for address, _queries, text in visits(client, company):
        for piece in ("<style", " style=", "<script>", 'src="http', " onclick=", 'href="http'):
            if piece in text:
                wrong.append(f"{address}: {piece}")

    assert not wrong, "\n".join(wrong)


def test_T17_hostile_text_stands_literally_on_every_page(client, company):
    DirectoryObject.objects.filter(display_name=AWKWARD).update(display_name=HOSTILE * 500)
    DirectoryObject.objects.filter(source_id="g3").update(display_name=HOSTILE * 20)
    LogEntry.objects.filter(source_name=AWKWARD).update(source_name=HOSTILE)

    said = {address: text for address, _queries, text in visits(client, company)}

    assert not [address for address, text in said.items() if HOSTILE in text]
    literal = [address for address, text in said.items() if "&lt;script&gt;alert(1)" in text]
    assert len(literal) >= 4


def test_the_style_sheets_together_stay_small():
    sheets = list((Path(settings.BASE_DIR) / "static/css").glob("*.css"))

    assert len(sheets) == 5
    assert sum(sheet.stat().st_size for sheet in sheets) <= HEAVIEST_CSS


NO_SCREEN = {
    # They lead elsewhere.
    *("home", "directory", "setup-application"),
    # Parts of a page, and answers of machines.
    *("progress", "statistics", "scope-count", "mapping-values", "logs-new", "all-logs-new"),
    *("healthz", "readyz", "inbound-scim", "inbound-scim-root"),
    # Actions.
    *("job-stop", "job-run", "credentials-test", "notifications-test", "assignments-change"),
    *("plan-discard", "plan-hold-back", "quarantine-retry", "waiting-decide", "logout", "language"),
    "verification-stop",
    # Files.
    *("plan-export", "cycles-export", "logs-export", "settings-export", "users-export"),
    *("user-export", "verification-export"),
}
IN_A_STATE_OF_THEIR_OWN = {"login", "setup", "source-confirm"}
"""console/tests/browser/test_states.py brings them about."""


def test_every_screen_of_the_site_map_is_visited(company):
    visited = {resolve(urlsplit(address).path).url_name for address in company.addresses()}
    names = {name for name, _address in EVERYTHING}

    assert names - visited == NO_SCREEN | IN_A_STATE_OF_THEIR_OWN


def test_numbers_in_addresses_and_fields_are_written_for_machines(client, company):
    """1,234 is for people: a field or a link that says so is not understood when it comes back."""
    Cycle.objects.update(number=F("number") + 1_000)
    Assignment.objects.update(id=F("id") + 1_000_000)
    PlanRow.objects.update(id=F("id") + 1_000_000)
    LogEntry.objects.update(row=F("row") + 1_000_000)
    AuditEvent.record(None, Activity.START, company.working.application, [])
    AuditEvent.objects.filter(activity=Activity.START).update(id=1_234_567)
    grouped = re.compile(r'\b(?:id|for|href|value|min|max|hx-get)="[^"<>]*\d[,\u202f\u00a0]\d{3}\b')

    found = {
        f"{address}: {one}"
        for address, _queries, text in visits(client, company)
        for one in grouped.findall(text)
    }

    assert found == set()
