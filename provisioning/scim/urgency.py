"""Who goes first when a target's quota is short: the lanes of the governor."""

from __future__ import annotations

from enum import IntEnum


class Urgency(IntEnum):
    """The lower goes first: a leaver must not wait behind a thousand joiners."""

    REMOVAL = 0
    ON_DEMAND = 1
    CHANGE = 2
    CREATE = 3
    VERIFICATION = 4
