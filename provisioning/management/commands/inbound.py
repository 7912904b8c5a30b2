"""`inbound [NAME]`: sources that another system pushes: list, add, tokens, what was pushed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.clock import Clock
from provisioning.engine.inbound.endpoints import (
    NewToken,
    add_endpoint,
    endpoint_named,
    make_token,
    revoke_token,
    tenant_url,
)
from provisioning.engine.inbound.rebuilding import rebuild
from provisioning.management.output import Outcome, RollcallCommand
from provisioning.models import InboundEndpoint, Push

TOLD = 20


class Command(RollcallCommand):
    """Does what was asked, then tells how the source stands; see docs/reference/commands.md."""

    help = "List, add and open the sources that another system pushes to Rollcall over SCIM 2.0."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", metavar="NAME", help="the source; without: all")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--add", action="store_true", help="make it, with its first token")
        what.add_argument("--new-token", action="store_true", help="one more token, told once")
        what.add_argument("--revoke", metavar="TOKEN", help="end the token of these 8 characters")
        what.add_argument(
            "--rebuild", action="store_true", help="write the directory anew from what was pushed"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        if options["name"] is None:
            rows = list(InboundEndpoint.objects.select_related("origin").order_by("slug"))
            document = {"sources": [_document(one) for one in rows]}
            text = "\n".join(_line(one) for one in rows) or _("Nothing pushes to Rollcall yet.")
            return Outcome(document, text=text)
        return _one(options)


def _one(options: dict[str, Any]) -> Outcome:
    now = Clock().now()
    if options["add"]:
        endpoint = add_endpoint(None, options["name"], now)
    else:
        endpoint = endpoint_named(options["name"])
    made = None
    if options["add"] or options["new_token"]:
        made = make_token(None, endpoint, now)
    if options["revoke"]:
        revoke_token(None, endpoint, options["revoke"], now)
    if options["rebuild"]:
        rebuild(None, endpoint, now)
    document = _document(endpoint) | ({"token": made.secret.reveal()} if made else {})
    pushes = list(endpoint.pushes.order_by("-id")[:TOLD])
    document["pushes"] = [_push(one) for one in pushes]
    return Outcome(document, text="\n".join(_told(endpoint, made, pushes)))


def _document(endpoint: InboundEndpoint) -> dict[str, Any]:
    return {
        "name": endpoint.origin.name,
        "tenant_url": tenant_url(endpoint),
        "tokens": [
            {"label": one.label, "created": one.created, "last_used": one.last_used}
            for one in endpoint.tokens.filter(revoked=None).order_by("pk")
        ],
    }


def _push(one: Push) -> dict[str, Any]:
    return {
        "at": one.at,
        "method": one.method,
        "path": one.path,
        "name": one.name,
        "status": one.status,
        "scimType": one.scim_type,
        "detail": one.detail,
    }


def _told(endpoint: InboundEndpoint, made: NewToken | None, pushes: list[Push]) -> Iterator[str]:
    yield _line(endpoint)
    if made is not None:
        yield _("Token, shown this once: %(token)s") % {"token": made.secret.reveal()}
    for one in pushes:
        said = f"{one.method} {one.path} {one.status} {one.detail}"
        yield f"{one.at:%Y-%m-%d %H:%M:%S} {said}".strip()


def _line(endpoint: InboundEndpoint) -> str:
    tokens = ", ".join(one["label"] for one in _document(endpoint)["tokens"]) or _("none")
    return _("%(name)s: %(url)s, tokens: %(tokens)s") % {
        "name": endpoint.origin.name,
        "url": tenant_url(endpoint),
        "tokens": tokens,
    }
