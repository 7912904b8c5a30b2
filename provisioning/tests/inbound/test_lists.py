"""Lists: filters of the RFC's whole grammar, pages that fit together, parts of resources."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from provisioning.tests.inbound.pusher import ENTERPRISE, Pusher


@pytest.fixture
def pusher(db):
    made = Pusher()
    made.user("ana", title="Agent", externalId="E1", **{ENTERPRISE: {"department": "Sales"}})
    made.user("bea", title="Lead", active=False)
    made.user("o'brien+x", emails=[{"type": "work", "value": "ob@example.com"}])
    return made


def names(pusher, text, **more):
    query = "&".join([f"filter={quote(text, safe='')}", *(f"{n}={v}" for n, v in more.items())])
    page = pusher.get(f"Users?{query}")["Resources"]
    return sorted(one["userName"].partition("@")[0] for one in page)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "ANA@example.com"', ["ana"]),
        ('userName eq "o\'brien+x@example.com"', ["o'brien+x"]),
        ('externalId eq "E1"', ["ana"]),
        ('externalId eq "e1"', []),
        ("active eq false", ["bea"]),
        ('active eq "False"', ["bea"]),
        ('title eq "Lead" or title eq "Agent"', ["ana", "bea"]),
        ('userName sw "b" and active eq false', ["bea"]),
        ('userName eq "bea@example.com" and title eq "Agent"', []),
        ('not (userName co "e")', []),
        ("title pr", ["ana", "bea"]),
        ('emails[type eq "work" and value co "ob@"]', ["o'brien+x"]),
        ('emails.value eq "OB@example.com"', ["o'brien+x"]),
        (f'{ENTERPRISE}:department eq "sales"', ["ana"]),
        ('meta.lastModified ge "2001-01-01T00:00:00Z"', ["ana", "bea", "o'brien+x"]),
        ('id eq "nobody"', []),
        ('userName eq 7', []),
    ],
)  # fmt: skip
def test_a_filter_finds_whom_it_describes_and_nobody_else(pusher, text, found):
    assert names(pusher, text) == found


@pytest.mark.parametrize("text", ["userName", 'userName xx "a"', 'userName eq "a', "(" * 60])
def test_what_is_no_filter_is_refused_as_such(pusher, text):
    assert pusher.refused("GET", f"Users?filter={quote(text)}") == (400, "invalidFilter")


def test_Entra_asks_whether_somebody_is_in_a_group(pusher):
    ana = pusher.get('Users?filter=externalId eq "E1"')["Resources"][0]["id"]
    staff, other = pusher.group("Staff", ana), pusher.group("Other")
    for group, total in ((staff, 1), (other, 0)):
        asked = quote(f'id eq "{group}" and members eq "{ana}"')
        page = pusher.get(f"Groups?excludedAttributes=members&filter={asked}")
        assert page["totalResults"] == total
        assert all("members" not in one for one in page["Resources"])


def test_pages_hold_everybody_once_and_in_order(pusher):
    for number in range(7):
        pusher.user(f"p{number}")

    seen = []
    for start in range(1, 12, 3):
        page = pusher.get(f"Users?startIndex={start}&count=3")
        assert page["totalResults"] == 10
        assert page["itemsPerPage"] == len(page["Resources"])
        seen += [one["id"] for one in page["Resources"]]

    assert len(seen) == len(set(seen)) == 10
    assert pusher.get("Users?count=0") | {"schemas": 0} == {
        "schemas": 0, "totalResults": 10, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
    }  # fmt: skip
    assert pusher.get("Users?startIndex=-4&count=1000000")["itemsPerPage"] == 10
    assert pusher.refused("GET", "Users?count=all") == (400, "invalidValue")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("attributes=userName", {"userName"}),
        ("attributes=USERNAME,title", {"userName", "title"}),
        (f"attributes={ENTERPRISE}:department", {ENTERPRISE}),
        (f"attributes={ENTERPRISE}", {ENTERPRISE}),
        ("attributes=nothing", set()),
        ("excludedAttributes=title,meta,externalId,userName", {ENTERPRISE}),
    ],
)
def test_only_the_part_that_is_asked_for_is_answered(pusher, query, keys):
    page = pusher.get(f'Users?filter=externalId eq "E1"&{query}')

    assert set(page["Resources"][0]) == keys | {"schemas", "id"}


def test_a_search_in_a_body_lists_people_and_groups(pusher):
    pusher.group("Ana's group")
    said = pusher.ask("POST", ".search", {"filter": "id pr", "startIndex": 3, "count": 2})

    assert said.status == 200
    kinds = [one["meta"]["resourceType"] for one in said.document["Resources"]]
    assert (said.document["totalResults"], kinds) == (4, ["User", "Group"])
