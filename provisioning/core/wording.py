"""Marks a sentence of the core for the catalogue without importing a framework.

The core names sentences; `provisioning.models.wording` and the console speak them in the reader's
language. Extraction finds the calls by the function's name.
"""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """The sentence itself, found by the extractor of the catalogue."""
    return sentence
