"""What somebody typed into the log's search box: words, and `status:failure cycle:42` in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

KEYS = ("status", "action", "cycle", "user", "cause")
_TYPED = re.compile(r"\b(status|action|cycle|user|cause):(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The words that are left, and what was said with a key."""

    words: str
    keys: dict[str, str]


def read_search(text: str) -> Typed:
    """Take the keys out of what was typed; the last one of a kind counts."""
    keys = {key.lower(): value for key, value in _TYPED.findall(text)}
    return Typed(" ".join(_TYPED.sub(" ", text).split()), keys)
