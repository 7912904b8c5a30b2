"""How long a target asks us to wait: `Retry-After` in seconds, decimals, or as a date (F07)."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST = 900.0
"""Nobody is waited for longer than 15 minutes, whatever was asked."""


def retry_after(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Seconds to wait, between 0 and 15 minutes; None when nothing usable was said.

    A date counts from the answer's own `Date` when there is one, so that clocks may differ.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    seconds = _number(text)
    if seconds is None and (until := _moment(text)) is not None:
        here = _moment(headers.get("date", ""))
        start = here.timestamp() if here else (time.time() if now is None else now)
        seconds = until.timestamp() - start
    return None if seconds is None else min(max(seconds, 0.0), LONGEST)


def _number(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return None if math.isnan(seconds) else seconds


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
