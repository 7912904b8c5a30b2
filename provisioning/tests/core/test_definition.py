"""Reading a definition: everything that is wrong is told at its place, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.definition import read_definition
from provisioning.core.durations import print_duration, read_duration
from provisioning.core.errors import ConfigurationError
from provisioning.core.mapping_checks import warning_about
from provisioning.core.problems import UsageProblems
from provisioning.tests.core.definitions import definition, document

MATCH = {"target": "userName", "source": "userPrincipalName", "match": 1}


def problems(**users: Any) -> list[tuple[str, str]]:
    with pytest.raises(UsageProblems) as caught:
        read_definition(document(users=users))
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_the_template_has_the_nine_rows_of_the_tutorial_and_the_three_of_groups():
    rules = definition()

    assert [str(rule.target).rpartition(":")[2] for rule in rules.users.attributes] == [
        "userName",
        "active",
        "displayName",
        'emails[type eq "work"].value',
        "title",
        'phoneNumbers[type eq "mobile"].value',
        'phoneNumbers[type eq "work"].value',
        "department",
        "manager",
    ]
    assert [str(rule.target) for rule in rules.groups.attributes] == [
        "displayName",
        "externalId",
        "members",
    ]


def test_all_problems_are_told_at_once_each_at_its_place():
    rows = [
        MATCH,
        {"target": "title", "expression": "Joim([a], [b])"},
        {"target": "displayName["},
        {"target": "active", "source": "a", "constant": "b"},
    ]

    paths = [path for path, _ in problems(attributes=rows)]

    assert paths == [
        "mappings.users.attributes[1]",
        "mappings.users.attributes[2]",
        "mappings.users.attributes[3]",
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([MATCH, {"target": "username", "source": "x"}], "is mapped twice"),
        ([MATCH, {"target": "id", "source": "x"}], "belongs to the application"),
        ([{"target": "userName", "source": "x"}], "No mapping is a matching attribute"),
        (
            [MATCH, {"target": 'emails[type eq "work"].value', "expression": 'Split([a], ",")'}],
            "holds one value",
        ),
        ([MATCH, {"target": "emails.value", "source": "mail"}], "does not name one value"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(rows: list[Any], message: str):
    assert any(message in text for _, text in problems(attributes=rows))


@pytest.mark.parametrize(
    ("text", "seconds"), [("40m", 2400), ("30d", 2_592_000), ("1h", 3600), ("90s", 90), ("0d", 0)]
)
def test_a_duration_reads_and_prints_the_same(text: str, seconds: int):
    span = read_duration(text)

    assert span.total_seconds() == seconds
    assert read_duration(print_duration(span)) == span


@pytest.mark.parametrize("text", ["", "m", "-5m", "4.5h", "40", "5 weeks", "٤m", "9999999d"])
def test_a_text_that_is_no_duration_is_refused(text: str):
    with pytest.raises(ConfigurationError):
        read_duration(text)


UNIQUE = {"target": "nickName", "expression": "SelectUniqueValue([a], [b])", "apply": "on_create"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"match": 2}, "cannot fill a matching attribute"),
        ({"apply": "always"}, "cannot be applied always"),
    ],
)
def test_a_unique_value_is_chosen_on_creation_and_nobody_is_found_by_it(change, message):
    assert definition(users={"attributes": [MATCH, UNIQUE]})

    [(path, text)] = problems(attributes=[MATCH, {**UNIQUE, **change}])

    assert path == "mappings.users.attributes[1]"
    assert message in text


@pytest.mark.parametrize(
    ("expression", "apply", "warned"),
    [
        ("Guid()", "always", True),
        ('Append("x", Now())', "always", True),
        ("Guid()", "on_create", False),
        ("ToLower([mail])", "always", False),
    ],
)
def test_a_value_of_the_clock_or_of_chance_that_is_mapped_always_is_warned_of(
    expression, apply, warned
):
    rules = definition(
        users={"attributes": [MATCH, {"target": "title", "expression": expression, "apply": apply}]}
    )

    (match, title) = rules.users.attributes

    assert warning_about(match) == ""
    assert ("written to in every cycle" in warning_about(title)) is warned
