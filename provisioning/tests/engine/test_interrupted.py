"""What a stopped cycle or a provision on demand left undone, the next cycle completes."""

from __future__ import annotations

from typing import Any

from provisioning.core.vocabulary import CycleState, Phase
from provisioning.engine import closing, phases, runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.on_demand import provision
from provisioning.engine.target import Target
from provisioning.engine.work import Work
from provisioning.models import Cycle, Job
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import ENTERPRISE, accounts, member_names

FRENCH = "Contact centre FR"


def stopped_before(job: Job, phase: Phase, wave: int = 0) -> None:
    """A cycle that did everything before this phase and wave, and was stopped there."""
    job.refresh_from_db()
    opened = open_cycle(job, Request())
    assert opened is not None
    for unit in iter(lambda: runner.claim(opened.pk, "test"), None):
        running = Cycle.objects.select_related("job__application", "definition", "plan").get(
            pk=opened.pk
        )
        target = Target(running.job.application, lambda seconds: None)
        work = Work(running, unit, target, lambda seconds: None)
        there = unit.phase == phase and unit.wave >= wave
        (closing.stop if there else phases.run_unit)(work)
        target.close()
    opened.refresh_from_db()
    assert opened.state == CycleState.STOPPED


def grown(directory: Directory, target: Running, **late: Any) -> Job:
    """Ana has an account; Ben, of the same group, is blocked at first and has none."""
    directory.person("ana")
    directory.person("ben", accountEnabled=False)
    directory.group("g1", FRENCH, ["ana", "ben"])
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")
    assert cycle(job, approve=True).state == "succeeded"
    directory.person("ben", accountEnabled=True)
    directory.sync()
    return job


def test_F40_a_member_whose_cycle_was_stopped_joins_the_group_with_the_next(
    directory: Directory, genesys: Running
):
    job = grown(directory, genesys)
    stopped_before(job, Phase.MEMBERSHIPS)
    assert "ben" in accounts(genesys)
    assert member_names(genesys, FRENCH) == ["ana"]

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 1})
    assert member_names(genesys, FRENCH) == ["ana", "ben"]
    assert cycle(job).requests == {}


def test_F40_a_report_whose_managers_cycle_was_stopped_is_told_by_the_next(
    directory: Directory, genesys: Running
):
    directory.person("ana", manager="ben")
    directory.person("ben")
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "ana", "role": "agent"}]
    )
    cycle(job, approve=True)
    both = [{"user": name, "role": "agent"} for name in ("ana", "ben")]
    configure({"slug": "genesys-eu", "assignments": both})
    stopped_before(job, Phase.CHANGES, wave=1)
    assert "ben" in accounts(genesys)
    assert "manager" not in accounts(genesys)["ana"].get(ENTERPRISE, {})

    run = cycle(job)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 1})
    manager = accounts(genesys)["ana"][ENTERPRISE]["manager"]
    assert manager["value"] == accounts(genesys)["ben"]["id"]
    assert cycle(job).requests == {}


def test_who_was_provisioned_on_demand_joins_their_groups_with_the_next_cycle(
    directory: Directory, genesys: Running
):
    job = grown(directory, genesys)
    ben = directory_object("ben")
    assert provision(job, ben, Request(Purpose.ON_DEMAND, only=ben))["result"] == "success"

    assert cycle(job).requests == {"PATCH": 1}
    assert member_names(genesys, FRENCH) == ["ana", "ben"]


def test_who_failed_and_was_provisioned_on_demand_joins_their_groups_with_the_next_cycle(
    directory: Directory, genesys: Running
):
    job = grown(directory, genesys)
    genesys.set_faults(["status:code=400,method=POST,times=1"])
    assert cycle(job).counts["failed"] == 1
    ben = directory_object("ben")
    assert provision(job, ben, Request(Purpose.ON_DEMAND, only=ben))["result"] == "success"

    assert cycle(job).requests == {"PATCH": 1}
    assert member_names(genesys, FRENCH) == ["ana", "ben"]
    assert cycle(job).requests == {}
