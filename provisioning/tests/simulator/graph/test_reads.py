"""Everything of the tenant that is read without a delta, and how it refuses."""

from __future__ import annotations

import pytest
import requests

from provisioning.simulator.graph import RunningGraph
from provisioning.simulator.graph.apps import NO_ROLE
from provisioning.tests.simulator.graph.companies import (
    ANA,
    APP,
    BEN,
    CLEO,
    DEVICE,
    SALES,
    STAFF,
    company,
    crowd,
)
from provisioning.tests.simulator.graph.reader import TIMEOUT, reading, token_form


def test_without_select_only_the_default_properties_come_back():
    with reading(seed=company()) as tenant:
        plain = tenant.document(f"/users/{BEN}")
        chosen = tenant.document("/users/ben@contoso.example?$select=accountEnabled,department")

    assert "accountEnabled" not in plain
    assert "department" not in plain
    assert plain["businessPhones"] == []
    assert (chosen["id"], chosen["accountEnabled"], chosen["department"]) == (BEN, True, "Sales")


def test_a_manager_is_read_and_none_is_404():
    with reading(seed=company()) as tenant:
        assert tenant.document(f"/users/{BEN}/manager?$select=id")["id"] == ANA
        assert tenant.get(f"/users/{ANA}/manager").status_code == 404

        tenant.running.change("delete_user", id=ANA)
        assert tenant.get(f"/users/{BEN}/manager").status_code == 404


def test_people_are_counted_only_with_eventual_consistency():
    with reading(seed=company()) as tenant:
        assert tenant.document("/users/$count", ConsistencyLevel="eventual") == 3
        assert tenant.get("/users/$count").status_code == 400


def test_lists_go_on_over_pages_and_keep_what_was_asked():
    with reading(seed=crowd(250)) as tenant:
        people = tenant.list("/users?$select=displayName&$top=60")
        members = tenant.list(f"/groups/{SALES}/members")

    assert len(people) == len(members) == 250
    assert all(set(one) == {"id", "displayName"} for one in people)


def test_who_is_deleted_is_listed_until_the_end():
    with reading(seed=company()) as tenant:
        tenant.running.change("delete_user", id=BEN)
        deleted = tenant.list(
            "/directory/deletedItems/microsoft.graph.user?$select=deletedDateTime"
        )
        tenant.running.change("purge_user", id=BEN)

        assert [one["id"] for one in deleted] == [BEN]
        assert deleted[0]["deletedDateTime"].endswith("Z")
        assert tenant.list("/directory/deletedItems/microsoft.graph.user") == []
        assert tenant.get(f"/users/{BEN}").status_code == 404


def test_a_security_group_is_gone_at_once_and_a_microsoft_365_group_is_restorable():
    with reading(seed=company()) as tenant:
        team = tenant.running.change("add_group", displayName="Team", groupTypes=["Unified"])
        tenant.running.change("delete_group", id=SALES)
        tenant.running.change("delete_group", id=team)
        deleted = tenant.list("/directory/deletedItems/microsoft.graph.group")

    assert [one["id"] for one in deleted] == [team]


def test_a_restored_person_is_a_member_again():
    with reading(seed=company()) as tenant:
        tenant.running.change("delete_user", id=BEN)
        without = tenant.list(f"/groups/{SALES}/members")
        tenant.running.change("restore_user", id=BEN)
        restored = tenant.list(f"/groups/{SALES}/members")

    assert {one["id"] for one in without} == {CLEO, DEVICE}
    assert {one["id"] for one in restored} == {BEN, CLEO, DEVICE}


def test_an_application_has_roles_and_assignments_and_default_access_is_the_zero_id():
    with reading(seed=company()) as tenant:
        app = tenant.document(f"/servicePrincipals/{APP}")
        assigned = {
            one["principalId"]: one
            for one in tenant.list(f"/servicePrincipals/{APP}/appRoleAssignedTo")
        }
        own = tenant.list(f"/groups/{SALES}/appRoleAssignments")

    (role,) = app["appRoles"]
    assert assigned[SALES]["appRoleId"] == role["id"]
    assert assigned[SALES]["principalType"] == "Group"
    assert assigned[ANA]["appRoleId"] == NO_ROLE
    assert [one["id"] for one in own] == [assigned[SALES]["id"]]


def test_assignments_of_who_is_deleted_are_not_listed_and_come_back():
    with reading(seed=company()) as tenant:
        path = f"/servicePrincipals/{APP}/appRoleAssignedTo"
        tenant.running.change("delete_user", id=ANA)
        without = tenant.list(path)
        tenant.running.change("restore_user", id=ANA)

        assert len(without) == 1
        assert len(tenant.list(path)) == 2


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("displayName eq 'Genesys Cloud'", 1),
        ("startswith(displayName,'gen')", 1),
        ("displayName eq 'Other'", 0),
    ],
)
def test_applications_are_found_by_name(filter_, found):
    with reading(seed=company()) as tenant:
        assert len(tenant.list(f"/servicePrincipals?$filter={filter_}")) == found


def test_members_of_a_group_that_are_groups_say_so():
    with reading(seed=company()) as tenant:
        members = tenant.list(f"/groups/{STAFF}/members")

    assert {one["@odata.type"] for one in members} == {
        "#microsoft.graph.user",
        "#microsoft.graph.group",
    }


def test_without_permission_nothing_is_read():
    with reading(seed=company()) as tenant:
        tenant.running.change("set_permissions", names=["User.Read.All"])

        assert tenant.get("/users").status_code == 200
        for path in ("/groups/delta", f"/servicePrincipals/{APP}"):
            answer = tenant.get(path)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "Authorization_RequestDenied"


def test_without_a_valid_token_nothing_is_read():
    with reading(seed=company()) as tenant:
        tenant.running.change("revoke_tokens")
        answer = tenant.get("/users")

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_a_page_fails_on_demand_and_the_next_call_gets_it():
    with reading(seed=crowd(30), page_size=10) as tenant:
        tenant.running.set_faults(
            "status:path=/users/delta,after=1,times=1,code=429,retry_after=2.128"
        )
        link = tenant.document("/users/delta")["@odata.nextLink"]
        refused = tenant.get(link)

        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "2.128"
        assert len(tenant.document(link)["value"]) == 10
    assert [one.status for one in tenant.running.requests] == [200, 429, 200]


def test_the_share_of_the_limit_is_told_from_eight_tenths_on():
    header = "x-ms-throttle-limit-percentage"
    with reading(seed=company()) as tenant:
        tenant.running.change("set_throttle_percentage", share=0.7)
        before = tenant.get("/users")
        tenant.running.change("set_throttle_percentage", share=0.9)

        assert header not in before.headers
        assert tenant.get("/users").headers[header] == "0.9"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "stranger"}, 400, "unauthorized_client"),
        ({"scope": "User.Read.All"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_token_request_is_refused_with_its_reason(form, status, error):
    with reading() as tenant:
        answer = requests.post(tenant.running.token_url, data=token_form(**form), timeout=TIMEOUT)

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_description"].startswith("AADSTS")


def test_the_control_addresses_change_the_tenant_and_tell_what_it_holds():
    with reading(seed=company()) as tenant:
        control = tenant.running.control_url
        changes = [
            {"do": "add_user", "displayName": "Dora"},
            {"do": "delete_user", "id": BEN},
        ]
        applied = requests.post(f"{control}/changes", json=changes, timeout=TIMEOUT)
        wrong = requests.post(f"{control}/changes", json=[{"do": "dance"}], timeout=TIMEOUT)
        state = requests.get(f"{control}/state", timeout=TIMEOUT).json()

    assert applied.status_code == 200
    assert wrong.status_code == 400
    assert "change_user" in wrong.json()["message"]
    lives = {one["displayName"]: one["life"] for one in state["users"]}
    assert lives == {"Ana": "live", "Ben": "deleted", "Cleo": "live", "Dora": "live"}
    assert applied.json()[0] in {one["id"] for one in state["users"]}


def test_a_running_tenant_prints_no_secret_of_its_tokens():
    with reading() as tenant:
        assert isinstance(tenant.running, RunningGraph)
        token = tenant.session.headers["Authorization"]
        told = requests.get(f"{tenant.running.control_url}/requests", timeout=TIMEOUT).text

    assert str(token) not in told
