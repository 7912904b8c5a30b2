"""Managers: each person after theirs, a circle costs one more request, nobody waits for nothing."""

from __future__ import annotations

from typing import Any

from provisioning.engine.explaining import explain
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import ENTERPRISE, Watch, accounts, entries


def manager_of(target: Running, name: str) -> str | None:
    """The user name of somebody's manager at the target."""
    people = accounts(target)
    manager: dict[str, Any] = people[name].get(ENTERPRISE, {}).get("manager", {})
    by_id = {user["id"]: other for other, user in people.items()}
    return by_id.get(manager.get("value", ""))


def created_in_order(watch: Watch) -> list[str]:
    posts = [one for one in watch.requests if one["method"] == "POST"]
    return [one["body"]["userName"].partition("@")[0] for one in posts]


def test_everybody_is_created_after_their_manager(directory: Directory, genesys: Running):
    directory.person("a", manager="b")
    directory.person("b", manager="c")
    directory.person("c", manager="d")
    directory.person("d")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    watch = Watch(genesys)

    run = cycle(job, approve=True)

    assert created_in_order(watch) == ["d", "c", "b", "a"]
    assert run.requests == {"GET": 2, "POST": 4}
    assert [manager_of(genesys, name) for name in "abcd"] == ["b", "c", "d", None]
    ids = {name: user["id"] for name, user in accounts(genesys).items()}
    sent = next(one["body"] for one in watch.writes if one["body"]["userName"].startswith("a@"))
    assert sent[ENTERPRISE]["manager"] == {"value": ids["b"]}


def test_a_circle_costs_one_more_request(directory: Directory, genesys: Running):
    directory.person("a", manager="b")
    directory.person("b", manager="c")
    directory.person("c", manager="a")
    directory.person("d", manager="a")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    run = cycle(job, approve=True)

    assert run.requests == {"GET": 2, "POST": 4, "PATCH": 1}
    assert run.counts == {"create": 4, "update": 1}
    assert [manager_of(genesys, name) for name in "abcd"] == ["b", "c", "a", "a"]
    assert len(entries()) == 5
    assert cycle(job, initial=True).requests == {}


def test_two_circles_cost_two_more_requests(directory: Directory, genesys: Running):
    for one, other in ("ab", "ba", "cd", "dc"):
        directory.person(one, manager=other)
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    assert cycle(job, approve=True).requests == {"GET": 2, "POST": 4, "PATCH": 2}
    assert cycle(job, initial=True).requests == {}


def test_somebody_who_manages_themselves_is_told_afterwards(directory: Directory, genesys: Running):
    directory.person("a", manager="a")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    run = cycle(job, approve=True)

    assert run.requests == {"GET": 1, "POST": 1, "PATCH": 1}
    assert manager_of(genesys, "a") == "a"
    assert cycle(job, initial=True).requests == {}


def test_an_unknown_manager_is_no_manager(directory: Directory, genesys: Running):
    directory.person("a", manager="nobody")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    run = cycle(job, approve=True)

    assert (run.state, run.requests) == ("succeeded", {"GET": 1, "POST": 1})
    assert explain(job, directory_object("a"))["code"] == "Provisioned"


def test_who_waits_for_a_manager_is_told_so_and_gets_them_in_the_cycle_of_their_account(
    directory: Directory, genesys: Running
):
    directory.person("a", manager="b")
    directory.person("b")
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "a", "role": "agent"}]
    )
    cycle(job, approve=True)
    told = explain(job, directory_object("a"))
    assert (told["code"], told["in_application"]) == ("WaitingForReference", True)
    # Waiting is no work.
    assert cycle(job, initial=True).requests == {}
    assert explain(job, directory_object("a"))["code"] == "WaitingForReference"

    configure(
        {
            "slug": "genesys-eu",
            "assignments": [{"user": name, "role": "agent"} for name in "ab"],
        }
    )
    watch = Watch(genesys)
    run = cycle(job)

    assert (run.counts, run.state) == ({"create": 1, "update": 1}, "succeeded")
    assert [one["method"] for one in watch.requests] == ["GET", "POST", "PATCH"]
    assert manager_of(genesys, "a") == "b"
    assert explain(job, directory_object("a"))["code"] == "Provisioned"
    assert cycle(job, initial=True).requests == {}


def test_a_manager_who_had_an_account_all_along_is_found_in_the_same_cycle(
    directory: Directory, genesys: Running
):
    directory.person("a")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("a", manager="b")
    directory.person("b")
    directory.sync()

    run = cycle(job)

    assert run.counts == {"create": 1, "update": 1}
    assert manager_of(genesys, "a") == "b"


def test_another_manager_is_one_request(directory: Directory, genesys: Running):
    directory.person("a", manager="b")
    directory.person("b")
    directory.person("c")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("a", manager="c")
    directory.sync()
    watch = Watch(genesys)

    assert cycle(job).requests == {"PATCH": 1}
    (operation,) = watch.operations()
    assert operation["path"] == f"{ENTERPRISE}:manager"
    assert manager_of(genesys, "a") == "c"


def test_a_manager_whose_create_fails_leaves_the_report_waiting_and_closes_the_gap_later(
    directory: Directory, genesys: Running
):
    directory.person("a", manager="b")
    directory.person("b")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST,times=1"])

    failed = cycle(job, approve=True)
    assert (failed.state, failed.counts) == ("partly", {"create": 1, "failed": 1})
    assert explain(job, directory_object("a"))["code"] == "WaitingForReference"
    assert explain(job, directory_object("b"))["code"] == "Failed"

    again = cycle(job)
    assert (again.state, again.counts) == ("succeeded", {"create": 1, "update": 1})
    assert manager_of(genesys, "a") == "b"


def test_a_circle_whose_cut_person_fails_sends_no_second_request(
    directory: Directory, genesys: Running
):
    directory.person("a", manager="b")
    directory.person("b", manager="a")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    genesys.set_faults(["status:code=400,method=POST,times=1"])
    watch = Watch(genesys)

    run = cycle(job, approve=True)

    assert run.counts == {"create": 1, "failed": 1}
    assert watch.methods == {"GET": 2, "POST": 2}
    assert cycle(job).state == "succeeded"
    assert [manager_of(genesys, name) for name in "ab"] == ["b", "a"]
    assert cycle(job, initial=True).requests == {}
