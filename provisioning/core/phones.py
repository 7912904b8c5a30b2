"""Telephone numbers in their one canonical form: the door to libphonenumber's tables."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

LONGEST_NUMBER = 100


def known_region(region: str) -> bool:
    """Whether there is a telephone network of this country, named by its two letters."""
    return region.upper() in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=4096)
def canonical_number(text: str, region: str) -> str | None:
    """E.164, or a tel URI where there is an extension (RFC 3966); `None` for what is no number.

    The region is that of numbers without a country code.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    try:
        number = phonenumbers.parse(text, region.upper() if known_region(region) else None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"tel:{plain};ext={number.extension}" if number.extension else plain
