"""What is noted while it happens, because nobody can tell it afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ended:
    """A cycle as it ended, with the job's watermark before and after."""

    application: str
    number: int
    state: str
    before: int | None
    after: int | None
