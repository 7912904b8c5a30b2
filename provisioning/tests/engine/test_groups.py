"""Groups: found by name, filled by difference, members in chunks, nothing unknown touched."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest

from provisioning.core.gallery import find_template
from provisioning.core.urns import CORE_GROUP, CORE_USER
from provisioning.engine.explaining import explain
from provisioning.engine.log_document import log_document
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import (
    Watch,
    entries,
    from_outside,
    group_named,
    member_names,
    post_from_outside,
)

FRENCH = "Contact centre FR"


def people(directory: Directory, number: int, first: int = 0) -> list[str]:
    return [directory.person(f"p{one:03}") for one in range(first, first + number)]


def provisioned(directory: Directory, target: Running, **document: object) -> Job:
    """Import, apply, and run the first cycle."""
    directory.sync()
    job = application(target.tenant_url, target.token, **{"scope": "all", **document})
    assert cycle(job, approve=True).state == "succeeded"
    return job


def test_a_group_is_found_by_name_and_filled_in_one_request(directory: Directory, genesys: Running):
    directory.group("g1", FRENCH, people(directory, 3))
    watch = Watch(genesys)
    job = provisioned(directory, genesys)

    (patch,) = [one for one in watch.requests if one["method"] == "PATCH"]
    paths = [one["path"] for one in patch["body"]["Operations"]]
    assert paths == ["externalId", "members"]
    assert member_names(genesys, FRENCH) == ["p000", "p001", "p002"]
    assert group_named(genesys, FRENCH)["externalId"] == "g1"
    assert [one for one in watch.requests if "/Groups" in one["path"] and one["body"]] == [patch]
    (entry,) = entries(kind="group")
    assert (entry.operation, entry.action, entry.status) == ("membership", "update", "success")
    assert cycle(job, initial=True).requests == {}


def test_a_group_the_target_does_not_have_is_skipped_and_named(
    directory: Directory, genesys: Running
):
    directory.group("g1", "Nowhere", people(directory, 2))
    watch = Watch(genesys)
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        assignments=[{"group": "g1", "role": "agent"}],
    )

    run = cycle(job, approve=True)

    assert (run.state, run.counts["skip"]) == ("succeeded", 1)
    assert [one["method"] for one in watch.writes] == ["POST", "POST"]
    (entry,) = entries(kind="group")
    document = log_document(entry)
    assert document["skipReason"] == "ImportSkipped"
    assert [one["reason"] for one in entry.params["reasons"]] == ["NoCounterpart"]
    assert "Nowhere" in str(document["sentence"])
    assert "create it there" in str(document["sentence"])
    assert explain(job, directory_object("g1"))["because"][0]["reason"] == "NoCounterpart"


def test_a_group_that_was_missing_is_filled_once_it_exists(directory: Directory, generic: Running):
    directory.group("g1", "Late", people(directory, 1))
    mappings: Any = find_template("scim").document()["mappings"]
    update_only = {"groups": {**mappings["groups"], "actions": ["update"]}}
    job = provisioned(directory, generic, template="scim", mappings=update_only)
    assert generic.state()["groups"] == []
    post_from_outside(generic, "/Groups", {"schemas": [CORE_GROUP], "displayName": "Late"})

    run = cycle(job, initial=True)

    assert run.requests == {"GET": 1, "PATCH": 1}
    assert member_names(generic, "Late") == ["p000"]


@pytest.mark.parametrize("members", [1, 50, 51, 120])
def test_first_members_go_in_chunks_of_fifty(directory: Directory, genesys: Running, members: int):
    directory.group("g1", FRENCH, people(directory, members))
    watch = Watch(genesys)

    provisioned(directory, genesys)

    group_requests = [one["method"] for one in watch.requests if "/Groups" in one["path"]]
    assert group_requests == ["GET", *["PATCH"] * ceil(members / 50)]
    assert len(group_named(genesys, FRENCH)["members"]) == members
    assert len(entries(kind="group")) == ceil(members / 50)


def test_joiners_and_leavers_share_a_request(directory: Directory, genesys: Running):
    everybody = people(directory, 8)
    directory.group("g1", FRENCH, everybody[:5])
    job = provisioned(directory, genesys)
    directory.group("g1", FRENCH, everybody[2:])
    directory.sync()
    watch = Watch(genesys)

    run = cycle(job)

    assert (run.counts["membership"], run.requests) == (1, {"PATCH": 1})
    assert member_names(genesys, FRENCH) == everybody[2:]
    modified = entries(operation="membership")[-1].modified
    assert sum(1 for one in modified if one["newValue"]) == 3
    assert sum(1 for one in modified if one["oldValue"]) == 2
    assert len(watch.operations()) >= 2
    assert cycle(job, initial=True).requests == {}


def test_sixty_changes_of_members_are_two_requests(directory: Directory, genesys: Running):
    everybody = people(directory, 100)
    directory.group("g1", FRENCH, everybody[:30])
    job = provisioned(directory, genesys)
    directory.group("g1", FRENCH, everybody[30:60])
    directory.sync()

    assert cycle(job).requests == {"PATCH": 2}
    assert member_names(genesys, FRENCH) == everybody[30:60]


def test_a_member_who_gets_an_account_is_added_in_that_cycle(
    directory: Directory, genesys: Running
):
    ana, ben = directory.person("ana"), directory.person("ben")
    directory.group("g1", FRENCH, [ana, ben])
    directory.sync()
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"group": "g1", "role": "Default Access"}, {"user": "ana", "role": "agent"}],
        exclude_default_access=True,
    )
    configure({"slug": "genesys-eu", "scope": "assigned"})
    cycle(job, approve=True)
    configure(
        {
            "slug": "genesys-eu",
            "assignments": [
                {"group": "g1", "role": "agent"},
                {"user": "ana", "role": "agent"},
            ],
        }
    )

    run = cycle(job)

    assert run.state == "succeeded"
    assert run.counts["create"] == 1
    assert member_names(genesys, FRENCH) == ["ana", "ben"]
    assert cycle(job, initial=True).requests == {}


def test_a_linked_group_gets_its_new_member_though_the_group_did_not_change(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.person("ben", accountEnabled=False)
    directory.group("g1", FRENCH, ["ana", "ben"])
    job = provisioned(directory, genesys)
    assert member_names(genesys, FRENCH) == ["ana"]
    directory.person("ben", accountEnabled=True)
    directory.sync()
    watch = Watch(genesys)

    run = cycle(job)

    assert run.counts == {"create": 1, "membership": 1}
    assert [one["method"] for one in watch.requests] == ["GET", "POST", "PATCH"]
    assert member_names(genesys, FRENCH) == ["ana", "ben"]


def test_members_of_the_target_that_are_nobodys_we_know_are_left_alone(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    job = provisioned(directory, genesys)
    stranger = group_named(genesys, FRENCH)
    other = _stranger(genesys)
    from_outside(
        genesys, "PATCH", f"/Groups/{stranger['id']}",
        {"op": "add", "path": "members", "value": [{"value": other}]},
    )  # fmt: skip
    directory.group("g1", FRENCH, ["ana"])
    directory.sync()
    cycle(job)
    directory.group("g1", FRENCH, [])
    directory.sync()
    cycle(job)

    assert [one["value"] for one in group_named(genesys, FRENCH)["members"]] == [other]


def _stranger(target: Running) -> str:
    person = {"schemas": [CORE_USER], "userName": "x@contoso.example", "displayName": "X"}
    return str(post_from_outside(target, "/Users", person).json()["id"])


def test_disabled_members_stay_members(directory: Directory, genesys: Running):
    directory.group("g1", FRENCH, people(directory, 3))
    job = provisioned(directory, genesys)
    directory.person("p000", accountEnabled=False)
    directory.sync()

    assert cycle(job).counts == {"disable": 1}
    assert len(group_named(genesys, FRENCH)["members"]) == 3
    assert cycle(job, initial=True).requests == {}


def test_a_group_that_left_the_directory_is_not_deleted_at_genesys(
    directory: Directory, genesys: Running
):
    directory.group("g1", FRENCH, people(directory, 2))
    job = provisioned(directory, genesys)
    del directory.groups["g1"]
    directory.members = []
    directory.sync(force=True)
    watch = Watch(genesys)

    run = cycle(job)

    assert (run.state, watch.methods.get("DELETE")) == ("succeeded", None)
    assert group_named(genesys, FRENCH)["state"] == "active"


def test_groups_can_be_switched_off(directory: Directory, genesys: Running):
    directory.group("g1", FRENCH, people(directory, 2))
    watch = Watch(genesys)

    provisioned(directory, genesys, mappings={"groups": {"enabled": False}})

    assert not [one for one in watch.requests if "/Groups" in one["path"]]


def test_in_scope_assigned_only_assigned_groups_are_provisioned(
    directory: Directory, genesys: Running
):
    directory.group("g1", FRENCH, people(directory, 1))
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "p000", "role": "agent"}]
    )

    cycle(job, approve=True)

    assert group_named(genesys, FRENCH)["members"] == []


def test_a_plain_server_gets_its_groups_with_their_first_members(
    directory: Directory, generic: Running
):
    directory.group("g1", "Sales", people(directory, 120))
    watch = Watch(generic)

    job = provisioned(directory, generic, template="scim")

    methods = [one["method"] for one in watch.requests if "/Groups" in one["path"]]
    assert methods == ["GET", "POST", "PATCH", "PATCH"]
    post = next(o for o in watch.requests if "/Groups" in o["path"] and o["method"] == "POST")
    assert len(post["body"]["members"]) == 50
    assert post["body"]["externalId"] == "g1"
    assert len(group_named(generic, "Sales")["members"]) == 120
    assert cycle(job, initial=True).requests == {}


def test_a_plain_server_gets_a_renamed_group_by_one_request(directory: Directory, generic: Running):
    members = people(directory, 2)
    directory.group("g1", "Sales", members)
    job = provisioned(directory, generic, template="scim")
    directory.group("g1", "Sales France", members)
    directory.sync()

    run = cycle(job)

    assert (run.counts, run.requests) == ({"update": 1}, {"PATCH": 1})
    assert len(group_named(generic, "Sales France")["members"]) == 2


def test_a_plain_servers_group_is_deleted_when_it_is_gone(directory: Directory, generic: Running):
    directory.group("g1", "Sales", people(directory, 2))
    job = provisioned(
        directory, generic, template="scim", on_deletion={"action": "delete", "after": "0d"}
    )
    del directory.groups["g1"]
    directory.members = []
    directory.sync(force=True)

    run = cycle(job)

    assert (run.counts["delete"], run.requests) == (1, {"DELETE": 1})
    assert [one for one in generic.state()["groups"] if one["state"] != "deleted"] == []


def test_nested_groups_are_not_members_at_the_target(directory: Directory, generic: Running):
    directory.group("inner", "Inner", people(directory, 1))
    directory.group("outer", "Outer", ["inner", directory.person("ana")])

    job = provisioned(directory, generic, template="scim")

    assert member_names(generic, "Outer") == ["ana"]
    assert member_names(generic, "Inner") == ["p000"]
    assert cycle(job, initial=True).requests == {}
