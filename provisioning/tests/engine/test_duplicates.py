"""One account for two people, or two groups: neither is written, whichever unit decides them."""

from __future__ import annotations

from typing import Any

from provisioning.models import Job, Link, Plan, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.watching import (
    Watch,
    account,
    accounts,
    entries,
    group_named,
    mappings_with,
    post_from_outside,
)

EXTERNAL_ID = {"target": "externalId", "source": "employeeId", "match": 2}
USER_NAME = {"target": "userName", "source": "userPrincipalName", "match": 1}


def by_number(target: Running, **more: Any) -> Job:
    """An application of a plain server that finds people by name, then by number."""
    return application(
        target.tenant_url, target.token, scope="all", template="scim",
        mappings=mappings_with(USER_NAME, EXTERNAL_ID, template="scim"), **more,
    )  # fmt: skip


def test_two_people_with_one_name_are_held(directory: Directory, generic: Running, units: str):
    directory.person("ana", userPrincipalName="same@contoso.example")
    directory.person("ben", userPrincipalName="Same@contoso.example")
    directory.person("eva")
    directory.sync()
    watch = Watch(generic)

    run = cycle(by_number(generic), approve=True)

    assert run.counts == {"create": 1, "failed": 2}
    assert [one["body"]["userName"] for one in watch.writes] == ["eva@contoso.example"]
    assert {one.reason for one in entries(status="failure")} == {"DuplicateSourceEntries"}
    matched = WorkUnit.objects.filter(cycle__job__isnull=False, phase="match").count()
    assert matched == (3 if units == "a unit each" else 1)


def test_two_people_who_share_only_their_second_matching_value_are_held(
    directory: Directory, generic: Running, units: str
):
    """After the first was made, the second would have been taken for them."""
    directory.person("ana", employeeId="7")
    directory.person("ben", employeeId="7")
    directory.sync()
    watch = Watch(generic)

    run = cycle(by_number(generic), approve=True)

    assert run.counts == {"failed": 2}
    assert watch.writes == []


def test_values_that_differ_only_in_case_are_two_where_case_counts(
    directory: Directory, generic: Running
):
    directory.person("ana", employeeId="a7")
    directory.person("ben", employeeId="A7")
    directory.sync()

    assert cycle(by_number(generic), approve=True).counts == {"create": 2}


def test_a_newcomer_with_the_name_that_somebody_is_renamed_to_is_held_with_them(
    directory: Directory, generic: Running, units: str
):
    directory.person("ana")
    directory.sync()
    job = by_number(generic)
    cycle(job, approve=True)
    directory.person("ana", userPrincipalName="new@contoso.example")
    directory.person("ben", userPrincipalName="new@contoso.example")
    directory.sync()
    watch = Watch(generic)

    run = cycle(job)

    assert run.counts == {"failed": 2}
    assert watch.writes == []


def test_two_groups_with_one_name_are_held_and_nothing_else_is(
    directory: Directory, genesys: Running, units: str
):
    directory.person("ana")
    directory.group("one", "Contact centre FR", ["ana"])
    directory.group("two", "contact centre fr", ["ana"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    run = cycle(job, approve=True)

    assert (run.state, run.counts) == ("partly", {"create": 1, "failed": 2})
    assert group_named(genesys, "Contact centre FR")["members"] == []
    assert {one.source_id for one in entries(reason="DuplicateSourceEntries")} == {"one", "two"}
    assert cycle(job, only=directory_object("one")).counts == {"failed": 1}


def test_a_group_that_another_group_has_already_is_not_taken(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.group("one", "Contact centre FR", ["ana"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.group("two", "Contact centre FR")
    directory.sync()
    watch = Watch(genesys)

    run = cycle(job)

    assert run.counts == {"failed": 1}
    assert watch.writes == []
    assert entries()[-1].reason == "DuplicateSourceEntries"
    assert Link.objects.get(kind="group").object.source_id == "one"


def test_two_new_groups_with_one_name_are_not_both_created(
    directory: Directory, generic: Running, units: str
):
    directory.group("one", "Sales")
    directory.group("two", "Sales")
    directory.sync()
    watch = Watch(generic)

    run = cycle(by_number(generic), approve=True)

    assert run.counts == {"failed": 2}
    assert watch.writes == []


def test_an_account_that_somebody_got_since_the_plan_was_made_stays_theirs(
    directory: Directory, generic: Running
):
    directory.person("ben")
    directory.sync()
    job = by_number(generic)
    cycle(job)
    old = Plan.objects.get()
    directory.leave("ben")
    directory.person("ana", userPrincipalName="ben@contoso.example")
    directory.sync(force=True)
    post_from_outside(generic, "/Users", account("ben"))
    cycle(job, approve=True)

    run = cycle(job, plan=old)

    assert (run.state, run.counts) == ("partly", {"failed": 1})
    assert Link.objects.get().object.source_id == "ana"
    assert len(accounts(generic)) == 1
    assert entries()[-1].reason == "DuplicateSourceEntries"
