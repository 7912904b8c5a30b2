"""What the guard judged, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def guard_sentences(stored: Mapping[str, Any]) -> list[str]:
    """What the guard of a plan judged, a sentence each, in the language that is active."""
    return [_(one["sentence"]).format(**one["figures"]) for one in stored.get("judged", ())]
