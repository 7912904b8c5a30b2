"""The reference of scoping filters explains every word of a clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.core.scoping import FIELDS, Missing, Reach

PAGE = (Path(__file__).parents[3] / "docs/reference/scoping-filters.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*FIELDS, *Missing, *Reach])
def test_a_word_of_a_clause_is_explained(word):
    assert f"{word}:" in PAGE or f": {word}" in PAGE
