"""An account that an earlier cycle made without knowing it: those who point to it are told."""

from __future__ import annotations

from provisioning.models import PlanRow
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import run

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "Contact centre FR"


def test_F10_reports_and_groups_learn_of_an_account_that_recovery_found(
    directory: Directory, genesys: Running
):
    """The answer to Ana's create is lost, and every search is refused until the next cycle."""
    directory.person("boss")
    directory.group("g", GROUP, ["boss"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    run(job, FakeTime(), approve=True)
    directory.person("ana")
    directory.person("ben", manager="ana")
    directory.group("g", GROUP, ["boss", "ana", "ben"])
    directory.sync()
    genesys.set_faults(("lost_reply:method=POST,times=1", "status:method=GET,code=400,after=2"))
    assert run(job, FakeTime()).state == "partly"
    assert PlanRow.objects.filter(state="unknown").count() == 1
    genesys.set_faults(())

    run(job, FakeTime())

    state = genesys.state()
    accounts = {one["userName"].partition("@")[0]: one for one in state["users"]}
    assert accounts["ben"][ENTERPRISE]["manager"]["value"] == accounts["ana"]["id"]
    members = next(one["members"] for one in state["groups"] if one["displayName"] == GROUP)
    assert {one["value"] for one in members} == {one["id"] for one in accounts.values()}
