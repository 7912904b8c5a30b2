"""Changes in words, for the audit log, the history and whoever saves at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from console.pages.change_words import Told, told

register = template.Library()


@register.filter
def in_words(changes: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Each change as what, before and after."""
    return told(changes)
