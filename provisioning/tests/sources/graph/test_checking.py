"""Before anything is read: the sign-in, the certificate, and a few people to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.sources.assigned import AssignmentFeed
from provisioning.sources.base import ChangeFeed, Part, Sampling
from provisioning.sources.graph.settings import Proof
from provisioning.sources.graph.source import GraphDirectory
from provisioning.tests.simulator.graph.companies import company, crowd
from provisioning.tests.sources.graph.tenants import (
    NOW,
    client_of,
    graph_source,
    settings_of,
    tenant,
)


def test_a_sign_in_that_works_is_no_problem_and_one_that_does_not_says_why():
    with tenant(seed=company()) as running:
        assert graph_source(running).check() == []

        wrong = settings_of(running, "another secret")
        with pytest.raises(SourceUnavailable) as raised:
            GraphDirectory(wrong, client_of(wrong), {}, NOW).check()

    assert "its value, not its id" in raised.value.advice


def test_a_certificate_that_is_none_is_a_problem_of_the_secret():
    with tenant(seed=company()) as running:
        wrong = replace(settings_of(running), proof=Proof.CERTIFICATE, secret="no certificate")
        (problem,) = GraphDirectory(wrong, client_of(wrong), {}, NOW).check()

    assert problem.path == "secret"
    assert "PEM" in problem.advice


def test_a_few_people_and_groups_are_looked_at_without_reading_everybody():
    with tenant(seed=crowd(300), page_size=10) as running:
        source = graph_source(running)
        people = source.sample(Part.USERS, 5)
        groups = source.sample(Part.GROUPS, 5)
        asked = len(running.requests)

    assert [one.attributes["displayName"] for one in people] == [f"Person {n}" for n in range(5)]
    assert [one.attributes["displayName"] for one in groups] == ["All"]
    assert asked == 2


def test_the_tenant_is_a_source_in_every_way_that_the_engine_asks_for():
    with tenant(seed=company()) as running:
        source = graph_source(running)

    for way in (ChangeFeed, AssignmentFeed, Sampling):
        assert isinstance(source, way)
    assert "displayName" in source.schema(Part.USERS)
    assert source.schema(Part.MEMBERSHIPS) == ("group", "member", "type")
