"""Reading a definition: everything that is wrong is told at its place, all at once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from provisioning.core.definition import cached_definition, read_definition
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
        ([MATCH, {"target": "title", "constant": ["a"]}], "Only text, numbers, true and false"),
        ([MATCH, {"target": "title", "source": "a", "default": {}}], "Only text, numbers"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(rows: list[Any], message: str):
    assert any(message in text for _, text in problems(attributes=rows))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("40m", 2400), ("30d", 2_592_000), ("1h", 3600), ("90s", 90), ("0d", 0), ("7s", 7)],
)
def test_a_duration_reads_and_prints_the_same(text: str, seconds: int):
    span = read_duration(text)

    assert span.total_seconds() == seconds
    assert print_duration(span) == text


def test_a_duration_is_printed_in_the_largest_unit_that_holds_it_whole():
    assert print_duration(read_duration("60m")) == "1h"
    assert print_duration(read_duration("0s")) == "0d"


@pytest.mark.parametrize("text", ["", "m", "-5m", "4.5h", "40", "5 weeks", "٤m", "9999999d"])
def test_a_text_that_is_no_duration_is_refused(text: str):
    with pytest.raises(ConfigurationError):
        read_duration(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mappings": []}, "Expected keys with values, found list"),
        ({"users": {"attributes": [MATCH, "title"]}}, "Expected keys with values, found str"),
        ({"users": {"attributes": "title"}}, "Expected a list, found str"),
        ({"users": {"filters": 7}}, "Expected a list, found int"),
    ],
)
def test_a_document_of_another_shape_is_refused(changes: dict[str, Any], message: str):
    content = document(users=changes.pop("users", {}))

    with pytest.raises(ConfigurationError, match=message):
        read_definition({**content, **changes})


def test_the_same_content_is_read_once():
    content = document()

    assert cached_definition(content) is cached_definition(deepcopy(content))
    assert cached_definition(content) is not cached_definition(content, ("userName",))


def test_a_definition_knows_what_is_secret_what_is_unique_and_who_asks_for_groups():
    secret = {"target": "title", "expression": "Redact([employeeId])"}
    in_sales = {"attribute": "memberOf", "operator": "INCLUDES", "value": "Sales"}
    member = {"attribute": "department", "operator": "IS_MEMBER_OF", "value": "Sales"}
    asks = {"target": "title", "expression": 'IIF(IsMemberOf("Sales"), "a", "b")'}

    assert definition(users={"attributes": [MATCH, secret]}).users.redacted == ["title"]
    assert definition(users={"attributes": [MATCH, UNIQUE]}).users.unique == ["nickName"]
    assert not definition().users.asks_for_groups
    assert definition(users={"attributes": [MATCH, asks]}).users.asks_for_groups
    for clause in (in_sales, member):
        filtered = {"filters": [{"title": "S", "clauses": [clause]}]}
        assert definition(users=filtered).users.asks_for_groups


def test_a_definition_knows_whether_a_rule_asks_for_managers():
    of_manager = {"target": "title", "expression": "ToUpper([manager.department])"}
    clause = {"attribute": "manager.department", "operator": "IS_NULL"}

    assert not definition().users.asks_for_managers
    assert definition(users={"attributes": [MATCH, of_manager]}).users.asks_for_managers
    asking = {"filters": [{"title": "Sales", "clauses": [clause]}]}
    assert definition(users=asking).users.asks_for_managers


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
