"""The client's verbs, against our simulator and against a server that we did not write."""

from __future__ import annotations

import pytest

from provisioning import simulator
from provisioning.core import errors
from provisioning.core.resource import Kind
from provisioning.scim.discovery import authentication_schemes, passport, publishes
from provisioning.scim.quirks import GENERIC, GENESYS
from provisioning.scim.versions import version_of
from provisioning.tests.scim.targets import (
    DISPLAY_NAME,
    TOKEN,
    USER_NAME,
    USER_SCHEMA,
    client,
    genesys,
    person,
    replacing,
    stranger,
)


@pytest.fixture(params=["genesys", "scim", "stranger"])
def target(request):
    if request.param == "stranger":
        with stranger() as url, client(url) as opened:
            yield opened
        return
    quirks = GENESYS if request.param == "genesys" else GENERIC
    with (
        simulator.start(token=TOKEN, quota=0, personality=request.param) as running,
        client(running.tenant_url, quirks=quirks) as opened,
    ):
        yield opened


def test_a_life_from_create_to_delete(target):
    created = target.create(Kind.USER, person("ana@example.org"))
    identity = str(created["id"])

    assert [user["id"] for user in target.find(Kind.USER, USER_NAME, "ana@example.org")] == [
        identity
    ]
    assert target.read(Kind.USER, identity)["displayName"] == "Ana"

    target.modify(Kind.USER, identity, replacing("title", "Agent"), version_of(created))
    seen = target.read(Kind.USER, identity)
    assert seen["title"] == "Agent"

    target.replace(Kind.USER, identity, person("ana@example.org", title="Chief"), version_of(seen))
    assert target.read(Kind.USER, identity)["title"] == "Chief"

    target.delete(Kind.USER, identity)
    target.delete(Kind.USER, identity)
    with pytest.raises(errors.LinkBroken):
        target.read(Kind.USER, identity)
    assert target.find(Kind.USER, USER_NAME, "ana@example.org") == []


def test_F15_a_second_account_with_the_same_name_is_a_conflict(target):
    target.create(Kind.USER, person("ana@example.org"))

    with pytest.raises(errors.Conflict) as conflict:
        target.create(Kind.USER, person("ANA@example.org"))

    assert conflict.value.status == 409


def test_a_stale_version_is_seen(target):
    created = target.create(Kind.USER, person("ana@example.org"))
    identity = str(created["id"])
    target.modify(Kind.USER, identity, replacing("title", "Agent"))

    with pytest.raises(errors.VersionMismatch):
        target.modify(Kind.USER, identity, replacing("title", "Chief"), version_of(created))


def test_a_value_the_target_refuses_is_told_in_its_own_words(target):
    created = target.create(Kind.USER, person("ana@example.org"))

    with pytest.raises(errors.ObjectRejected) as refusal:
        target.modify(Kind.USER, str(created["id"]), replacing("id", "7"))

    assert refusal.value.target_message


@pytest.mark.parametrize(
    "value",
    ['a" or userName pr or userName eq "', "a\\", "zoë@example.org", "a+b %41&x=1#y", "名前"],
)
def test_T14_a_value_never_leaves_its_filter(target, value):
    target.create(Kind.USER, person("victim@example.org"))

    assert target.find(Kind.USER, USER_NAME, value) == []

    target.create(Kind.USER, person(value))
    assert [user["userName"] for user in target.find(Kind.USER, USER_NAME, value)] == [value]


@pytest.mark.parametrize("identity", ["../Groups/1", "x?y", "%2f", "a/b", "é", "a b", "#"])
def test_T15_an_odd_id_stays_in_its_segment(target, identity):
    with pytest.raises(errors.LinkBroken):
        target.read(Kind.USER, identity)


@pytest.mark.parametrize(
    "identity", ["", ".", "..", "a\r\nb", "\x00", "\ud800", "x" * 256], ids=range(7)
)
def test_T15_an_id_that_no_address_can_carry_is_refused_before_anything_is_sent(target, identity):
    with pytest.raises(errors.ObjectRejected):
        target.delete(Kind.USER, identity)

    assert target.requests.total() == 0


def test_everybody_is_listed_once_and_inactive_ones_too(target):
    names = {f"p{number:02}@example.org" for number in range(60)}
    for name in names:
        target.create(Kind.USER, person(name, active=not name.startswith("p0")))
    spent = target.requests["GET"]

    listing = target.listing(Kind.USER)

    assert listing.total == 60
    left = listing.requests_left
    assert {user["userName"] for user in listing} == names
    assert listing.complete
    assert listing.doubts == ()
    asked = target.requests["GET"] - spent
    assert asked == (3 if target.quirks is GENESYS else 1)
    assert left == (1 if target.quirks is GENESYS else 0)


def test_an_empty_target_is_a_complete_listing(target):
    listing = target.listing(Kind.USER)

    assert list(listing) == []
    assert listing.complete
    assert target.requests["GET"] == len(target.quirks.user_lists)


def test_what_a_target_says_of_itself_narrows_its_passport(target):
    config = target.read_service_provider_config()

    narrowed = passport(target.quirks, config)

    assert narrowed.patch_supported
    assert narrowed.filter_supported
    assert narrowed.page_size <= target.quirks.page_size
    assert publishes(target.schemas(), USER_SCHEMA)
    assert {kind["name"] for kind in target.resource_types()} >= {"User", "Group"}
    assert isinstance(authentication_schemes(config), tuple)


def test_requests_are_counted_by_method(target):
    created = target.create(Kind.USER, person("ana@example.org"))
    target.modify(Kind.USER, str(created["id"]), replacing("title", "Agent"))
    target.find(Kind.USER, USER_NAME, "ana@example.org")

    assert dict(target.requests) == {"POST": 1, "PATCH": 1, "GET": 1}


def test_each_write_gives_its_exchange_for_the_log(target):
    with target.recording() as exchanges:
        created = target.create(Kind.USER, person("ana@example.org", password="hunter2!Aa"))

    (logged,) = (exchange.as_dict() for exchange in exchanges)
    assert logged["method"] == "POST"
    assert str(logged["url"]).endswith("/Users")
    assert logged["status"] == 201
    assert logged["responseBody"]["id"] == created["id"]
    assert "hunter2" not in str(logged)
    assert TOKEN not in str(logged)


def test_a_group_is_found_by_name_without_its_members():
    with genesys(groups=["Contact centre FR"]) as (opened, _target):
        (found,) = opened.find(Kind.GROUP, DISPLAY_NAME, "Contact centre FR", exclude_members=True)
        seen = opened.read(Kind.GROUP, str(found["id"]), exclude_members=True)

    assert "members" not in seen


def test_the_correlation_id_of_a_refusal_is_kept():
    with genesys() as (opened, _target), pytest.raises(errors.ObjectRejected) as refusal:
        opened.create(Kind.USER, {"schemas": [USER_SCHEMA], "displayName": "Nobody"})

    assert refusal.value.correlation_id


def test_the_media_type_is_scim_both_ways():
    with genesys() as (opened, _target), opened.recording() as exchanges:
        opened.create(Kind.USER, person("ana@example.org"))

    assert exchanges[0].as_dict()["requestHeaders"] == {
        "accept": "application/scim+json",
        "content-type": "application/scim+json",
    }
