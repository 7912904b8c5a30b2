"""What somebody typed into the log's search box: words, and `status:failure cycle:42` in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KEYS = (
    *("status", "action", "type", "user", "cause", "cycle", "period", "since", "until"),
    *("http", "over", "attribute", "by"),
)
_TYPED = re.compile(rf'(?<!\S)({"|".join(KEYS)}):(?!//)("[^"]*"|\S+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The words that are left, and what was said with each key, in the order it was said."""

    words: str
    keys: Mapping[str, Sequence[str]]


def read_search(text: str) -> Typed:
    """Take the keys out of what was typed; a value with spaces stands in quotes."""
    keys: dict[str, list[str]] = defaultdict(list)
    for key, value in _TYPED.findall(text):
        keys[key.lower()].append(value.strip('"'))
    return Typed(" ".join(_TYPED.sub(" ", text).split()), keys)
