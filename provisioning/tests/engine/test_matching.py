"""Who already has an account: taken over, told apart, or left for a person to sort out."""

from __future__ import annotations

import pytest

from provisioning.core.urns import CORE_USER
from provisioning.engine.explaining import explain
from provisioning.models import Link, Plan
from provisioning.simulator import Running
from provisioning.tests.builders import (
    Directory,
    application,
    cycle,
    directory_object,
)
from provisioning.tests.engine.watching import (
    Watch,
    account,
    accounts,
    entries,
    mappings_with,
    post_from_outside,
    seeded,
)

EXTERNAL_ID = {"target": "externalId", "source": "employeeId", "match": 2}


def test_an_equal_account_is_taken_over_without_a_write(directory: Directory):
    directory.person("ana")
    directory.sync()
    with seeded([account("ana")]) as target:
        job = application(target.tenant_url, target.token, scope="all")

        run = cycle(job, approve=True)

        assert run.counts == {"adopt": 1}
        assert set(run.requests) == {"GET"}
        (entry,) = entries()
        assert (entry.operation, entry.status, entry.action) == ("adopt", "success", "other")
        assert Link.objects.get().target_id == accounts(target)["ana"]["id"]
        assert cycle(job).requests == {}


def test_an_account_that_differs_is_taken_over_and_changed_in_one_request(directory: Directory):
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    with seeded([account("ana")]) as target:
        job = application(target.tenant_url, target.token, scope="all")
        watch = Watch(target)

        run = cycle(job, approve=True)

        assert (run.counts, run.requests) == ({"adopt": 1}, {"GET": 1, "PATCH": 1})
        assert watch.operations() == [{"op": "replace", "path": "title", "value": "Lead"}]
        (entry,) = entries()
        assert (entry.operation, entry.action) == ("adopt", "update")


def test_an_inactive_account_is_taken_over_and_enabled(directory: Directory):
    directory.person("ana")
    directory.sync()
    with seeded([account("ana", active=False)]) as target:
        job = application(target.tenant_url, target.token, scope="all")
        watch = Watch(target)

        assert cycle(job, approve=True).counts == {"adopt": 1}

        assert watch.operations() == [{"op": "replace", "path": "active", "value": True}]
        assert accounts(target)["ana"]["active"] is True


def test_matching_ignores_the_case_of_user_names(directory: Directory):
    directory.person("ana", userPrincipalName="Ana@Contoso.example")
    directory.sync()
    with seeded([account("ana")]) as target:
        job = application(target.tenant_url, target.token, scope="all")

        assert cycle(job, approve=True).counts == {"adopt": 1}


@pytest.mark.parametrize("bystanders", [0, 5], ids=["looked up", "listed"])
def test_the_first_matching_attribute_wins_and_the_second_is_asked_after_it(
    directory: Directory, bystanders: int
):
    directory.person("ana", employeeId="7")
    directory.person("ben", employeeId="8")
    for number in range(bystanders):
        directory.person(f"person{number}")
    directory.sync()
    users = [account("ana"), account("other", externalId="7"), account("benjamin", externalId="8")]
    with seeded(users, personality="scim") as target:
        job = application(
            target.tenant_url,
            target.token,
            scope="all",
            template="scim",
            mappings=mappings_with(EXTERNAL_ID, template="scim"),
        )

        run = cycle(job, approve=True)

        assert run.counts["adopt"] == 2
        assert run.counts.get("create", 0) == bystanders
        ids = {user["id"]: user["userName"] for user in target.state()["users"]}
        linked = {link.object.source_id: ids[link.target_id] for link in Link.objects.all()}
        assert linked["ana"] == "ana@contoso.example"
        assert linked["ben"] == "ben@contoso.example"


def test_several_accounts_that_match_are_left_for_a_person(directory: Directory):
    directory.person("ana", employeeId="7")
    directory.sync()
    twins = [account("one", externalId="7"), account("two", externalId="7")]
    with seeded(twins, personality="scim") as target:
        job = application(
            target.tenant_url,
            target.token,
            scope="all",
            template="scim",
            mappings=mappings_with(EXTERNAL_ID, template="scim"),
        )
        watch = Watch(target)

        run = cycle(job, approve=True)

        assert (run.state, run.counts) == ("partly", {"failed": 1})
        assert watch.writes == []
        (entry,) = entries()
        assert (entry.status, entry.reason) == ("failure", "DuplicateTargetEntries")
        assert explain(job, directory_object("ana"))["code"] == "DuplicateTargetEntries"


def test_W01_two_people_for_one_account_are_both_left_alone(directory: Directory):
    directory.person("ana", employeeId="7")
    directory.person("ben", employeeId="7")
    directory.sync()
    with seeded([account("one", externalId="7")], personality="scim") as target:
        job = application(
            target.tenant_url, target.token, scope="all", template="scim",
            mappings=mappings_with(EXTERNAL_ID, template="scim"),
        )  # fmt: skip
        watch = Watch(target)

        run = cycle(job, approve=True)

        assert (run.state, run.counts) == ("partly", {"failed": 2})
        assert watch.writes == []
        assert {one.reason for one in entries()} == {"DuplicateSourceEntries"}
        assert len(entries()) == 2
        assert explain(job, directory_object("ben"))["code"] == "DuplicateSourceEntries"


def test_W01_two_people_with_one_user_name_are_both_left_alone(
    directory: Directory, genesys: Running
):
    directory.person("ana", userPrincipalName="same@contoso.example")
    directory.person("ben", userPrincipalName="Same@contoso.example")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    watch = Watch(genesys)

    run = cycle(job, approve=True)

    assert run.counts == {"failed": 2}
    assert watch.writes == []
    assert {one.reason for one in entries()} == {"DuplicateSourceEntries"}


def test_an_account_that_belongs_to_somebody_else_already_is_not_taken(
    directory: Directory, genesys: Running
):
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("eva", userPrincipalName="ana@contoso.example")
    directory.sync()
    watch = Watch(genesys)

    run = cycle(job)

    assert (run.state, run.counts) == ("partly", {"failed": 1})
    assert watch.writes == []
    assert entries()[-1].reason == "DuplicateSourceEntries"
    assert Link.objects.get().object.source_id == "ana"


def test_without_a_matching_value_somebody_is_skipped_and_told_so_once(
    directory: Directory, genesys: Running
):
    directory.person("ana", userPrincipalName="")
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "ana", "role": "agent"}]
    )

    run = cycle(job, approve=True)

    assert (run.state, run.counts, run.requests) == ("succeeded", {"skip": 1}, {})
    (entry,) = entries()
    assert (entry.status, entry.reason) == ("skipped", "ImportSkipped")
    assert explain(job, directory_object("ana"))["code"] == "ImportSkipped"
    cycle(job, initial=True)
    assert len(entries()) == 1


def test_without_a_required_attribute_nothing_is_sent_and_the_attribute_is_named(
    directory: Directory, genesys: Running
):
    directory.person("ana", displayName="")
    directory.sync()
    job = application(
        genesys.tenant_url, genesys.token, assignments=[{"user": "ana", "role": "agent"}]
    )
    watch = Watch(genesys)

    run = cycle(job, approve=True)

    assert run.counts == {"skip": 1}
    assert watch.writes == []
    (entry,) = entries()
    (reason,) = entry.params["reasons"]
    assert reason["reason"] == "AttributeValidationFailed"
    assert reason["params"] == {"properties": ["displayName"]}
    explained = explain(job, directory_object("ana"))
    assert explained["code"] == "ImportSkipped"
    assert "displayName" in explained["because"][0]["sentence"]


def test_F15_an_account_that_appears_before_the_create_is_taken_over(
    directory: Directory, genesys: Running
):
    directory.person("ana", jobTitle="Lead")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job)
    person = {"schemas": [CORE_USER], "userName": "ana@contoso.example", "displayName": "Ana"}
    assert post_from_outside(genesys, "/Users", person).status_code == 201
    watch = Watch(genesys)

    run = cycle(job, plan=Plan.objects.get())

    assert [(one["method"], one["status"]) for one in watch.writes] == [
        ("POST", 409),
        ("PATCH", 200),
    ]
    assert (run.state, run.counts) == ("succeeded", {"adopt": 1})
    # One entry per writing request: the refusal, and what came of it.
    assert [(one.operation, one.status) for one in entries()] == [
        ("create", "warning"),
        ("adopt", "success"),
    ]
    assert accounts(genesys)["ana"]["title"] == "Lead"
    assert len(accounts(genesys)) == 1


def test_two_applications_never_share_links(directory: Directory, genesys: Running):
    directory.person("ana")
    directory.sync()
    first = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(first, approve=True)
    second = application(
        genesys.tenant_url, genesys.token, slug="second", name="Second", scope="all"
    )

    assert cycle(second, approve=True).counts == {"adopt": 1}
    assert Link.objects.count() == 2
