"""The verbs for inbound sources: add one, make a token, revoke it; each leaves an audit row."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from provisioning.core.problems import Problem, UsageProblems
from provisioning.models.audit import Activity, AuditEvent
from provisioning.models.directory import Source
from provisioning.models.inbound import InboundEndpoint, InboundToken
from provisioning.scim.secret import Secret

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KIND = "inbound"
LONGEST_NAME = 100
MOST_TOKENS = 5
"""Tokens of a source that are valid at once: two while one is exchanged, and some to spare."""
_TOKEN = re.compile(r"rollcall_(?P<label>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NOTED_EVERY = timedelta(minutes=1)
_LONGEST_SLUG = 50


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made: the only moment at which anybody can read it."""

    row: InboundToken
    secret: Secret


def add_endpoint(actor: User | None, name: str, now: datetime) -> InboundEndpoint:
    """An inbound source with its own address; `UsageProblems` when the name cannot be had."""
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        message = _("A source's name has 1 to %(most)d printable characters.")
        raise UsageProblems([Problem("name", message % {"most": LONGEST_NAME})])
    with transaction.atomic():
        if Source.objects.filter(name=wanted).exists():
            message = _("There is a source of this name already. Choose another name.")
            raise UsageProblems([Problem("name", message)])
        origin = Source.objects.create(name=wanted, kind=KIND, created=now)
        endpoint = InboundEndpoint.objects.create(origin=origin, slug=_free_slug(wanted))
        _audit(actor, endpoint, "source", None, wanted)
    return endpoint


def make_token(actor: User | None, endpoint: InboundEndpoint, now: datetime) -> NewToken:
    """A new token beside those there are, so that the other side can be changed over first."""
    with transaction.atomic():
        InboundEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if endpoint.tokens.filter(revoked=None).count() >= MOST_TOKENS:
            message = _("This source has %(count)d valid tokens. Revoke one that is not used.")
            raise UsageProblems([Problem("token", message % {"count": MOST_TOKENS})])
        label = secrets.token_hex(4)
        text = f"rollcall_{label}_{secrets.token_urlsafe(32)}"
        row = InboundToken.objects.create(
            endpoint=endpoint, label=label, digest=_digest(text), created=now, created_by=actor
        )
        _audit(actor, endpoint, f"tokens.{label}", None, "set")
    return NewToken(row, Secret(text))


def revoke_token(actor: User | None, endpoint: InboundEndpoint, label: str, now: datetime) -> None:
    """The token opens nothing from here on; `UsageProblems` when there is none of this label."""
    with transaction.atomic():
        rows = endpoint.tokens.filter(label=label, revoked=None)
        if not rows.update(revoked=now):
            message = _("This source has no valid token “%(label)s”.") % {"label": label[:20]}
            advice = _("The page of the source and the command without options list them.")
            raise UsageProblems([Problem("token", message, advice)])
        _audit(actor, endpoint, f"tokens.{label}", "set", None)


def endpoint_named(text: str) -> InboundEndpoint:
    """The inbound source of this name or slug; `UsageProblems` when there is none."""
    rows = InboundEndpoint.objects.select_related("origin")
    found = rows.filter(origin__name=text.strip()).first() or rows.filter(slug=text).first()
    if found is None:
        message = _("There is no inbound source “%(name)s”.") % {"name": text[:60]}
        raise UsageProblems([Problem("name", message, _("Add it first, or correct the name."))])
    return found


def tenant_url(endpoint: InboundEndpoint) -> str:
    """What is entered as the Tenant URL in the system that pushes."""
    return f"{settings.PUBLIC_URL}/scim/v2/{endpoint.slug}"


def opened_by(slug: str, authorization: str, now: datetime) -> InboundEndpoint | None:
    """The source that this Authorization header opens; None for all others, told apart by nothing.

    Digests are compared in constant time; the label only says which one to compare with.
    """
    scheme, _space, text = authorization.partition(" ")
    given = _TOKEN.fullmatch(text.strip())
    if scheme.lower() != "bearer" or given is None:
        return None
    row = (
        InboundToken.objects.filter(endpoint__slug=slug, label=given["label"], revoked=None)
        .select_related("endpoint__origin")
        .first()
    )
    digest = row.digest if row is not None else ""
    if not hmac.compare_digest(_digest(text.strip()), digest) or row is None:
        return None
    if row.last_used is None or now - row.last_used > _NOTED_EVERY:
        InboundToken.objects.filter(pk=row.pk).update(last_used=now)
    return row.endpoint


def _digest(token: str) -> str:
    """256 random bits need no slow hash: nobody can try them all."""
    return hashlib.sha256(token.encode()).hexdigest()


def _free_slug(name: str) -> str:
    base = slugify(name)[:_LONGEST_SLUG].strip("-") or KIND
    # "new" is the page on which one is added.
    taken = {"new", *InboundEndpoint.objects.values_list("slug", flat=True)}
    candidates = (f"{base[: _LONGEST_SLUG - 6]}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (base, *candidates) if one not in taken)


def _audit(
    actor: User | None, endpoint: InboundEndpoint, path: str, old: str | None, new: str | None
) -> None:
    changes: list[dict[str, object]] = [{"path": path, "old": old, "new": new}]
    if path != "source":
        changes.insert(0, {"path": "source", "old": None, "new": endpoint.origin.name})
    AuditEvent.record(actor, Activity.SOURCE, None, changes)
