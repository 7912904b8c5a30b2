"""Stored plans by command: listed, begun with a few people, discarded."""

from __future__ import annotations

from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import accounts


def test_a_plan_is_begun_with_five_people_waits_and_is_discarded(
    directory: Directory, genesys: Running
):
    for number in range(7):
        directory.person(f"p{number}")
    directory.sync()
    application(genesys.tenant_url, genesys.token, scope="all")
    digest = command("plan", "genesys-eu", "--json").document["digest"]

    begun = command("plans", "genesys-eu", "--begin", digest, "--json")

    assert (begun.code, len(begun.document["begun"])) == (0, 5)
    assert len(accounts(genesys)) == 5
    assert command("cycle", "genesys-eu", "--json").code == 3
    gone = command("plans", "genesys-eu", "--discard", digest, "--json")
    assert gone.code == 0
    assert command("plans", "genesys-eu", "--discard", "0" * 64, "--json").code == 2
