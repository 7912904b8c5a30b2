"""Delta queries of the tenant: rounds, what they tell, and how a link ends."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.tests.simulator.graph.companies import (
    ANA,
    BEN,
    CLEO,
    SALES,
    STAFF,
    company,
    crowd,
)
from provisioning.tests.simulator.graph.reader import Reader, reading

USERS = "/users/delta?$select=displayName,department,mail,accountEnabled,manager"
GROUPS = "/groups/delta?$select=displayName,members"


def by_id(items):
    return {item["id"]: item for item in items}


def after(tenant: Reader, path: str, *changes: dict[str, Any]):
    """The items of the round after these changes."""
    _, link = tenant.round(path)
    for change in changes:
        tenant.running.change(**change)
    items, _ = tenant.round(link)
    return by_id(items)


def test_the_first_round_is_the_present_state_without_what_was_never_set():
    with reading(seed=company()) as tenant:
        people = by_id(tenant.round(USERS)[0])
        groups = by_id(tenant.round(GROUPS)[0])

    assert people[BEN]["department"] == "Sales"
    assert people[BEN]["manager@delta"] == [{"@odata.type": "#microsoft.graph.user", "id": ANA}]
    assert "department" not in people[ANA]
    assert people[CLEO]["mail"] is None
    assert {one["@odata.type"] for one in groups[SALES]["members@delta"]} == {
        "#microsoft.graph.user",
        "#microsoft.graph.device",
    }
    assert {one["id"] for one in groups[STAFF]["members@delta"]} == {ANA, SALES}


def test_a_round_without_changes_is_empty():
    with reading(seed=company()) as tenant:
        assert after(tenant, USERS) == {}


def test_a_change_of_a_selected_property_comes_with_all_of_them():
    with reading(seed=company()) as tenant:
        changed = after(tenant, USERS, {"do": "change_user", "id": BEN, "department": "Care"})

    assert changed == {
        BEN: {"id": BEN, "displayName": "Ben", "department": "Care", "accountEnabled": True}
    }


def test_a_change_of_another_property_is_not_told():
    with reading(seed=company()) as tenant:
        assert after(tenant, USERS, {"do": "change_user", "id": BEN, "city": "Rome"}) == {}


def test_return_minimal_leaves_out_what_did_not_change():
    with reading(seed=company()) as tenant:
        _, link = tenant.round(USERS, Prefer="return=minimal")
        tenant.running.change("change_user", id=BEN, department=None)
        items, _ = tenant.round(link)

    assert items == [{"id": BEN, "department": None}]


def test_a_soft_deletion_a_purge_and_a_restoration_are_told_apart():
    with reading(seed=company()) as tenant:
        deleted = after(tenant, USERS, {"do": "delete_user", "id": BEN})
        restored = after(tenant, USERS, {"do": "restore_user", "id": BEN})
        purged = after(
            tenant, USERS, {"do": "delete_user", "id": BEN}, {"do": "purge_user", "id": BEN}
        )

    assert deleted[BEN] == {"id": BEN, "@removed": {"reason": "changed"}}
    assert restored[BEN]["displayName"] == "Ben"
    assert "@removed" not in restored[BEN]
    assert purged[BEN] == {"id": BEN, "@removed": {"reason": "deleted"}}


def test_the_first_round_may_tell_of_who_is_deleted():
    with reading(seed=company()) as tenant:
        tenant.running.change("delete_user", id=BEN)

        assert by_id(tenant.round(USERS)[0])[BEN]["@removed"] == {"reason": "changed"}


def test_no_group_is_told_of_a_member_who_is_deleted():
    with reading(seed=company()) as tenant:
        changed = after(
            tenant, GROUPS, {"do": "delete_user", "id": BEN}, {"do": "purge_user", "id": BEN}
        )
        members = by_id(tenant.round(GROUPS)[0])[SALES]["members@delta"]

    assert changed == {}
    assert BEN not in {one["id"] for one in members}


def test_members_who_came_and_went_are_told_and_the_others_are_not():
    with reading(seed=company()) as tenant:
        changed = after(
            tenant,
            GROUPS,
            {"do": "add_members", "group": SALES, "members": [ANA]},
            {"do": "remove_members", "group": SALES, "members": [BEN]},
        )

    user = "#microsoft.graph.user"
    assert changed[SALES]["members@delta"] == [
        {"@odata.type": user, "id": BEN, "@removed": {"reason": "deleted"}},
        {"@odata.type": user, "id": ANA},
    ]


def test_another_manager_is_told_with_the_former_one():
    with reading(seed=company()) as tenant:
        changed = after(tenant, USERS, {"do": "set_manager", "user": CLEO, "manager": ANA})

    told = changed[CLEO]["manager@delta"]
    assert [("@removed" in one, one["id"]) for one in told] == [(True, BEN), (False, ANA)]


def test_a_large_group_comes_in_slices_that_hold_every_member_once():
    with reading(seed=crowd(250), members_per_item=100, page_size=2) as tenant:
        items, _ = tenant.round(GROUPS)

    assert [len(item["members@delta"]) for item in items] == [100, 100, 50]
    assert len({one["id"] for item in items for one in item["members@delta"]}) == 250


def test_an_untidy_round_repeats_splits_and_mixes_and_says_the_same():
    seed = crowd(200)
    with (
        reading(seed=seed, page_size=30) as tidy,
        reading(seed=seed, page_size=30, untidy=True) as untidy,
    ):
        straight, _ = tidy.round(USERS)
        mixed, _ = untidy.round(USERS)

    merged: dict[str, dict[str, object]] = {}
    for item in mixed:
        merged.setdefault(item["id"], {}).update(item)
    assert merged == by_id(straight)
    assert len(mixed) > len(straight)
    assert [item["id"] for item in mixed] != sorted(item["id"] for item in mixed)


def test_a_link_can_be_called_again_and_gives_the_same_page():
    with reading(seed=crowd(50), page_size=10, untidy=True) as tenant:
        first = tenant.document(USERS)
        link = first["@odata.nextLink"]

        assert tenant.document(link) == tenant.document(link)


def test_latest_gives_a_cursor_without_data():
    with reading(seed=company()) as tenant:
        items, link = tenant.round(f"{USERS}&$deltatoken=latest")
        tenant.running.change("change_user", id=ANA, department="Care")
        later, _ = tenant.round(link)

    assert items == []
    assert [item["id"] for item in later] == [ANA]


@pytest.mark.parametrize(("how", "status"), [("gone", 410), ("not_found", 400)])
def test_an_expired_link_is_refused_in_both_ways(how, status):
    with reading(seed=company()) as tenant:
        _, link = tenant.round(USERS)
        tenant.running.change("expire_cursors", how=how)
        answer = tenant.get(link)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == "syncStateNotFound"
    assert ("Location" in answer.headers) == (status == 410)


def test_only_the_groups_that_are_asked_for_are_told():
    with reading(seed=company()) as tenant:
        items, _ = tenant.round(f"{GROUPS}&$filter=id eq '{SALES}' or id eq '{BEN}'")

    assert [item["id"] for item in items] == [SALES]


@pytest.mark.parametrize(
    "query",
    [
        "$select=unheard",
        "$top=5",
        "$expand=manager",
        "$orderby=displayName",
        "$filter=displayName eq 'x'",
        "$filter=" + " or ".join(f"id eq '{n}'" for n in range(51)),
    ],
)
def test_what_a_delta_does_not_support_is_refused(query):
    with reading(seed=company()) as tenant:
        answer = tenant.get(f"/users/delta?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "Request_BadRequest"
