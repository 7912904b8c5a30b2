"""The personality `scim`: RFC 7644 without the ways of Genesys Cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning.tests.simulator.caller import Caller, calling, op, person


@pytest.fixture
def target() -> Iterator[Caller]:
    with calling(personality="scim", quota=None) as running:
        yield running


def test_locations_are_absolute_and_versions_weak(target):
    answer = target.post("/Users", person())

    user = answer.json()
    location = f"{target.running.tenant_url}/Users/{user['id']}"
    assert user["meta"]["location"] == answer.headers["Location"] == location
    assert user["meta"]["version"] == answer.headers["ETag"] == 'W/"1"'
    assert user["meta"]["created"] == user["meta"]["lastModified"]
    assert "emails" not in user
    assert "roles" not in user


def test_lists_include_inactive_users_and_hold_a_hundred(target):
    for number in range(101):
        target.user(f"p{number:03}@example.org", active=number != 0)

    page = target.get("/Users").json()

    assert (page["totalResults"], page["itemsPerPage"]) == (101, 100)
    assert page["Resources"][0]["active"] is False


def test_groups_are_created_renamed_and_deleted(target):
    user = target.user()

    created = target.post("/Groups", {"displayName": "Sales", "members": [{"value": user["id"]}]})
    address = f"/Groups/{created.json()['id']}"
    renamed = target.patch(address, op("replace", "displayName", "Buying"))
    deleted = target.delete(address)

    assert created.status_code == 201
    assert created.json()["members"][0]["$ref"] == user["meta"]["location"]
    assert renamed.json()["displayName"] == "Buying"
    assert (deleted.status_code, target.get(address).status_code) == (204, 404)


def test_errors_are_scim_errors_throughout(target):
    for answer in (
        target.get("/Users/nobody"),
        target.send("GET", "/Users", headers={"Authorization": "Bearer x"}),
    ):
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert answer.json()["status"] == str(answer.status_code)


def test_a_deleted_userName_is_a_new_user_the_next_time(target):
    user = target.user()
    target.delete(f"/Users/{user['id']}")

    assert target.user()["id"] != user["id"]


def test_PUT_needs_what_is_required(target):
    user = target.user()

    assert target.put(f"/Users/{user['id']}", {"displayName": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "ANA@example.org"', ["ana"]),
        ('userName ne "ana@example.org"', ["bo"]),
        ('userName sw "a" or title eq "Lead"', ["ana", "bo"]),
        ('userName co "@" and not (title pr)', ["ana"]),
        ('userName ew ".org" and (title eq "Lead")', ["bo"]),
        ('emails[type eq "work" and value co "@w"]', ["ana"]),
        ('emails.value eq "ana@w.org"', ["ana"]),
        ("emails pr", ["ana"]),
        ("active eq false", ["bo"]),
        ("title eq null", ["ana"]),
        ('title gt "K"', ["bo"]),
        ('title le "Lead"', ["bo"]),
        ('meta.lastModified ge "2020-01-01T00:00:00Z"', ["ana", "bo"]),
        ('meta.created lt "2020-01-01T00:00:00Z"', []),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bo@example.org"', ["bo"]),
    ],
)
def test_every_operator_of_rfc_7644_is_known(target, text, found):
    target.user("ana@example.org", emails=[{"type": "work", "value": "ana@w.org"}])
    target.user("bo@example.org", title="Lead", active=False)

    assert [name.split("@")[0] for name in target.names(filter=text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "userName eq ana",
        "userName eq 'ana'",
        'active eq "true"',
        "unknown pr",
        "(userName pr",
        "not userName pr",
        "userName zz 1",
        "(" * 200 + "userName pr" + ")" * 200,
    ],
)
def test_a_filter_outside_the_grammar_is_invalid(target, text):
    assert target.get("/Users", filter=text).json()["scimType"] == "invalidFilter"


def test_results_are_sorted(target):
    for name in ("bo@example.org", "Ana@example.org", "cy@example.org"):
        target.user(name)

    assert target.names(sortBy="userName") == [
        "Ana@example.org",
        "bo@example.org",
        "cy@example.org",
    ]
    assert target.names(sortBy="userName", sortOrder="descending")[0] == "cy@example.org"


def test_a_search_in_a_body_covers_one_kind_or_both(target):
    target.user()
    target.post("/Groups", {"displayName": "Sales"})

    users = target.post("/Users/.search", {"filter": "userName pr", "attributes": ["userName"]})
    both = target.post("/.search", {"count": 1, "startIndex": 2})

    assert users.json()["totalResults"] == 1
    assert set(users.json()["Resources"][0]) == {"schemas", "id", "userName"}
    assert (both.json()["totalResults"], both.json()["itemsPerPage"]) == (2, 1)
    assert both.json()["Resources"][0]["displayName"] == "Sales"
