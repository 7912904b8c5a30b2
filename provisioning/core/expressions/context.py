"""What an expression may know besides a person's attributes. Everything is handed in, never read.

So the same inputs give the same value: time and chance are inputs like any other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one evaluation.

    `seed` is what chance is drawn from: whoever wants values that nobody can guess hands in bytes
    that nobody knows. `taken` are the values that the application is known to have already, in
    small letters.
    """

    now: datetime | None = None
    seed: bytes | None = None
    default_domain: str | None = None
    taken: Collection[str] = frozenset()

    def for_place(self, place: str) -> Context:
        """A context whose chance differs from place to place: two passwords are two passwords."""
        if self.seed is None:
            return self
        return replace(self, seed=blake2b(place.encode(), key=self.seed[:64]).digest())
