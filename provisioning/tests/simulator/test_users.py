"""Users of the Genesys Cloud personality: attributes, mirrors, states, and coming back."""

from __future__ import annotations

import pytest

from provisioning.tests.simulator.caller import (
    ENTERPRISE,
    PURECLOUD,
    calling,
    op,
    person,
)


def test_a_new_user_gets_what_genesys_cloud_adds():
    with calling() as target:
        answer = target.post("/Users", person(externalId="E1", roles=[{"value": "AGENT"}]))

    user = answer.json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == user["meta"]["location"]
    assert user["roles"] == [{"value": "employee"}, {"value": "agent"}]
    assert user["emails"] == [{"value": "ana@example.org", "type": "other", "primary": True}]
    assert user[ENTERPRISE]["division"] == "Home"
    assert user[PURECLOUD]["externalIds"] == [{"authority": "x-pc:scimv2:v1", "value": "E1"}]
    assert user["meta"]["version"] == "1"
    assert user["meta"]["location"] == f"/api/v2/scim/v2/users/{user['id']}"
    assert "created" not in user["meta"]


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "Ana"},
        {"userName": "ana@example.org"},
        person(active="perhaps"),
        person(title=7),
        person(emails=[{"type": "home", "value": "a@b.org"}]),
        person(phoneNumbers=[{"type": "fax", "value": "+331"}]),
        person(roles=[{"value": "Astronaut"}]),
        person(**{ENTERPRISE: {"division": "Mars"}}),
        person(**{ENTERPRISE: {"manager": {"value": "nobody"}}}),
        person(**{ENTERPRISE: {"dateHire": "yesterday"}}),
        person(**{PURECLOUD: {"routingSkills": [{"name": "Sales"}]}}),
        person(**{PURECLOUD: {"routingLanguages": [{"name": "French", "proficiency": 6}]}}),
    ],
)
def test_an_invalid_user_is_refused_and_nothing_is_stored(body):
    with calling() as target:
        answer = target.post("/Users", body)

        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
        assert target.running.state()["users"] == []


def test_a_password_is_taken_and_never_shown():
    with calling() as target:
        user = target.user(password="correct horse")
        target.patch(f"/Users/{user['id']}", op("replace", "password", "battery staple"))

        shown = target.get(f"/Users/{user['id']}").text

    assert "password" not in user
    assert "battery" not in shown


def test_a_manager_is_an_existing_user_and_comes_back_with_a_reference():
    with calling() as target:
        boss = target.user("boss@example.org")
        reference = f"/api/v2/scim/v2/users/{boss['id']}"

        user = target.user(**{ENTERPRISE: {"manager": {"value": boss["id"]}}})

    assert user[ENTERPRISE]["manager"] == {"value": boss["id"], "$ref": reference}


@pytest.mark.parametrize("shape", ["{}", "[{}]", "text"])
def test_entras_spellings_of_a_manager_are_accepted(shape):
    with calling() as target:
        boss, user = target.user("boss@example.org"), target.user()
        value = {"{}": {"value": boss["id"]}, "[{}]": [{"value": boss["id"]}], "text": boss["id"]}

        answer = target.patch(
            f"/Users/{user['id']}", op("Add", f"{ENTERPRISE}:manager", value[shape])
        )

    assert answer.json()[ENTERPRISE]["manager"]["value"] == boss["id"]


def test_a_manager_who_has_left_does_not_stop_later_changes():
    with calling() as target:
        boss = target.user("boss@example.org")
        user = target.user(**{ENTERPRISE: {"manager": {"value": boss["id"]}}})
        target.delete(f"/Users/{boss['id']}")

        answer = target.patch(f"/Users/{user['id']}", op("replace", "title", "Agent"))

    assert answer.status_code == 200


def test_deactivated_and_reactivated_a_user_keeps_roles():
    with calling() as target:
        user = target.user(roles=[{"value": "agent"}])

        off = target.patch(f"/Users/{user['id']}", op("replace", "active", False)).json()
        listed = target.names()
        on = target.patch(f"/Users/{user['id']}", op("replace", None, {"active": True})).json()

    assert (off["active"], listed, on["active"]) == (False, [], True)
    assert on["roles"] == user["roles"]


def test_a_deleted_user_is_gone_for_reads_lists_filters_and_writes():
    with calling() as target:
        user = target.user()
        address = f"/Users/{user['id']}"

        deleted = target.delete(address)

        assert (deleted.status_code, deleted.content) == (204, b"")
        assert target.get(address).status_code == 404
        assert target.delete(address).status_code == 404
        assert target.patch(address, op("replace", "title", "x")).status_code == 404
        assert target.names() == target.names(filter="active eq false") == []
        assert target.names(filter='userName eq "ana@example.org"') == []
        assert [kept["state"] for kept in target.running.state()["users"]] == ["deleted"]


def test_a_rehired_user_keeps_id_and_history_and_loses_roles_and_division():
    with calling(seed={"divisions": ["Paris"]}) as target:
        user = target.user(
            title="Agent",
            roles=[{"value": "supervisor"}],
            **{ENTERPRISE: {"division": "Paris", "department": "Sales"}},
        )
        target.delete(f"/Users/{user['id']}")

        back = target.user("ANA@example.org")

    assert (back["id"], back["userName"]) == (user["id"], "ANA@example.org")
    assert (back["active"], back["title"]) == (True, "Agent")
    assert "roles" not in back
    assert back[ENTERPRISE] == {"division": "Home", "department": "Sales"}
    assert int(back["meta"]["version"]) > int(user["meta"]["version"])


def test_a_userName_is_unique_among_active_and_inactive_users_without_case():
    with calling() as target:
        target.user("ana@example.org", active=False)
        other = target.user("bo@example.org")

        created = target.post("/Users", person("ANA@example.org"))
        renamed = target.patch(
            f"/Users/{other['id']}", op("replace", "userName", "Ana@Example.org")
        )

    assert (created.status_code, renamed.status_code) == (409, 409)
    assert created.json()["scimType"] == "uniqueness"


def test_a_renamed_user_is_found_by_the_new_name_and_frees_the_old():
    with calling() as target:
        user = target.user()

        renamed = target.patch(f"/Users/{user['id']}", op("replace", "userName", "a@example.org"))

        assert renamed.json()["emails"][0]["value"] == "a@example.org"
        assert target.names(filter='userName eq "a@example.org"') == ["a@example.org"]
        assert target.names(filter='userName eq "ana@example.org"') == []
        assert target.user()["id"] != user["id"]


def test_put_replaces_what_it_names_and_clears_the_rest_but_what_is_required():
    with calling() as target:
        user = target.user(title="Agent", active=False)

        replaced = target.put(f"/Users/{user['id']}", {"displayName": "Ana Ruiz"}).json()

    assert (replaced["userName"], replaced["displayName"]) == ("ana@example.org", "Ana Ruiz")
    assert (replaced["active"], replaced["id"]) == (False, user["id"])
    assert "title" not in replaced


def test_a_read_user_can_be_put_back_with_a_new_name():
    with calling() as target:
        user = target.user(externalId="E1", emails=[{"type": "work", "value": "w@example.org"}])

        answer = target.put(f"/Users/{user['id']}", {**user, "userName": "ana2@example.org"})

    assert answer.status_code == 200
    assert [email["value"] for email in answer.json()["emails"]] == [
        "ana2@example.org",
        "w@example.org",
    ]
    assert answer.json()[PURECLOUD] == user[PURECLOUD]


def test_a_change_that_changes_nothing_keeps_the_version():
    with calling() as target:
        user = target.user(title="Agent")

        answer = target.patch(f"/Users/{user['id']}", op("replace", "title", "Agent"))

        assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
        assert target.running.requests[-1]["changes"] == []


def test_the_mirror_of_externalId_cannot_be_written():
    with calling() as target:
        user = target.user(externalId="E1")

        path = f'{PURECLOUD}:externalIds[authority eq "x-pc:scimv2:v1"].value'
        answer = target.patch(f"/Users/{user['id']}", op("replace", path, "E2"))

    assert answer.json()["scimType"] == "mutability"


def test_If_None_Match_answers_304_for_the_current_version():
    with calling() as target:
        user = target.user()
        address = f"/Users/{user['id']}"

        current = target.get(address, headers={"If-None-Match": '"1"'})
        other = target.get(address, headers={"If-None-Match": '"0"'})

    assert (current.status_code, current.content, current.headers["ETag"]) == (304, b"", '"1"')
    assert other.status_code == 200


@pytest.mark.parametrize("tag", ['"1"', "*", 'W/"1"', '"0", "1"'])
def test_If_Match_with_the_current_version_lets_the_change_pass(tag):
    with calling() as target:
        user = target.user()

        answer = target.patch(
            f"/Users/{user['id']}", op("replace", "title", "x"), **{"If-Match": tag}
        )

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


def test_If_Match_with_a_stale_version_stops_put_patch_and_delete():
    with calling() as target:
        user = target.user()
        address, stale = f"/Users/{user['id']}", {"If-Match": '"0"'}

        answers = [
            target.put(address, person(title="x"), **stale),
            target.patch(address, op("replace", "title", "x"), **stale),
            target.delete(address, **stale),
        ]

        assert {answer.status_code for answer in answers} == {400}
        assert target.get(address).json() == user
