"""French dates and numbers (console-ux 6.6)."""

from __future__ import annotations

DATE_FORMAT = "j N Y"
DATETIME_FORMAT = r"j N Y \à H:i"
TIME_FORMAT = "H:i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
