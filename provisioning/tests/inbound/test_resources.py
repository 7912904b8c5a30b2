"""People and groups that are pushed are in the directory when the answer is there."""

from __future__ import annotations

import json

import pytest

from provisioning.core.resource import Kind, State
from provisioning.models import DirectoryObject, PushedResource
from provisioning.tests.inbound.pusher import ENTERPRISE, USER, Pusher, members, stored

ENTRA_USER = {
    "externalId": "9f3e",
    "active": True,
    "displayName": "Ana Ruiz",
    "title": "Agent",
    "preferredLanguage": "es",
    "name": {"givenName": "Ana", "familyName": "Ruiz"},
    "emails": [
        {"type": "home", "value": "ana@home.example"},
        {"type": "work", "value": "ana@example.com", "primary": True},
    ],
    "phoneNumbers": [{"type": "mobile", "value": "+34 600"}, {"type": "work", "value": "+34 91"}],
    "addresses": [{"type": "work", "locality": "Madrid", "country": "ES"}],
    ENTERPRISE: {"department": "Sales", "employeeNumber": "007"},
}


@pytest.fixture
def pusher(db):
    return Pusher()


def test_a_person_is_in_the_directory_under_the_names_of_a_directory_file(pusher):
    ana = pusher.user("ana", **ENTRA_USER)

    one = stored(ana)
    assert one.state == State.ACTIVE
    assert one.origin.name == "entra"
    assert one.attributes == {
        "userPrincipalName": "ana@example.com",
        "displayName": "Ana Ruiz",
        "givenName": "Ana",
        "surname": "Ruiz",
        "jobTitle": "Agent",
        "preferredLanguage": "es",
        "accountEnabled": True,
        "department": "Sales",
        "employeeId": "007",
        "mail": "ana@example.com",
        "mobile": "+34 600",
        "telephoneNumber": "+34 91",
        "city": "Madrid",
        "country": "ES",
        "externalId": "9f3e",
    }


def test_what_was_pushed_is_read_back_whole_but_for_the_password(pusher):
    ana = pusher.user("ana", password="hunter2", **ENTRA_USER)

    told = pusher.get(f"Users/{ana}")

    assert {name: told[name] for name in ENTRA_USER} == ENTRA_USER
    assert told["meta"]["location"] == f"{pusher.base}/Users/{ana}"
    assert told["schemas"] == [USER, ENTERPRISE]
    assert "hunter2" not in json.dumps(told)
    assert "hunter2" not in str(PushedResource.objects.get().document)


def test_what_is_changed_by_nobody_makes_no_change_in_the_directory(pusher):
    ana = pusher.user("ana", **ENTRA_USER)
    before = stored(ana).change_number

    told = pusher.patch(f"Users/{ana}", {"op": "replace", "path": "title", "value": "Agent"})

    assert told["meta"]["version"] == 'W/"1"'
    assert stored(ana).change_number == before


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ({"op": "replace", "path": "active", "value": False}, State.DISABLED),
        ({"op": "Replace", "path": "active", "value": "False"}, State.DISABLED),
        ({"op": "replace", "value": {"active": False}}, State.DISABLED),
        ({"op": "Replace", "value": {"active": "True"}}, State.ACTIVE),
    ],
)
def test_W16_a_disabled_person_is_disabled_and_not_deleted(pusher, operation, state):
    ana = pusher.user("ana")

    pusher.patch(f"Users/{ana}", operation)

    assert stored(ana).state == state


def test_who_is_deleted_is_gone_from_every_group_and_nobodys_manager(pusher):
    boss = pusher.user("boss")
    ana = pusher.user("ana", **{ENTERPRISE: {"manager": {"value": boss}}})
    staff = pusher.group("Staff", boss, ana)
    assert DirectoryObject.objects.managers_of([stored(ana)])[stored(ana).pk] == stored(boss)

    answer = pusher.ask("DELETE", f"Users/{boss}")

    assert (answer.status, answer.document) == (204, None)
    assert stored(boss).state == State.GONE
    assert members(staff) == {ana}
    assert DirectoryObject.objects.managers_of([stored(ana)]) == {}
    assert pusher.refused("GET", f"Users/{boss}")[0] == 404


def test_W18_who_is_deleted_and_made_again_is_another_person(pusher):
    first = pusher.user("ana", externalId="1")
    pusher.ask("DELETE", f"Users/{first}")

    second = pusher.user("ana", externalId="1")

    assert second != first
    assert (stored(first).state, stored(second).state) == (State.GONE, State.ACTIVE)


def test_a_replacement_takes_away_what_it_does_not_name(pusher):
    ana = pusher.user("ana", **ENTRA_USER)

    answer = pusher.ask("PUT", f"Users/{ana}", {"userName": "ana@example.com", "title": "Lead"})

    assert answer.status == 200
    assert stored(ana).attributes == {"userPrincipalName": "ana@example.com", "jobTitle": "Lead"}


def test_a_replaced_group_that_names_no_members_keeps_them_and_an_empty_list_ends_them(pusher):
    ana = pusher.user("ana")
    staff = pusher.group("Staff", ana)

    pusher.ask("PUT", f"Groups/{staff}", {"displayName": "All staff"})
    assert (stored(staff, Kind.GROUP).display_name, members(staff)) == ("All staff", {ana})

    pusher.ask("PUT", f"Groups/{staff}", {"displayName": "All staff", "members": []})
    assert members(staff) == set()


def test_a_user_name_belongs_to_one_person_whatever_its_case_and_normal_form(pusher):
    pusher.user("josé")
    other = pusher.user("ana")

    composed = {"userName": "JOSE\u0301@example.com"}
    assert pusher.refused("POST", "Users", composed) == (409, "uniqueness")
    assert pusher.refused("PUT", f"Users/{other}", composed) == (409, "uniqueness")
    assert DirectoryObject.objects.people().count() == 2


def test_two_sources_may_have_the_same_people(pusher):
    okta = Pusher("okta")

    pusher.user("ana")
    okta.user("ana")

    assert DirectoryObject.objects.find("ana@example.com") != []
    assert DirectoryObject.objects.people().count() == 2


def test_a_change_of_another_version_than_the_client_knows_is_not_made(pusher):
    ana = pusher.user("ana", title="Agent")
    version = pusher.get(f"Users/{ana}")["meta"]["version"]
    pusher.patch(f"Users/{ana}", {"op": "replace", "path": "title", "value": "Lead"})

    late = {"Operations": [{"op": "remove", "path": "title"}]}
    for method, body in (("PATCH", late), ("PUT", {"userName": "x"}), ("DELETE", None)):
        status, _type = pusher.refused(method, f"Users/{ana}", body, match=version)
        assert status == 412
    assert stored(ana).attributes["jobTitle"] == "Lead"

    now = pusher.get(f"Users/{ana}")["meta"]["version"]
    assert pusher.ask("GET", f"Users/{ana}", none_match=now).status == 304
    assert pusher.ask("DELETE", f"Users/{ana}", match=now).status == 204
