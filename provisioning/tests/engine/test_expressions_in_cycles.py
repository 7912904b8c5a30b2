"""What expressions ask of the world is answered in a cycle: groups, chance, the default domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.watching import accounts

USER_NAME = {"target": "userName", "source": "userPrincipalName", "match": 1}
NAME = {"target": "displayName", "source": "displayName"}


@pytest.fixture
def company(directory: Directory) -> Directory:
    for name in ("ana", "ben"):
        directory.person(name)
    directory.group("sales", "Sales FR", ["ben"])
    directory.sync()
    return directory


def mapped(target: Running, rows: Sequence[dict[str, Any]]) -> Job:
    """An application for everybody with these mappings besides the two that must be."""
    return application(
        target.tenant_url,
        target.token,
        scope="all",
        mappings={"users": {"attributes": [USER_NAME, NAME, *rows]}, "groups": {"enabled": False}},
    )


def test_membership_in_a_group_decides_a_value(company: Directory, genesys: Running):
    expression = 'IIF(IsMemberOf("Sales FR"), "Sales", "Other")'
    job = mapped(genesys, [{"target": "title", "expression": expression}])

    cycle(job, approve=True)

    assert {name: one["title"] for name, one in accounts(genesys).items()} == {
        "ana": "Other", "ben": "Sales",
    }  # fmt: skip


def test_everybody_gets_a_chance_of_their_own_once(company: Directory, genesys: Running):
    job = mapped(genesys, [{"target": "title", "expression": "Guid()", "apply": "on_create"}])

    cycle(job, approve=True)
    first = {name: one["title"] for name, one in accounts(genesys).items()}
    again = cycle(job, initial=True)

    assert len(set(first.values())) == 2
    assert not {"POST", "PATCH"} & set(again.requests)


def test_the_default_domain_is_a_setting(company: Directory, genesys: Running, settings):
    settings.DEFAULT_DOMAIN = "Contoso.example"
    job = mapped(genesys, [{"target": "title", "expression": 'Append("@", DefaultDomain())'}])

    cycle(job, approve=True)

    assert accounts(genesys)["ana"]["title"] == "@contoso.example"
