"""The style guide: every part in every state, for whoever changes the looks."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from console.access import requires
from console.forms.styleguide import EveryField
from console.http import respond
from console.models import Role
from console.pages import status

EXCHANGE = {
    "method": "PATCH",
    "url": "https://api.example.test/api/v2/scim/v2/Users/7d1f",
    "status": 400,
    "milliseconds": 131,
    "requestBody": {"Operations": [{"op": "replace", "path": "title", "value": "Agent"}]},
    "responseBody": {"status": "400", "scimType": "invalidValue"},
}
BANNERS = [
    ("ok", "circle-check"),
    ("bad", "circle-x"),
    ("warn", "triangle-alert"),
    ("wait", "hand"),
    ("run", "info"),
]
CHANGES = [
    {"path": "title", "old": "Agent", "new": "Supervisor"},
    {"path": 'phoneNumbers[type eq "work"].value', "old": None, "new": "+33 1 98 76 54 32"},
]


@requires(Role.READER)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything at once, wrong values included."""
    if not settings.SHOW_STYLEGUIDE:
        raise Http404
    wrong = EveryField({"name": "", "percent": "200", "scope": "assigned", "text": "Join("})
    context = {
        "section": "styleguide",
        "tags": _tags(),
        "banners": BANNERS,
        "form": EveryField(),
        "wrong": wrong,
        "changes": CHANGES,
        "exchange": EXCHANGE,
        "operations": status.OPERATIONS.items(),
        "numbers": Paginator(range(1, 1205), 50).page(2),
        "at": datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        "steps": [(status.LOG_STATUSES[one], one.value) for one in status.LOG_STATUSES],
    }
    return respond(request, "styleguide/page.html", context)


def _tags() -> list[status.Tag]:
    every = [value for value in vars(status).values() if isinstance(value, status.Tag)]
    tables = [*status.LOG_STATUSES.values(), *status.CYCLE_STATES.values()]
    return list(dict.fromkeys([*every, *tables]))
