"""Durations as the configuration file writes them: `40m`, `30d`, `1h`, `90s`."""

from __future__ import annotations

from datetime import timedelta

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_duration(text: str) -> timedelta:
    """`40m`, `30d`, `1h`, `90s` as a time span; raises `ConfigurationError`."""
    number, unit = text[:-1].strip(), text[-1:]
    if not (number.isascii() and number.isdigit()) or unit not in UNITS or len(number) > 6:
        raise ConfigurationError(
            gettext_noop("'%(text)s' is not a duration."),
            params={"text": text[:50]},
            advice=gettext_noop("Write a number and s, m, h or d, such as 40m."),
        )
    return timedelta(seconds=int(number) * UNITS[unit])


def print_duration(span: timedelta) -> str:
    """The shortest text that `read_duration` reads back as the same span."""
    seconds = int(span.total_seconds())
    unit = next(unit for unit in reversed(UNITS) if seconds % UNITS[unit] == 0)
    return f"{seconds // UNITS[unit]}{unit}"
