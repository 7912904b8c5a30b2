"""What the standards print is what we read and write."""

from __future__ import annotations

import pytest
from scim2_models import EnterpriseUser, PatchOp, User

from provisioning.core import filters
from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, differences
from provisioning.core.patch import Dialect, create_body, members_body, patch_body
from provisioning.core.replacement import replacement_body
from provisioning.core.resource import Kind
from provisioning.core.urns import CORE_USER, ENTERPRISE_USER
from provisioning.tests.core.samples import names, sample

path = AttributePath.parse


@pytest.mark.parametrize("text", sample("rfc7644-3.4.2.2-filters"))
def test_every_filter_of_the_rfc_is_read_and_printed_as_it_stands(text):
    needless = ("(emails.type eq", "emails.type eq"), ('"work")', '"work"')
    expected = text
    for found, instead in needless if "(emails.type" in text else ():
        expected = expected.replace(found, instead)

    assert str(filters.parse(text)) == expected


@pytest.mark.parametrize("text", sample("rfc7644-3.5.2-paths"))
def test_every_path_of_the_rfc_is_read_and_printed_as_it_stands(text):
    assert str(path(text)) == text


@pytest.mark.parametrize("name", names("rfc7644-3.5.2."))
def test_every_path_in_a_patch_of_the_rfc_is_read_and_printed(name):
    for operation in sample(name)["Operations"]:
        text = operation.get("path", "emails")
        assert str(path(text)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("userName", "bjensen@example.com"),
        ("name.familyName", "Jensen"),
        ('emails[type eq "work"].value', "bjensen@example.com"),
        ('emails[type eq "home"].value', "babs@jensen.org"),
        ('addresses[type eq "work"].region', "CA"),
        ("phoneNumbers.value", "555-555-5555"),
        ("groups[display eq 'Employees'].value", "fc348aa8-3835-40eb-a20b-c726e15c55b5"),
        (f"{ENTERPRISE_USER}:employeeNumber", "701984"),
        (f"{ENTERPRISE_USER}:manager.displayName", "John Smith"),
        (f"{CORE_USER}:title", "Tour Guide"),
    ],
)
def test_a_person_of_the_rfc_is_read_by_paths(text, value):
    person = sample("rfc7643-8.3-enterprise_user")

    assert path(text).get(person) == value
    assert path(text).set(person, value) == person
    assert path(text).get(path(text).remove(person)) is None


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("rfc7643-8.2-user-full", 'userType eq "employee" and title pr', True),
        (
            "rfc7643-8.2-user-full",
            'userType ne "Employee" and not (emails co "example.com")',
            False,
        ),
        (
            "rfc7643-8.2-user-full",
            'emails[type eq "home" and value ew "jensen.org"] and meta.version pr',
            True,
        ),
        ("rfc7643-8.1-user-minimal", "title pr or emails pr", False),
        ("rfc7643-8.3-enterprise_user", f'schemas eq "{ENTERPRISE_USER}"', True),
    ],
)
def test_people_of_the_rfc_are_found_by_filters(name, text, verdict):
    assert filters.evaluate(filters.parse(text), sample(name), Kind.USER) is verdict


def test_the_minimal_request_of_section_3_3_is_what_create_writes():
    wanted = sample("rfc7644-3.3-user-post_request")
    mapped = {
        path("userName"): wanted["userName"],
        path("externalId"): wanted["externalId"],
        path("name.formatted"): wanted["name"]["formatted"],
        path("name.familyName"): wanted["name"]["familyName"],
        path("name.givenName"): wanted["name"]["givenName"],
    }

    assert create_body(mapped, Kind.USER) == wanted


def test_members_are_added_and_removed_as_section_3_5_2_shows():
    added = sample("rfc7644-3.5.2.1-patch_op-add_members")["Operations"][0]
    removed = sample("rfc7644-3.5.2.2-patch_op-remove_one_member")["Operations"][0]

    body = members_body(["1"], ["2819c223-7f76-...413861904646"], Dialect.RFC)

    assert body["Operations"] == [
        {"op": added["op"], "path": added["path"], "value": [{"value": "1"}]},
        removed,
    ]


def test_a_street_is_replaced_as_section_3_5_2_3_shows():
    person = sample("rfc7643-8.2-user-full")
    street = path('addresses[type eq "work"].streetAddress')

    changes = differences({street: "1010 Broadway Ave"}, person, Kind.USER)

    expected = sample("rfc7644-3.5.2.3-patch_op-replace_street_address")
    assert patch_body(changes, Dialect.RFC, person) == expected


def test_a_person_is_put_back_as_section_3_5_1_shows():
    created = sample("rfc7644-3.3-user-post_request")
    expected = sample("rfc7644-3.5.1-user-put_request")
    meta = {"resourceType": "User", "version": 'W/"e180ee84f0671b1"'}
    current = {**created, "id": expected["id"], "meta": meta}
    wanted = {
        path("name.middleName"): "Jane",
        path("emails"): expected["emails"],
        path("roles"): [],
    }

    body = replacement_body(differences(wanted, current, Kind.USER), current, Kind.USER)

    assert {**body, "roles": []} == expected


def test_a_value_added_without_a_path_as_section_3_5_2_1_shows_is_no_change_for_us():
    added = sample("rfc7644-3.5.2.1-patch_op-add_emails")["Operations"][0]["value"]
    person = sample("rfc7643-8.2-user-full")
    wanted = {
        path(f'emails[type eq "{email["type"]}"].value'): email["value"]
        for email in added["emails"]
    }

    assert differences({**wanted, path("nickName"): added["nickname"]}, person, Kind.USER) == ()


def test_an_address_is_replaced_as_section_3_5_2_3_shows():
    person = sample("rfc7643-8.2-user-full")
    expected = sample("rfc7644-3.5.2.3-patch_op-replace_work_address")
    address = path('addresses[type eq "work"]')

    change = Change(address, address.get(person), expected["Operations"][0]["value"])

    assert patch_body([change], Dialect.RFC, person) == expected


@pytest.mark.parametrize("name", names("rfc7643-8.2"))
def test_a_server_of_the_rfc_takes_our_changes_to_its_own_example(name):
    person = sample(name)
    wanted = {path("title"): "Agent", path('emails[type eq "work"].value'): None}
    server = User[EnterpriseUser].model_validate(person)

    changes = differences(wanted, person, Kind.USER)
    PatchOp[User[EnterpriseUser]].model_validate(patch_body(changes, Dialect.RFC, person)).patch(
        server
    )

    assert differences(wanted, server.model_dump(mode="json"), Kind.USER) == ()
