"""App roles and assignments of an enterprise application, as the tenant has them."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.core.resource import Kind
from provisioning.sources.assigned import NoSuchApplication
from provisioning.sources.graph.assignments import find_apps, read_app
from provisioning.tests.simulator.graph.companies import (
    ANA,
    APP,
    BEN,
    DEVICE,
    SALES,
    company,
    crowd,
)
from provisioning.tests.sources.graph.tenants import client_of, settings_of, tenant


def test_roles_and_assignments_are_read_and_the_zero_id_is_default_access():
    with tenant(seed=company()) as running:
        app = read_app(client_of(settings_of(running)), APP)

    assert [(role.value, role.name, role.enabled) for role in app.roles] == [
        ("agent", "Agent", True)
    ]
    assert {(one.principal, one.kind, one.role) for one in app.assignments} == {
        (ANA, Kind.USER, ""),
        (SALES, Kind.GROUP, "agent"),
    }


def test_somebody_with_several_roles_has_all_of_them():
    with tenant(seed=company()) as running:
        running.change("assign", app=APP, principal=ANA, role="agent")
        app = read_app(client_of(settings_of(running)), APP)

    assert {one.role for one in app.assignments if one.principal == ANA} == {"", "agent"}


def test_applications_that_are_assigned_are_counted_and_left_out():
    with tenant(seed=company()) as running:
        running.change("assign", app=APP, principal=DEVICE)
        app = read_app(client_of(settings_of(running)), APP)

    assert app.others == 1
    assert DEVICE not in {one.principal for one in app.assignments}


def test_all_pages_are_read_and_a_missing_one_is_no_smaller_company():
    seed: dict[str, Any] = crowd(1200)
    seed["apps"] = [
        {
            "id": APP,
            "displayName": "App",
            "assignments": [{"principal": one["id"]} for one in seed["users"]],
        }
    ]
    with tenant(seed=seed) as running:
        client = client_of(settings_of(running))
        assert len(read_app(client, APP).assignments) == 1200

        running.set_faults("status:path=/servicePrincipals/*/appRoleAssignedTo,after=1,code=400")
        with pytest.raises(SourceUnavailable):
            read_app(client, APP)


def test_a_role_without_a_value_goes_by_its_name():
    with tenant(seed=company()) as running:
        running.change("set_roles", app=APP, roles=[{"value": None, "displayName": "Boss"}])
        app = read_app(client_of(settings_of(running)), APP)

    assert [(role.value, role.name) for role in app.roles] == [("Boss", "Boss")]
    assert app.unknown_roles == 1


@pytest.mark.parametrize("text", [APP, "Genesys", "genesys cloud"])
def test_an_application_is_found_by_id_and_by_name(text):
    with tenant(seed=company()) as running:
        client = client_of(settings_of(running))
        (found,) = find_apps(client, text)
        app_id = running.tenant.apps.principals[APP].app_id

        assert found.id == APP
        assert [one.id for one in find_apps(client, app_id)] == [APP]
        assert find_apps(client, "O'Brien") == []


def test_an_application_that_is_not_there_is_not_an_empty_one():
    with tenant(seed=company()) as running, pytest.raises(NoSuchApplication):
        read_app(client_of(settings_of(running)), BEN)
