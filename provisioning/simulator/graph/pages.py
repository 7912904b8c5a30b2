"""Items on pages, as untidily as Graph may: in any order, repeated, one object in several pieces.

The dice are a hash of a seed, so that the same tenant answers the same way.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

Item = dict[str, object]


@dataclass(frozen=True, slots=True)
class Untidiness:
    """How many items a page and members an item has, and what else may happen to a round."""

    page_size: int = 100
    members_per_item: int = 100
    shuffled: bool = False
    repeated: float = 0.0
    split: float = 0.0
    empty_pages: bool = False
    seed: int = 0


def laid_out(items: Iterable[Item], how: Untidiness, number: int) -> list[list[Item]]:
    """Return the pages of a round; there is at least one."""
    # A simulator's dice, not a secret.
    dice = random.Random(how.seed * 1_000_003 + number)  # noqa: S311
    pieces = [piece for item in items for piece in _pieces(item, how, dice)]
    pieces += [piece for piece in pieces if dice.random() < how.repeated]
    if how.shuffled:
        dice.shuffle(pieces)
    size = how.page_size
    pages = [pieces[start : start + size] for start in range(0, len(pieces), size)] or [[]]
    if how.empty_pages:
        pages = [page for full in pages for page in ([], full)]
    return pages


def _pieces(item: Item, how: Untidiness, dice: random.Random) -> list[Item]:
    pieces = _slices(item, how.members_per_item)
    if dice.random() >= how.split or "@removed" in item:
        return pieces
    first, *rest = pieces
    names = [name for name in first if name != "id"]
    dice.shuffle(names)
    half = len(names) // 2
    parts = [names[:half], names[half:]]
    return [{"id": first["id"], **{name: first[name] for name in part}} for part in parts] + rest


def _slices(item: Item, size: int) -> list[Item]:
    """Return a group with many members as several items, each with a slice of them."""
    members = item.get("members@delta")
    if not isinstance(members, list) or len(members) <= size:
        return [item]
    return [
        {**item, "members@delta": members[start : start + size]}
        for start in range(0, len(members), size)
    ]
