"""Lists: active users only, paging, filters quoted and not, selected attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.simulator import start
from provisioning.simulator.filters import parse_filter
from provisioning.simulator.matching import matches
from provisioning.simulator.personality import parse_personality
from provisioning.simulator.vocabulary import user_definition
from provisioning.tests.simulator.caller import (
    ENTERPRISE,
    PURECLOUD,
    Caller,
    calling,
)


@pytest.fixture
def target() -> Iterator[Caller]:
    with calling(groups=["Sales", "Contact centre FR"]) as running:
        yield running


def crowd(target: Caller, count: int) -> list[str]:
    names = [f"p{number:02}@example.org" for number in range(count)]
    for name in names:
        target.user(name)
    return names


def test_an_unfiltered_list_shows_active_users_alone(target):
    target.user("on@example.org")
    target.user("off@example.org", active=False)

    assert target.names() == ["on@example.org"]
    assert target.names(filter="active eq false") == ["off@example.org"]
    assert target.names(filter="active eq true") == ["on@example.org"]


def test_a_page_holds_25_unless_asked(target):
    names = crowd(target, 30)

    first = target.get("/Users").json()
    second = target.names(startIndex=26)
    all_of_them = target.names(count=100)

    assert (first["totalResults"], first["startIndex"], first["itemsPerPage"]) == (30, 1, 25)
    assert [user["userName"] for user in first["Resources"]] == names[:25]
    assert (second, all_of_them) == (names[25:], names)


def test_count_0_tells_the_total_alone(target):
    crowd(target, 3)

    page = target.get("/Users", count=0).json()

    assert (page["totalResults"], page["Resources"]) == (3, [])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"startIndex": 0, "count": 1}, ["p00@example.org"]),
        ({"startIndex": -5, "count": 1}, ["p00@example.org"]),
        ({"startIndex": 99}, []),
        ({"count": -1}, []),
    ],
)
def test_odd_pages_are_read_as_rfc_7644_says(target, parameters, expected):
    crowd(target, 2)

    assert target.names(**parameters) == expected


def test_a_page_that_is_no_number_is_refused(target):
    assert target.get("/Users", count="many").status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "Ana@Example.org"',
        "username eq ana@example.org",
        'email eq "ana@example.org"',
        'emails.value eq "ana@example.org"',
        'externalId eq "E1"',
        "employeeNumber eq 007",
        f'{ENTERPRISE}:employeeNumber eq "007"',
        'division eq "Home"',
        f'{PURECLOUD}:externalIds[authority eq "microsoftteams" and value eq "T1"]',
        f"{PURECLOUD}:externalIds[authority eq microsoftteams and value eq T1]",
        f'{PURECLOUD}:externalIds[authority eq "x-pc:scimv2:v1" and value eq "E1"]',
    ],
)
def test_users_are_found_by_every_documented_filter(target, text):
    target.user(
        externalId="E1",
        **{
            ENTERPRISE: {"employeeNumber": "007"},
            PURECLOUD: {"externalIds": [{"authority": "microsoftteams", "value": "T1"}]},
        },
    )
    if "Home" not in text:
        target.user("other@example.org", externalId="E2")

    assert target.names(filter=text) == ["ana@example.org"]


def test_users_are_found_by_id_and_by_manager(target):
    boss = target.user("boss@example.org")
    target.user(**{ENTERPRISE: {"manager": {"value": boss["id"]}}})

    assert target.names(filter=f'id eq "{boss["id"]}"') == ["boss@example.org"]
    assert target.names(filter=f"manager eq {boss['id']}") == ["ana@example.org"]


@pytest.mark.parametrize("text", ['externalId eq "e1"', 'externalId eq "E1 "', 'userName eq ""'])
def test_externalId_counts_case_and_spaces(target, text):
    target.user(externalId="E1")

    assert target.names(filter=text) == []


@pytest.mark.parametrize(
    "text",
    ['displayName eq "contact centre fr"', "displayname eq Contact centre FR"],
)
def test_groups_are_found_by_name_with_spaces(target, text):
    found = target.get("/Groups", filter=text).json()["Resources"]

    assert [group["displayName"] for group in found] == ["Contact centre FR"]


@pytest.mark.parametrize(
    "text",
    [
        'userName sw "a"',
        "userName pr",
        'userName eq "a" and active eq true',
        'userName eq "a" or userName eq "b"',
        'not (userName eq "a")',
        'title eq "Agent"',
        'nickName eq "A"',
        'userName eq "a',
        "userName",
        "",
        f'{PURECLOUD}:externalIds eq "x"',
        'userName eq "a" garbage',
    ],
)
def test_other_filters_are_invalid(target, text):
    answer = target.get("/Users", filter=text)

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_attributes_are_selected_and_the_constant_ones_stay(target):
    target.user(title="Agent", externalId="E1", **{ENTERPRISE: {"department": "Sales"}})

    chosen = target.get("/Users", attributes=f"title,{ENTERPRISE}:department").json()
    without = target.get("/Users", excludedAttributes=f"title,roles,{PURECLOUD}").json()

    always = {"schemas", "id", "userName", "active", "meta"}
    assert set(chosen["Resources"][0]) == {*always, "title", ENTERPRISE}
    assert chosen["Resources"][0][ENTERPRISE] == {"department": "Sales"}
    assert set(without["Resources"][0]) == {
        *always,
        "displayName",
        "externalId",
        "emails",
        ENTERPRISE,
    }


def test_sub_attributes_are_selected(target):
    target.user(phoneNumbers=[{"type": "work", "value": "+33"}])

    chosen = target.get("/Users", attributes="phoneNumbers.value").json()["Resources"][0]
    without = target.get("/Users", excludedAttributes="phoneNumbers.value").json()["Resources"][0]

    assert chosen["phoneNumbers"] == [{"value": "+33"}]
    assert without["phoneNumbers"] == [{"type": "work"}]


def test_attributes_and_excludedAttributes_exclude_each_other(target):
    answer = target.get("/Users", attributes="title", excludedAttributes="roles")

    assert answer.status_code == 400


def test_many_users_with_one_externalId_are_all_found(target):
    target.user("a@example.org", externalId="E1")
    target.user("b@example.org", externalId="E1")

    assert target.names(filter='externalId eq "E1"') == ["a@example.org", "b@example.org"]


@given(st.text(min_size=1, max_size=30))
def test_T14_a_quoted_filter_finds_its_text_and_never_another(text):
    personality = parse_personality("genesys")
    node = parse_filter(
        f"userName eq {json.dumps(text)}", user_definition(personality), personality
    )

    assert matches(node, {"userName": text})
    assert not matches(node, {"userName": "victim"}) or text.casefold() == "victim"


def test_start_without_options_runs_genesys_cloud():
    with start() as running:
        assert running.tenant_url.endswith("/api/v2/scim/v2")
