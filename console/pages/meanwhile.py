"""Somebody else saved meanwhile (console-ux 4.3): the form stays, their change stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from provisioning.engine.saving_beside import ChangedMeanwhile, Concerns

FIELD = "read"
"""The hidden field in which a page keeps up to what it was read."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the page shows: who, when, what. `who` is empty for a command or the engine."""

    who: str
    at: datetime
    changes: list[Mapping[str, Any]]


def meanwhile(error: ChangedMeanwhile) -> Meanwhile:
    """Their change, for the template."""
    actor = error.event.actor
    who = (actor.get_full_name() or actor.get_username()) if actor else ""
    return Meanwhile(who, error.event.at, list(error.changes))


def read_by(request: HttpRequest) -> int | None:
    """Up to what the page was read that is now sent; none for who sends a form of their own."""
    text = request.POST.get(FIELD, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def under(*places: str) -> Concerns:
    """Whether a change lies at one of these places of the configuration file, or inside."""

    def concerns(change: Mapping[str, object]) -> bool:
        path = str(change["path"])
        return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in places)

    return concerns
