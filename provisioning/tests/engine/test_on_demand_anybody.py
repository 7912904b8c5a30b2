"""Provision on demand reaches anybody: who was deleted, a large group, beside a running cycle."""

from __future__ import annotations

from provisioning import simulator
from provisioning.engine.cycle import Request, open_cycle
from provisioning.models import Cycle
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, accounts, member_names

CHUNK = 50


def test_somebody_deleted_is_disabled_on_demand_beside_a_running_cycle(
    directory: Directory, genesys: Running
):
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.leave("ana")
    directory.sync(force=True)
    job.refresh_from_db()
    running = open_cycle(job, Request())
    assert running is not None
    watch = Watch(genesys)

    shown = command("provision", "genesys-eu", "ana", "--preview", "--json")
    assert (shown.document["result"], watch.writes) == ("preview", [])
    said = command("provision", "genesys-eu", "ana", "--json")

    assert (said.code, said.document["action"]) == (0, "disable"), said.out
    assert accounts(genesys)["ana"]["active"] is False
    assert watch.methods == {"PATCH": 1}
    assert Cycle.objects.get(pk=running.pk).ended is None
    again = command("provision", "genesys-eu", "ana", "--json")
    assert again.document["result"] == "skipped"


def test_a_group_of_any_size_is_provisioned_in_chunks(directory: Directory):
    names = [directory.person(f"p{number:03}") for number in range(2 * CHUNK + 5)]
    directory.group("g", "Everybody", names)
    directory.sync()
    with simulator.start(quota=0, groups=["Everybody"]) as target:
        job = application(
            target.tenant_url,
            target.token,
            scope="all",
            mappings={"groups": {"enabled": False}},
        )
        cycle(job, approve=True)
        configure({"slug": "genesys-eu", "mappings": {"groups": {"enabled": True}}})
        job.refresh_from_db()
        assert open_cycle(job, Request(Purpose.CYCLE)) is not None
        watch = Watch(target)

        said = command("provision", "genesys-eu", "Everybody", "--json")

        assert (said.code, said.document["result"]) == (0, "success"), said.out
        assert member_names(target, "Everybody") == names
        assert watch.methods == {"GET": 1, "PATCH": 3}
