"""A target that lets two accounts have one userName is asked first whether the name is free."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioning import simulator
from provisioning.engine.credentials import keep_quirks
from provisioning.models import Escrow, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.histories import user_names
from provisioning.tests.engine.watching import Watch, entries


@pytest.fixture
def lenient() -> Iterator[Running]:
    with simulator.start(personality="scim:uniqueness=none", quota=0) as running:
        yield running


@pytest.fixture
def job(directory: Directory, lenient: Running) -> Job:
    """Ana and Ben have their accounts where nothing keeps a name from being used twice."""
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    made = application(lenient.tenant_url, lenient.token, scope="all", template="scim")
    keep_quirks(made.application, uniqueness_enforced=False)
    assert cycle(made, approve=True).counts == {"create": 2}
    return made


def test_I01_F39_two_who_swap_their_names_are_held_where_the_target_would_allow_both(
    directory: Directory, lenient: Running, job: Job
):
    directory.person("ana", userPrincipalName="ben@contoso.example")
    directory.person("ben", userPrincipalName="ana@contoso.example")
    directory.sync()
    watch = Watch(lenient)

    run = cycle(job)

    assert run.counts == {"failed": 2}
    assert watch.writes == []
    assert {one.reason for one in entries(status="failure")} == {"EntryConflict"}
    assert Escrow.objects.filter(code="EntryConflict").count() == 2


def test_I01_a_name_is_given_once_it_is_free(directory: Directory, lenient: Running, job: Job):
    directory.person("ana", userPrincipalName="ben@contoso.example")
    directory.sync()
    cycle(job)
    assert user_names(lenient) == ["ana@contoso.example", "ben@contoso.example"]

    directory.person("ben", userPrincipalName="benjamin@contoso.example")
    directory.sync()
    cycle(job)
    cycle(job, initial=True)

    assert user_names(lenient) == ["ben@contoso.example", "benjamin@contoso.example"]
