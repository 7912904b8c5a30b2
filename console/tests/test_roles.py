"""App roles: what assignment offers, and what becomes of those whose role goes."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.models import Application, Assignment, AuditEvent, Definition
from provisioning.tests.builders import Directory, configure

INDEX = "/applications/phone/roles/"


@pytest.fixture
def phone(tmp_path, db):
    directory = Directory(tmp_path)
    directory.person("ana")
    directory.person("bob")
    directory.sync()
    configure(
        {
            "name": "Phone",
            "slug": "phone",
            "template": "genesys-cloud",
            "roles": [
                {"value": "agent", "name": "Agent"},
                {"value": "supervisor", "name": "Supervisor"},
            ],
            "assignments": [
                {"user": "ana", "role": "agent"},
                {"user": "bob", "role": "Default Access"},
            ],
        }
    )
    return Application.objects.get()


@pytest.fixture
def marie(client, phone):
    return administrator(client)


def roles():
    content = Definition.objects.latest("version").content
    return {one["value"]: one["name"] for one in content["roles"]}


def held():
    return dict(Assignment.objects.values_list("object__source_id", "role"))


def page(client, address=INDEX):
    return unescape(client.get(address).content.decode())


def test_default_access_is_the_first_row_and_cannot_be_edited(client, marie):
    text = page(client)

    assert text.index("Default Access") < text.index("<bdi>Agent</bdi>")
    assert "People with only this role are excluded from provisioning" in text
    assert "/roles/Default" not in text


def test_the_sentence_about_default_access_follows_the_scope(client, marie):
    configure({"slug": "phone", "exclude_default_access": False})

    assert "People with only this role are excluded" not in page(client)


def test_a_role_is_added(client, marie):
    answer = client.post(f"{INDEX}add/", {"name": "Wallboard", "value": "wallboard"})

    assert answer["Location"] == INDEX
    assert roles() == {"agent": "Agent", "supervisor": "Supervisor", "wallboard": "Wallboard"}
    assert AuditEvent.objects.latest("pk").actor == marie


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "", "value": "x"}, "This field is required."),
        ({"name": "X", "value": "two words"}, "Write one word without spaces or slashes"),
        ({"name": "X", "value": "a/b"}, "Write one word without spaces or slashes"),
        ({"name": "X", "value": "agent"}, "The role Agent has this value."),
        ({"name": "Default Access", "value": "x"}, "Default Access exists already."),
    ],
)
def test_a_wrong_role_is_told_at_its_field_and_nothing_typed_is_lost(client, marie, typed, told):
    answer = client.post(f"{INDEX}add/", typed)
    text = unescape(answer.content.decode())

    assert answer.status_code == 422
    assert told in text
    assert f'value="{typed["value"]}"' in text
    assert set(roles()) == {"agent", "supervisor"}


def test_whoever_has_a_role_keeps_it_when_its_value_changes(client, marie):
    client.post(f"{INDEX}agent/", {"name": "Agents", "value": "agents"})

    assert roles()["agents"] == "Agents"
    assert held() == {"ana": "agents", "bob": ""}


@pytest.mark.parametrize(
    ("instead", "becomes"), [("supervisor", "supervisor"), ("Default Access", "")]
)
def test_deleting_a_role_gives_its_people_the_one_that_was_chosen(client, marie, instead, becomes):
    assert "1 assignment has it" in page(client, f"{INDEX}agent/")

    client.post(f"{INDEX}agent/", {"do": "delete", "role": instead})

    assert roles() == {"supervisor": "Supervisor"}
    assert held() == {"ana": becomes, "bob": ""}


def test_deleting_without_a_choice_deletes_nothing(client, marie):
    answer = client.post(f"{INDEX}agent/", {"do": "delete"})

    assert answer.status_code == 422
    assert "agent" in roles()


def test_without_any_role_nobody_can_be_provisioned_and_the_page_says_so(client, marie):
    configure({"slug": "phone", "roles": [], "assignments": []})

    assert "Nobody can be provisioned until there is another role." in page(client)


def test_a_role_that_no_mapping_sends_is_said_to_decide_here_only(client, marie):
    assert "No mapping sends the role to Phone" in page(client)

    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "active", "expression": "Not([IsSoftDeleted])"},
        {"target": "displayName", "source": "displayName"},
        {"target": "title", "expression": "SingleAppRoleAssignment([appRoleAssignments])"},
    ]
    configure({"slug": "phone", "mappings": {"users": {"attributes": rows}}})

    assert "No mapping sends the role" not in page(client)


def test_before_a_role_goes_default_access_is_said_to_take_access_away(client, marie):
    warning = "Who gets Default Access and has no other role loses access"
    assert warning in page(client, f"{INDEX}agent/")
    assert warning not in page(client, f"{INDEX}supervisor/")


def test_an_unknown_role_is_not_there(client, marie):
    assert client.get(f"{INDEX}king/").status_code == 404


def test_a_reader_reads_the_table_only(client, phone):
    reader(client)

    text = page(client)

    assert "Agent" in text
    assert "Add role" not in text
    assert "/roles/agent/" not in text
