"""A Microsoft Entra tenant provisioned into Genesys Cloud: each change in the tenant arrives as
exactly the right requests, assignments with app roles and Default Access included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.engine.clock import Clock
from provisioning.engine.explaining import explain
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.graph import open_graph
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models import Assignment, Job, TakenOver
from provisioning.simulator import Running
from provisioning.simulator.graph import RunningGraph
from provisioning.tests.builders import Run, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, member_names
from provisioning.tests.sources.graph.tenants import settings_of, tenant

FRENCH = "Contact centre FR"
APP = "0000000a-bbbb-4222-8333-444444444444"
PEOPLE = ["ana", "ben", "cleo", "dana", "eve"]
IDS = {name: f"0000000{n}-1111-4222-8333-444444444444" for n, name in enumerate(PEOPLE, 1)}
GROUP = "00000001-aaaa-4222-8333-444444444444"


def company() -> dict[str, Any]:
    """Ana leads and is supervisor; Ben and Cleo are agents by group; Dana has Default Access."""
    managers = {"ben": IDS["ana"], "cleo": IDS["ben"]}
    return {
        "users": [
            {
                "id": IDS[name],
                "userPrincipalName": f"{name}@contoso.example",
                "displayName": f"Person {name}",
                "mail": f"{name}@contoso.example",
                "jobTitle": "Agent",
                **({"manager": managers[name]} if name in managers else {}),
            }
            for name in PEOPLE
        ],
        "groups": [{"id": GROUP, "displayName": FRENCH, "members": [IDS["ben"], IDS["cleo"]]}],
        "apps": [
            {
                "id": APP,
                "displayName": "Genesys Cloud for Azure",
                "appRoles": [
                    {"value": "supervisor", "displayName": "Supervisor"},
                    {"value": "agent", "displayName": "Agent"},
                ],
                "assignments": [
                    {"principal": IDS["ana"], "role": "supervisor"},
                    {"principal": GROUP, "role": "agent"},
                    {"principal": IDS["dana"]},
                ],
            }
        ],
    }


@dataclass
class World:
    """The tenant on one side, Genesys Cloud on the other, and Rollcall between them."""

    entra: RunningGraph
    target: Running
    job: Job

    def change(self, do: str, **given: object) -> object:
        return self.entra.change(do, **given)

    def read(self, terms: Terms | None = None) -> ImportReport:
        return read(self.entra, terms)

    def run(self) -> tuple[Run, list[tuple[str, str]]]:
        """Read the tenant, run a cycle, and tell what was written: verb and whom."""
        self.read()
        watch = Watch(self.target)
        done = cycle(self.job)
        names = {user["id"]: user["userName"] for user in self.target.state()["users"]}
        return done, [_told(one, names) for one in watch.writes]

    def account(self, name: str) -> dict[str, Any]:
        return accounts(self.target)[name]


def read(entra: RunningGraph, terms: Terms | None = None) -> ImportReport:
    now = Clock().now()
    source = open_graph(settings_of(entra), now)
    return import_directory(source, name="entra", now=now, terms=terms)


def _told(request: dict[str, Any], names: dict[str, str]) -> tuple[str, str]:
    body = request["body"] or {}
    operations = body.get("Operations") or []
    identifier = request["path"].rpartition("/")[2]
    whom = names.get(identifier) or body.get("userName") or "group"
    said = ",".join(f"{one['op']} {one.get('path')}={one.get('value')}" for one in operations)
    if whom == "group":
        said = ",".join(f"{one['op']} {one['path'].partition('[')[0]}" for one in operations)
    return request["method"] + (f" {said}" if said else ""), whom.partition("@")[0]


@pytest.fixture
def world(db: None, genesys: Running) -> Iterator[World]:
    """Everybody who is entitled has an account."""
    with tenant(seed=company(), page_size=2, members_per_item=1, untidy=True) as entra:
        read(entra)
        job = application(
            genesys.tenant_url, genesys.token, assignments_from={"source": "entra", "app": APP}
        )
        read(entra)
        job.refresh_from_db()
        assert cycle(job, approve=True).state == "succeeded"
        yield World(entra, genesys, job)


def test_the_first_cycle_creates_who_has_a_role_and_nobody_else(world: World):
    assert set(accounts(world.target)) == {"ana", "ben", "cleo"}
    assert member_names(world.target, FRENCH) == ["ben", "cleo"]
    dana = explain(world.job, directory_object(IDS["dana"]))
    assert dana["code"] == "NotEffectivelyEntitled"
    assert [one["reason"] for one in dana["because"]] == ["DefaultAccessOnly"]
    eve = explain(world.job, directory_object(IDS["eve"]))
    assert [one["reason"] for one in eve["because"]] == ["NotAssigned"]
    assert [one["value"] for one in world.job.definition.content["roles"]] == [  # type: ignore[union-attr]
        "supervisor",
        "agent",
    ]


def test_no_change_is_no_request(world: World):
    done, writes = world.run()

    assert (done.requests, writes) == ({}, [])


def test_a_rename_is_one_patch_of_what_changed(world: World):
    world.change("change_user", id=IDS["ben"], displayName="Ben New")

    done, writes = world.run()

    assert writes == [("PATCH replace displayName=Ben New", "ben")]
    assert done.requests == {"PATCH": 1}


def test_who_is_blocked_is_disabled_and_enabled_again(world: World):
    world.change("change_user", id=IDS["cleo"], accountEnabled=False)
    assert world.run()[1] == [("PATCH replace active=False", "cleo")]

    world.change("change_user", id=IDS["cleo"], accountEnabled=True)
    assert world.run()[1] == [("PATCH replace active=True", "cleo")]


def test_who_is_soft_deleted_is_disabled_and_restored_as_the_same_account(world: World):
    before = world.account("ana")["id"]

    world.change("delete_user", id=IDS["ana"])
    assert world.run()[1] == [("PATCH replace active=False", "ana")]

    world.change("restore_user", id=IDS["ana"])
    assert world.run()[1] == [("PATCH replace active=True", "ana")]
    assert world.account("ana")["id"] == before


def test_who_is_soft_deleted_is_not_merely_unassigned(world: World):
    configure({"slug": "genesys-eu", "on_leaving_scope": "delete"})
    world.change("delete_user", id=IDS["ana"])

    _, writes = world.run()

    assert writes == [("PATCH replace active=False", "ana")]


def test_a_member_who_is_soft_deleted_and_restored_never_leaves_the_group(world: World):
    world.change("delete_user", id=IDS["ben"])
    assert world.run()[1] == [("PATCH replace active=False", "ben")]
    world.read(Terms(whole=True))
    assert world.run()[1] == []

    world.change("restore_user", id=IDS["ben"])
    assert world.run()[1] == [("PATCH replace active=True", "ben")]
    assert member_names(world.target, FRENCH) == ["ben", "cleo"]


def test_who_is_gone_for_good_leaves_the_group_and_is_disabled_first(world: World):
    world.change("delete_user", id=IDS["cleo"])
    world.change("purge_user", id=IDS["cleo"])

    _, writes = world.run()

    assert writes == [("PATCH replace active=False", "cleo"), ("PATCH remove members", "group")]
    assert member_names(world.target, FRENCH) == ["ben"]


def test_who_joins_the_assigned_group_is_created_and_becomes_a_member(world: World):
    world.change("add_members", group=GROUP, members=[IDS["eve"]])

    _, writes = world.run()

    assert writes == [("POST", "eve"), ("PATCH add members", "group")]
    assert member_names(world.target, FRENCH) == ["ben", "cleo", "eve"]


def test_who_leaves_the_assigned_group_is_disabled_and_no_member_any_more(world: World):
    world.change("remove_members", group=GROUP, members=[IDS["cleo"]])

    _, writes = world.run()

    assert writes == [("PATCH replace active=False", "cleo"), ("PATCH remove members", "group")]


def test_a_role_in_place_of_default_access_is_an_account(world: World):
    world.change("assign", app=APP, principal=IDS["dana"], role="agent")

    _, writes = world.run()

    assert writes == [("POST", "dana")]


def test_an_assignment_that_is_taken_away_disables(world: World):
    (assignment,) = [
        one["id"]
        for one in world.entra.tenant.apps.assignments.values()
        if one["principalId"] == IDS["ana"]
    ]
    world.change("unassign", assignment=assignment)

    _, writes = world.run()

    assert writes == [("PATCH replace active=False", "ana")]


def test_a_renamed_role_is_the_same_assignment_under_its_new_value(world: World):
    roles = [
        {"id": role["id"], "value": f"{role['value']}-2", "displayName": role["displayName"]}
        for role in world.entra.tenant.apps.principal(APP).roles
    ]
    world.change("set_roles", app=APP, roles=roles)

    _, writes = world.run()

    assert writes == []
    held = Assignment.objects.filter(application=world.job.application)
    assert sorted(held.values_list("role", flat=True)) == ["", "agent-2", "supervisor-2"]


def test_a_list_of_assignments_that_lost_many_is_held_until_somebody_says_so(world: World):
    for name in ("ben", "cleo", "eve"):
        world.change("assign", app=APP, principal=IDS[name], role="agent")
    world.run()
    for assignment in list(world.entra.tenant.apps.assignments):
        world.change("unassign", assignment=assignment)

    report = world.read()
    assert report.held
    assert TakenOver.objects.get().held == {"present": 6, "missing": 6}
    assert cycle(world.job).requests == {}

    released = world.read(Terms(force=True))
    assert not released.held
    assert Assignment.objects.count() == 0
    assert TakenOver.objects.get().held == {}


def test_assignments_that_cannot_be_read_change_nothing(world: World):
    world.entra.set_faults("status:path=/servicePrincipals/*,code=403")
    world.change("change_user", id=IDS["ben"], displayName="Ben New")

    with pytest.raises(SourceUnavailable, match="does not allow this read"):
        world.read()

    world.entra.set_faults()
    assert world.run()[1] == [("PATCH replace displayName=Ben New", "ben")]


def test_an_application_that_the_tenant_no_longer_has_keeps_its_assignments(world: World):
    del world.entra.tenant.apps.principals[APP]

    report = world.read()

    assert Assignment.objects.count() == 3
    assert any("no application of this id" in one.reason for one in report.warnings)
    assert world.run()[1] == []


def test_reads_stopped_anywhere_lead_to_the_same_requests(world: World):
    world.change("change_user", id=IDS["ben"], displayName="Ben New")
    world.change("add_members", group=GROUP, members=[IDS["eve"]])
    world.change("delete_user", id=IDS["ana"])
    stopped = 0
    for page in range(60):
        world.entra.set_faults(f"status:path=/*,after={page},code=400")
        try:
            world.read()
        except SourceUnavailable:
            stopped += 1
        else:
            break
    world.entra.set_faults()

    _, writes = world.run()

    assert stopped >= 5
    assert sorted(writes) == [
        ("PATCH add members", "group"),
        ("PATCH replace active=False", "ana"),
        ("PATCH replace displayName=Ben New", "ben"),
        ("POST", "eve"),
    ]
