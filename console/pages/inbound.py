"""An inbound source as its page shows it: address, tokens, pushes, uploads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from console.pages.status import Tag
from provisioning.engine.inbound.endpoints import tenant_url
from provisioning.engine.inbound.uploads import status_document
from provisioning.models import DirectoryObject, InboundEndpoint, Push

SHOWN_PUSHES = 50
SHOWN_UPLOADS = 10


@dataclass(frozen=True, slots=True)
class ShownPush:
    """One push with how it ended."""

    push: Push
    result: Tag


@dataclass(frozen=True, slots=True)
class ShownUpload:
    """One upload with how far it is."""

    received: datetime
    total: int
    refused: int
    result: Tag


def inbound_page(endpoint: InboundEndpoint) -> dict[str, Any]:
    """Everything on the page."""
    present = DirectoryObject.objects.present().filter(origin=endpoint.origin)
    pushes = endpoint.pushes.order_by("-id")[:SHOWN_PUSHES]
    uploads = endpoint.uploads.order_by("-received")[:SHOWN_UPLOADS]
    return {
        "endpoint": endpoint,
        "tenant_url": tenant_url(endpoint),
        "tokens": endpoint.tokens.filter(revoked=None).select_related("created_by").order_by("pk"),
        "people": present.people().count(),
        "groups": present.groups().count(),
        "pushes": [ShownPush(one, _ended(one)) for one in pushes],
        "uploads": [
            ShownUpload(one.received, one.total, int(str(told["refused"])), _state(told))
            for one in uploads
            for told in [status_document(one)]
        ],
    }


def _ended(push: Push) -> Tag:
    if push.status < 400:
        return Tag(_("Done"), "ok", "circle-check")
    return Tag(_("Refused: %(status)d") % {"status": push.status}, "bad", "circle-x")


def _state(told: dict[str, Any]) -> Tag:
    if told["state"] != "done":
        words = _("%(done)d of %(total)d done") % {"done": told["done"], "total": told["total"]}
        return Tag(words, "run", "loader-circle")
    if told["refused"]:
        return Tag(_("Done, some refused"), "warn", "triangle-alert")
    return Tag(_("Done"), "ok", "circle-check")
