"""What a test reads out of a page."""

from __future__ import annotations

import re


def first(pattern: str, text: str) -> str:
    """The first group of the pattern, which must be there."""
    found = re.search(pattern, text, re.DOTALL)
    assert found is not None, pattern
    return str(found[1])
