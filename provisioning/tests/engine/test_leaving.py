"""How people leave: disabled by one PATCH, deleted later or at once, and what happens on return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning.models import Job, Link, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, entries, mappings_with

START = datetime(2100, 1, 1, tzinfo=UTC)
DISABLING = [{"op": "replace", "path": "active", "value": False}]
ENABLING = [{"op": "replace", "path": "active", "value": True}]
FRENCH = {"clauses": [{"attribute": "country", "operator": "EQUALS", "value": "FR"}]}


def employed(directory: Directory, target: Running, **document: Any) -> Job:
    """Ana, assigned, with an account; Zoe is somebody else whom nothing happens to."""
    directory.person("ana", country="FR")
    directory.person("zoe", country="FR")
    directory.sync()
    content = {
        "assignments": [{"user": name, "role": "agent"} for name in ("ana", "zoe")],
        **document,
    }
    job = application(target.tenant_url, target.token, **content)
    assert cycle(job, approve=True).counts == {"create": 2}
    return job


def reassign(*assignments: tuple[str, str]) -> None:
    configure(
        {
            "slug": "genesys-eu",
            "assignments": [{"user": user, "role": role} for user, role in assignments],
        }
    )


def unassigned(directory: Directory) -> None:
    reassign(("zoe", "agent"))


def default_access_only(directory: Directory) -> None:
    reassign(("ana", "Default Access"), ("zoe", "agent"))


def filtered_out(directory: Directory) -> None:
    directory.person("ana", country="DE")


def blocked(directory: Directory) -> None:
    directory.person("ana", accountEnabled=False)


def soft_deleted(directory: Directory) -> None:
    directory.person("ana", deletedDateTime="2026-11-01T00:00:00Z")


def gone(directory: Directory) -> None:
    directory.leave("ana")


WAYS_OUT = [
    (unassigned, "NotAssigned"),
    (default_access_only, "DefaultAccessOnly"),
    (filtered_out, "FilterFailed"),
    (blocked, "NotActive"),
    (soft_deleted, "NotActive"),
    (gone, "NotActive"),
]


def filtered() -> dict[str, Any]:
    """The template's mappings, for people in France only."""
    mappings = mappings_with()
    return {**mappings, "users": {**mappings["users"], "filters": [FRENCH]}}


@pytest.mark.parametrize(("leave", "reason"), WAYS_OUT, ids=[way.__name__ for way, _ in WAYS_OUT])
def test_who_leaves_is_disabled_by_one_request_and_enabled_again_on_return(
    directory: Directory, genesys: Running, leave: Callable[[Directory], None], reason: str
):
    job = employed(directory, genesys, mappings=filtered())
    account_id = accounts(genesys)["ana"]["id"]
    watch = Watch(genesys)
    leave(directory)
    directory.sync(force=True)

    left = cycle(job)

    assert watch.operations() == DISABLING
    assert (left.counts, left.requests) == ({"disable": 1}, {"PATCH": 1})
    entry = LogEntry.objects.get(operation="disable")
    assert (entry.action, entry.status, entry.reason) == ("disable", "success", reason)
    assert cycle(job, initial=True).requests == {}

    reassign(("ana", "agent"), ("zoe", "agent"))
    directory.person("ana", country="FR", accountEnabled=True)
    directory.people["ana"].pop("deletedDateTime", None)
    directory.sync()
    back = Watch(genesys)
    assert cycle(job).counts == {"enable": 1}
    assert back.operations() == ENABLING
    assert accounts(genesys)["ana"]["id"] == account_id
    assert cycle(job, initial=True).requests == {}


def test_several_reasons_are_all_kept(directory: Directory, genesys: Running):
    job = employed(directory, genesys, mappings=filtered())
    unassigned(directory)
    filtered_out(directory)
    directory.sync()

    cycle(job)

    because = LogEntry.objects.get(operation="disable").params["because"]
    assert [one["reason"] for one in because] == ["NotAssigned", "FilterFailed"]


def test_changes_that_come_with_leaving_are_not_sent(directory: Directory, genesys: Running):
    job = employed(directory, genesys)
    directory.person("ana", accountEnabled=False, jobTitle="Gone")
    directory.sync()
    watch = Watch(genesys)

    cycle(job)

    assert watch.operations() == DISABLING


@pytest.mark.parametrize("leave", [unassigned, default_access_only])
def test_leaving_the_scope_deletes_when_told_so(
    directory: Directory, genesys: Running, leave: Callable[[Directory], None]
):
    job = employed(directory, genesys, on_leaving_scope="delete")
    leave(directory)

    run = cycle(job)

    assert (run.counts, run.requests) == ({"delete": 1}, {"DELETE": 1})
    assert "ana" not in accounts(genesys)
    assert not Link.objects.filter(object=directory_object("ana")).exists()
    assert cycle(job, initial=True).requests == {}


def test_a_block_disables_even_when_leaving_the_scope_deletes(
    directory: Directory, genesys: Running
):
    job = employed(directory, genesys, on_leaving_scope="delete")
    blocked(directory)
    directory.sync()

    assert cycle(job).counts == {"disable": 1}


def test_leaving_the_scope_does_nothing_when_told_so(directory: Directory, genesys: Running):
    job = employed(directory, genesys, on_leaving_scope="nothing")
    unassigned(directory)

    run = cycle(job)

    assert (run.counts, run.requests) == ({"skip": 1}, {})
    assert accounts(genesys)["ana"]["active"] is True
    # Told once, because the verdict of somebody with an account changed.
    assert [one.status for one in entries(source_id="ana", operation="skip")] == ["skipped"]
    cycle(job, initial=True)
    assert len(entries(source_id="ana", operation="skip")) == 1


def test_who_is_gone_is_deleted_when_the_time_is_over(directory: Directory, genesys: Running):
    job = employed(directory, genesys)
    gone(directory)
    directory.sync(force=True)
    start = START

    assert cycle(job, now_is=start).counts == {"disable": 1}
    assert cycle(job, now_is=start + timedelta(days=29, hours=23)).requests == {}
    last = cycle(job, now_is=start + timedelta(days=30))

    assert (last.counts, last.requests) == ({"delete": 1}, {"DELETE": 1})
    assert "ana" not in accounts(genesys)
    assert cycle(job, now_is=start + timedelta(days=31), initial=True).requests == {}


def test_who_comes_back_in_time_stops_the_timer(directory: Directory, genesys: Running):
    job = employed(directory, genesys)
    gone(directory)
    directory.sync(force=True)
    start = START
    cycle(job, now_is=start)
    directory.person("ana", country="FR")
    directory.sync()

    assert cycle(job, now_is=start + timedelta(days=20)).counts == {"enable": 1}
    assert cycle(job, now_is=start + timedelta(days=40)).requests == {}
    assert accounts(genesys)["ana"]["active"] is True


def test_a_timer_of_zero_days_deletes_at_once(directory: Directory, genesys: Running):
    job = employed(directory, genesys, on_deletion={"action": "delete", "after": "0d"})
    gone(directory)
    directory.sync(force=True)

    run = cycle(job)

    assert (run.counts, run.requests) == ({"delete": 1}, {"DELETE": 1})


@pytest.mark.parametrize(("action", "requests"), [("disable", {"PATCH": 1}), ("nothing", {})])
def test_who_is_gone_is_only_disabled_or_left_when_told_so(
    directory: Directory, genesys: Running, action: str, requests: dict[str, int]
):
    job = employed(directory, genesys, on_deletion={"action": action, "after": "30d"})
    gone(directory)
    directory.sync(force=True)
    start = START

    assert cycle(job, now_is=start).requests == requests
    assert cycle(job, now_is=start + timedelta(days=40)).requests == {}
    assert "ana" in accounts(genesys)


@pytest.mark.parametrize("leave", [blocked, soft_deleted, filtered_out, unassigned])
def test_nobody_is_created_disabled(
    directory: Directory, genesys: Running, leave: Callable[[Directory], None]
):
    directory.person("ana", country="FR")
    directory.person("zoe", country="FR")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, mappings=filtered())
    reassign(("ana", "agent"), ("zoe", "agent"))
    leave(directory)
    directory.sync()

    run = cycle(job, approve=True)

    assert run.counts == {"create": 1, "skip": 1}
    assert set(accounts(genesys)) == {"zoe"}


def test_F14_an_account_that_is_gone_already_counts_as_deleted(
    directory: Directory, genesys: Running
):
    job = employed(directory, genesys, on_leaving_scope="delete")
    unassigned(directory)
    genesys.set_faults(["status:code=404,method=DELETE,times=1"])

    run = cycle(job)

    assert (run.state, run.counts) == ("succeeded", {"delete": 1})
    assert [one.status for one in entries(operation="delete")] == ["success"]
    assert Link.objects.count() == 1


def test_who_is_hired_again_after_the_deletion_gets_an_account_again(
    directory: Directory, genesys: Running
):
    job = employed(directory, genesys, on_leaving_scope="delete")
    unassigned(directory)
    cycle(job)
    reassign(("ana", "agent"), ("zoe", "agent"))
    watch = Watch(genesys)

    run = cycle(job)

    assert run.counts == {"create": 1}
    assert watch.methods == {"GET": 1, "POST": 1}
    assert accounts(genesys)["ana"]["active"] is True
    assert cycle(job, initial=True).requests == {}


def test_without_a_mapping_of_active_nothing_is_sent_on_leaving(
    directory: Directory, genesys: Running
):
    mappings = mappings_with()
    rows = [row for row in mappings["users"]["attributes"] if row["target"] != "active"]
    job = employed(
        directory,
        genesys,
        mappings={**mappings, "users": {**mappings["users"], "attributes": rows}},
    )
    unassigned(directory)

    run = cycle(job)

    assert (run.counts, run.requests) == ({"skip": 1}, {})
    assert accounts(genesys)["ana"]["active"] is True


def test_a_disabled_account_is_not_kept_in_step_until_its_person_returns(
    directory: Directory, genesys: Running
):
    job = employed(directory, genesys)
    unassigned(directory)
    cycle(job)
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    assert cycle(job).requests == {}
    reassign(("ana", "agent"), ("zoe", "agent"))
    watch = Watch(genesys)
    assert cycle(job).counts == {"enable": 1}
    assert {one["path"] for one in watch.operations()} == {"active", "title"}


def test_forbidden_actions_are_not_carried_out(directory: Directory, genesys: Running):
    mappings = mappings_with()
    job = employed(
        directory,
        genesys,
        on_leaving_scope="delete",
        mappings={**mappings, "users": {**mappings["users"], "actions": ["create", "update"]}},
    )
    unassigned(directory)

    run = cycle(job)

    assert run.counts == {"disable": 1}
    assert accounts(genesys)["ana"]["active"] is False
