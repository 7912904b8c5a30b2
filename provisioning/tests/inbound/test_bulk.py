"""Many operations in one request, and uploads that are done by a worker."""

from __future__ import annotations

from uuid import UUID

import pytest

from provisioning.core.inbound.discovery import MOST_OPERATIONS
from provisioning.core.resource import Kind, State
from provisioning.engine.inbound import uploads
from provisioning.models import DirectoryObject, PushedUpload
from provisioning.tests.inbound.pusher import BULK, ENTERPRISE, Pusher, members, stored
from provisioning.tests.sources.directories import NOW


@pytest.fixture
def pusher(db):
    return Pusher()


def bulk(pusher, *operations, **more):
    said = pusher.ask("POST", "Bulk", {"schemas": [BULK], "Operations": operations, **more})
    assert said.status == 200, said.document
    return said.document["Operations"]


def post(name, key, **attributes):
    data = {"userName": f"{name}@example.com", **attributes}
    return {"method": "POST", "path": "/Users", "bulkId": key, "data": data}


def test_operations_refer_to_each_other_in_any_order_and_in_a_circle(pusher):
    group = {"displayName": "Staff", "members": [{"value": "bulkId:a"}, {"value": "bulkId:b"}]}
    results = bulk(
        pusher,
        {"method": "POST", "path": "/Groups", "bulkId": "g", "data": group},
        post("ana", "a", **{ENTERPRISE: {"manager": {"value": "bulkId:b"}}}),
        post("bea", "b", **{ENTERPRISE: {"manager": {"value": "bulkId:a"}}}),
        {
            "method": "PATCH",
            "path": "/Users/bulkId:a",
            "data": {"Operations": [{"op": "add", "path": "title", "value": "Lead"}]},
        },
    )

    assert [one["status"] for one in results] == ["201", "201", "201", "200"]
    group, ana, bea = (one["location"].rpartition("/")[2] for one in results[:3])
    assert members(group) == {ana, bea}
    managers = DirectoryObject.objects.managers_of([stored(ana), stored(bea)])
    assert managers == {stored(ana).pk: stored(bea), stored(bea).pk: stored(ana)}
    assert stored(ana).attributes["jobTitle"] == "Lead"


def test_one_refused_operation_stops_no_other_unless_that_is_asked_for(pusher):
    operations = [
        post("ana", "1"),
        post("ana", "2"),
        {"method": "DELETE", "path": "/Users/nobody"},
        {"method": "GET", "path": "/Users"},
        {"method": "POST", "path": "/Cars", "data": {}},
        {"method": "POST", "path": "/Users", "data": "ana"},
        post("bea", "3"),
    ]

    results = bulk(pusher, *operations)

    assert [one["status"] for one in results] == ["201", "409", "404", "405", "404", "400", "201"]
    assert results[1]["response"]["scimType"] == "uniqueness"
    assert len(bulk(pusher, *operations, failOnErrors=2)) == 2
    assert DirectoryObject.objects.people().count() == 2


@pytest.mark.parametrize("address", ["Bulk", "bulkUpload"])
def test_more_operations_than_announced_are_refused_whole(pusher, address):
    operations = [post(f"p{number}", str(number)) for number in range(MOST_OPERATIONS + 1)]

    assert pusher.refused("POST", address, {"Operations": operations})[0] == 413
    assert pusher.refused("POST", address, {"Operations": []}) == (400, "invalidSyntax")
    assert pusher.refused("POST", address, {"Operations": ["x"]}) == (400, "invalidSyntax")
    assert not DirectoryObject.objects.exists()


def upload(pusher, *operations):
    said = pusher.ask("POST", "bulkUpload", {"schemas": [BULK], "Operations": operations})
    assert said.status == 202
    identity = said.headers["Location"].rpartition("/")[2]
    assert said.headers["Location"] == f"{pusher.base}/bulkUpload/{identity}"
    return identity


def test_an_upload_is_accepted_at_once_and_told_operation_by_operation_later(pusher):
    identity = upload(
        pusher,
        post("ana", "1", externalId="701", **{ENTERPRISE: {"manager": {"value": "702"}}}),
        post("bea", "2", externalId="702"),
        {"method": "DELETE", "path": "/Users/1", "bulkId": "3"},
        post("", "4", externalId="703", active="perhaps"),
    )
    waiting = pusher.get(f"bulkUpload/{identity}")
    assert (waiting["state"], waiting["total"], waiting["done"]) == ("waiting", 4, 0)
    assert not DirectoryObject.objects.exists()

    assert uploads.work(UUID(identity), NOW)

    told = pusher.get(f"bulkUpload/{identity}")
    assert (told["state"], told["done"], told["refused"]) == ("done", 4, 2)
    assert [one["bulkId"] for one in told["Operations"]] == ["1", "2", "3", "4"]
    assert [one["status"] for one in told["Operations"]] == ["201", "201", "405", "400"]
    ana, bea = (one["location"].rpartition("/")[2] for one in told["Operations"][:2])
    assert DirectoryObject.objects.managers_of([stored(ana)])[stored(ana).pk] == stored(bea)
    assert PushedUpload.objects.get().operations == []


def test_a_second_upload_changes_whom_the_key_names_and_keeps_what_it_does_not_name(pusher):
    first = upload(pusher, post("ana", "1", externalId="701", title="Agent", active=True))
    uploads.work(UUID(first), NOW)

    second = upload(pusher, post("ana.ruiz", "1", externalId="701", active=False))
    uploads.work(UUID(second), NOW)

    one = DirectoryObject.objects.get()
    assert one.user_name == "ana.ruiz@example.com"
    assert (one.attributes["jobTitle"], one.state) == ("Agent", State.DISABLED)


def test_an_upload_whose_worker_died_goes_on_where_its_last_batch_ended(pusher, monkeypatch):
    identity = UUID(upload(pusher, *(post(f"p{n}", str(n), externalId=str(n)) for n in range(7))))
    monkeypatch.setattr(uploads, "_BATCH", 3)
    assert uploads._claim(identity)
    assert uploads._batch(identity, NOW)
    assert not uploads.work(identity, NOW), "somebody holds it"

    PushedUpload.objects.update(lease_until=NOW.replace(year=2001))
    assert list(uploads.due()) == [identity]
    assert uploads.work(identity, NOW)

    told = PushedUpload.objects.get()
    assert [one["status"] for one in told.results] == ["201"] * 7
    assert list(uploads.due()) == []
    assert uploads.work(identity, NOW) is False


def test_results_are_forgotten_when_nobody_asks_for_them_any_more(pusher):
    identity = UUID(upload(pusher, post("ana", "1", externalId="1")))
    uploads.work(identity, NOW)

    assert uploads.forget_old(NOW + uploads.KEPT) == 0
    assert uploads.forget_old(NOW + uploads.KEPT * 2) == 1


def test_groups_are_uploaded_too(pusher):
    data = {"displayName": "Staff", "externalId": "g", "members": [{"value": "701"}]}
    identity = upload(
        pusher,
        {"method": "POST", "path": "/Groups", "bulkId": "1", "data": data},
        post("ana", "2", externalId="701"),
    )
    uploads.work(UUID(identity), NOW)

    group = DirectoryObject.objects.get(kind=Kind.GROUP.value)
    person = DirectoryObject.objects.get(kind=Kind.USER.value)
    assert members(group.source_id) == {person.source_id}
