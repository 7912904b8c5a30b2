"""What Redact marks is hidden wherever it stands; what is not marked stays legible."""

from __future__ import annotations

import pytest

from provisioning.core.redaction import hide, secrets_of, shown
from provisioning.core.resource import Value

ROWS: list[list[Value]] = [
    ["title", None, "Agent"],
    ["password", "s3cret/1", "n3w pass"],
    ["roles", None, ["a", 7]],
]


def test_hidden_paths_show_that_there_is_a_value_but_not_which():
    assert shown(ROWS, ["password"]) == [
        ["title", None, "Agent"],
        ["password", "[Redact]", "[Redact]"],
        ["roles", None, ["a", 7]],
    ]
    assert shown([["title", None, "x"]], ["title"]) == [["title", None, "[Redact]"]]


def test_the_secrets_are_the_texts_of_hidden_values():
    assert secrets_of(ROWS, ["password", "roles"]) == {"s3cret/1", "n3w pass", "a", "7"}
    assert secrets_of(ROWS, []) == frozenset()
    assert secrets_of([["x", {"value": "deep", "primary": False}]], ["x"]) == {"deep"}


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ({"password": "s3cret/1", "n": 7}, {"password": "[Redact]", "n": "[Redact]"}),
        (["n3w pass", "a", "ab", 77, True, None], ["[Redact]", "[Redact]", "ab", 77, True, None]),
        ("GET /Users?filter=x%20eq%20s3cret%2F1", "GET /Users?filter=x%20eq%20[Redact]"),
        ("conflict with n3w pass!", "conflict with [Redact]!"),
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(value, hidden):
    assert hide(value, secrets_of(ROWS, ["password", "roles"])) == hidden


def test_a_longer_secret_is_hidden_before_one_that_is_part_of_it():
    assert hide("xx abcdefgh yy", {"abcd", "abcdefgh"}) == "xx [Redact] yy"
