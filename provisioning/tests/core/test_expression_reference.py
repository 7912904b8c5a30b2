"""The reference of expressions tells every function as it is, and its limits as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioning.core import patterns
from provisioning.core.expressions import limits
from provisioning.core.expressions.functions import REGISTRY

PAGE = (Path(__file__).parents[3] / "docs/reference/expressions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("function", REGISTRY.values(), ids=lambda function: function.name)
def test_a_function_is_described_as_it_is(function):
    _, _, section = PAGE.partition(f"\n#### {function.name}\n")
    section = section.partition("\n#")[0]

    assert section.startswith(f"\n`{function.signature}`\n\n{function.summary}\n")
    assert ("An extension: Entra does not have it." in section) is function.extension
    assert ("apply the mapping on creation only" in section) is function.varies
    for example in function.examples:
        assert f"* `{example.expression}`" in section
        assert f"gives `{json.dumps(example.result, ensure_ascii=False)}`" in section


@pytest.mark.parametrize(
    "limit",
    [
        f"{limits.MAX_LENGTH:,} characters",
        f"{limits.MAX_DEPTH} levels, {limits.MAX_NODES:,}",
        f"{limits.MAX_VALUE // 1024} KiB",
        f"{limits.MAX_STEPS:,} steps",
        f"{patterns.MAX_PATTERN:,} characters, {patterns.MAX_GROUPS} groups",
        f"{patterns.MAX_TEXT:,} characters",
    ],
)
def test_a_limit_is_stated_as_it_is(limit):
    assert limit in PAGE
