"""A tenant that is connected as an administrator does it, and read by the verbs of sources."""

from __future__ import annotations

import pytest

from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import (
    Wish,
    connect_source,
    find_connection,
    sync_source,
    try_connection,
)
from provisioning.engine.importing.report import Terms
from provisioning.models import Assignment, DirectoryObject, TakenOver
from provisioning.simulator.graph import RunningGraph
from provisioning.tests.builders import configure
from provisioning.tests.simulator.graph.companies import APP, company
from provisioning.tests.sources.graph.tenants import SECRET, tenant

pytestmark = pytest.mark.django_db


def connected(entra: RunningGraph, secret: str = SECRET) -> None:
    said = {
        "tenant": entra.options.tenant,
        "client_id": "rollcall",
        "token_url": entra.token_url,
        "graph_url": entra.graph_url,
    }
    connect_source(None, Wish("entra", "graph", said, secret), Clock().now())


def test_test_connection_signs_in_and_shows_people_without_reading_everybody():
    with tenant(seed=company()) as entra:
        connected(entra)
        steps = try_connection(find_connection("entra"), Clock().now())
        asked = [one.path for one in entra.requests]

    assert [step.verdict.value for step in steps] == ["passed"] * 5
    assert "Ana" in steps[2].detail
    assert not [path for path in asked if "delta" in path]


def test_a_wrong_secret_fails_at_the_sign_in_with_what_to_do():
    with tenant(seed=company()) as entra:
        connected(entra, "another secret")
        steps = try_connection(find_connection("entra"), Clock().now())

    assert [step.verdict.value for step in steps[:3]] == ["passed", "failed", "not_tried"]
    assert "its value, not its id" in steps[1].advice
    assert "another secret" not in str(steps)


def test_a_connected_tenant_is_read_with_the_assignments_that_are_taken_over():
    with tenant(seed=company()) as entra:
        connected(entra)
        row = find_connection("entra")
        configure(
            {
                "name": "Phone",
                "slug": "phone",
                "template": "genesys-cloud",
                "assignments_from": {"source": "entra", "app": APP},
            }
        )
        report = sync_source(row, Terms(), Clock().now())

    assert report.users.added == 3
    assert DirectoryObject.objects.people().present().count() == 3
    assert sorted(Assignment.objects.values_list("role", flat=True)) == ["", "agent"]
    assert TakenOver.objects.get().name == "Genesys Cloud"
