"""Whether a value that was read is the value that is stored (directory-sources 1, rule 7).

Text is equal in its NFC form, so that a source that changes its normal form changes nobody; a
boolean is never a number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from provisioning.core.resource import Value


def same_value(read: Value, stored: Value) -> bool:
    """Equality of two JSON values, element by element."""
    match read, stored:
        case str(), str():
            return read == stored or _nfc(read) == _nfc(stored)
        case bool(), _:
            return read is stored
        case _, bool():
            return False
        case Mapping(), Mapping():
            return read.keys() == stored.keys() and all(
                same_value(value, stored[name]) for name, value in read.items()
            )
        case Sequence(), Sequence() if not isinstance(read, str) and not isinstance(stored, str):
            return len(read) == len(stored) and all(map(same_value, read, stored))
    return read == stored


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
