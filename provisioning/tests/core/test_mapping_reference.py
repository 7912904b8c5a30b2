"""The page about mappings says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import equal
from provisioning.core.mapping import WhenEmpty
from provisioning.core.resource import Kind
from provisioning.core.schema import Mutability
from provisioning.core.target_schema import MOST

PAGE = (Path(__file__).parents[3] / "docs/reference/mappings.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^|]+)` \| `([^|]*)` · `([^|]*)` \| (yes|no) \|$", PAGE, re.MULTILINE)


def test_the_page_has_examples():
    assert len(ROWS) == 10


@pytest.mark.parametrize(("target", "wanted", "held", "same"), ROWS)
def test_each_example_of_equality_is_true(target: str, wanted: str, held: str, same: str):
    current = held == "true" if target == "active" else held

    assert equal(AttributePath.parse(target), Kind.USER, wanted, current) is (same == "yes")


@pytest.mark.parametrize("word", [*Mutability, *WhenEmpty])
def test_each_word_that_decides_when_a_value_is_written_is_explained(word: str):
    assert word == Mutability.READ_WRITE or f"`{word}`" in PAGE or f"when_empty: {word}" in PAGE


def test_the_shapes_of_roles_are_json():
    shapes = re.findall(r"\| `(\[\{.*\}\])` \|$", PAGE, re.MULTILINE)

    assert [len(json.loads(shape)) for shape in shapes] == [1, 2, 2]


def test_the_number_of_attributes_that_are_kept_is_told():
    assert f"At most {MOST} attributes" in PAGE
