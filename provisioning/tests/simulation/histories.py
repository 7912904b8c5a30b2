"""What is noted while it happens, because nobody can tell it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

HELD = ("WaitingForApproval", "Kept")
"""Why somebody waits for a person, by the code of their standing."""


@dataclass(frozen=True)
class Settled:
    """An application a day after everything was well again, before everybody is looked at anew."""

    length: int
    """How much its target had seen."""
    somebody_waits: bool
    overdue: tuple[str, ...]
    """Whom that day's cycle should have tried again and did not."""


@dataclass(frozen=True)
class Ended:
    """A cycle as it ended, with the job's watermark before and after."""

    application: str
    number: int
    state: str
    before: int | None
    after: int | None
