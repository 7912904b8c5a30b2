"""What expressions may know besides attributes: handed to the core, which reads nothing."""

from __future__ import annotations

from datetime import datetime
from secrets import token_bytes

from django.conf import settings

from provisioning.core.expressions import Context


def surroundings(now: datetime | None = None) -> Context:
    """A context with chance that nobody can guess; planning puts its own time into it."""
    return Context(
        now=now, seed=token_bytes(32), default_domain=settings.DEFAULT_DOMAIN.lower() or None
    )
