"""The matrix of leaving: what each way out does at a target, with its timer, and back again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.models import Job, Link
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.test_leaving import (
    blocked,
    filtered,
    filtered_out,
    gone,
    reassign,
    soft_deleted,
    unassigned,
)

START = datetime(2100, 1, 1, tzinfo=UTC)
LATER = {"action": "delete", "after": "30d"}
ROLES = [{"value": "agent", "name": "Agent"}]
WAYS = {
    "unassigned": unassigned,
    "filtered_out": filtered_out,
    "blocked": blocked,
    "soft_deleted": soft_deleted,
    "hard_deleted": gone,
}


def employed(directory: Directory, target: Running, **document: Any) -> Job:
    """Ana, who will leave, and Zoe, who stays."""
    for name in ("ana", "zoe"):
        directory.person(name, country="FR")
    directory.sync()
    assigned = [{"user": name, "role": "agent"} for name in ("ana", "zoe")]
    job = application(
        target.tenant_url, target.token, assignments=assigned, mappings=filtered(), **document
    )
    assert cycle(job, approve=True).counts == {"create": 2}
    return job


def employed_with_groups(directory: Directory, target: Running, **document: Any) -> Job:
    """Ana and Zoe, and whatever groups there are, with everybody in scope."""
    for name in ("ana", "zoe"):
        directory.person(name)
    directory.sync()
    job = application(target.tenant_url, target.token, template="scim", scope="all", **document)
    cycle(job, approve=True)
    return job


def timers() -> list[dict[str, Any]]:
    return list(command("timers", "genesys-eu", "--json").document["timers"])


@pytest.mark.parametrize("event", list(WAYS))
def test_every_way_out_may_delete_after_a_time_that_a_return_stops(
    directory: Directory, genesys: Running, event: str
):
    job = employed(directory, genesys, deprovisioning={event: LATER})
    WAYS[event](directory)
    directory.sync(force=True)

    assert cycle(job, now_is=START).counts == {"disable": 1}
    [timer] = timers()
    assert (timer["id"], timer["events"]) == ("ana", [event])
    assert timer["delete_at"] == (START + timedelta(days=30)).isoformat()
    assert cycle(job, now_is=START + timedelta(days=29)).requests == {}

    reassign(("ana", "agent"), ("zoe", "agent"))
    directory.person("ana", country="FR", accountEnabled=True)
    directory.people["ana"].pop("deletedDateTime", None)
    directory.sync()
    assert cycle(job, now_is=START + timedelta(days=31)).counts == {"enable": 1}
    assert timers() == []
    assert Link.objects.get(object__source_id="ana").left == {}


def test_the_account_is_deleted_when_its_time_has_come(directory: Directory, genesys: Running):
    job = employed(directory, genesys, deprovisioning={"unassigned": LATER})
    unassigned(directory)
    cycle(job, now_is=START)

    assert cycle(job, now_is=START + timedelta(days=30)).counts == {"delete": 1}
    assert timers() == []


@pytest.mark.parametrize("event", list(WAYS))
def test_the_matrix_holds_at_any_scim_server(directory: Directory, generic: Running, event: str):
    job = employed(directory, generic, template="scim", roles=ROLES, deprovisioning={event: LATER})
    WAYS[event](directory)
    directory.sync(force=True)

    assert cycle(job, now_is=START).counts == {"disable": 1}
    assert cycle(job, now_is=START + timedelta(days=30)).counts == {"delete": 1}


@pytest.mark.parametrize(
    ("rule", "deleted"), [({"action": "delete", "after": "0d"}, 1), ({"action": "nothing"}, 0)]
)
def test_a_group_that_is_removed_is_deleted_or_left(
    directory: Directory, generic: Running, rule: dict[str, str], deleted: int
):
    directory.group("sales", "Sales", ["ana", "zoe"])
    job = employed_with_groups(directory, generic, deprovisioning={"group_removed": rule})
    del directory.groups["sales"]
    directory.members.clear()
    directory.sync(force=True)

    assert cycle(job, now_is=START).counts.get("delete", 0) == deleted
    [group] = generic.state()["groups"]
    assert (group["state"] == "deleted") == bool(deleted)


@pytest.mark.parametrize("event", list(WAYS))
def test_every_way_out_may_leave_the_account_as_it_is(
    directory: Directory, genesys: Running, event: str
):
    job = employed(directory, genesys, deprovisioning={event: {"action": "nothing"}})
    WAYS[event](directory)
    directory.sync(force=True)

    assert cycle(job).requests == {}


def test_the_finer_key_exports_as_it_was_written_and_null_takes_it_back(
    directory: Directory, genesys: Running
):
    job = employed(directory, genesys)
    assert export_document(job.application)["deprovisioning"] is None

    configure({"slug": "genesys-eu", "deprovisioning": {"blocked": LATER}})
    job = Job.objects.get()
    written = export_document(job.application)["deprovisioning"]
    assert isinstance(written, dict)
    assert (written["blocked"], written["unassigned"]) == (LATER, None)
    text = export_yaml(export_document(job.application))
    assert text == export_yaml(export_document(Job.objects.get().application))

    configure({"slug": "genesys-eu", "deprovisioning": None})
    assert export_document(Job.objects.get().application)["deprovisioning"] is None


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"fired": LATER}, "deprovisioning.fired"),
        ({"blocked": {"after": "3d"}}, "deprovisioning.blocked"),
        ({"blocked": {"action": "disable", "after": "3d"}}, "deprovisioning.blocked"),
        ({"group_removed": {"action": "delete"}}, "deprovisioning.group_removed.action"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    directory: Directory, genesys: Running, tmp_path, written, path
):
    employed(directory, genesys)
    file = tmp_path / "app.yaml"
    file.write_text(export_yaml({"slug": "genesys-eu", "deprovisioning": written}))

    said = command("apply", str(file), "--json")

    assert said.code == 2
    assert said.document["errors"][0]["path"].startswith(path)
