"""French dates and numbers (console-ux 6.6)."""

from __future__ import annotations

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = r"j M Y \à H:i"
TIME_FORMAT = "H:i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
