"""Accounts of the console, and the audit log of everything that was changed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import User

from console.access import role_of
from console.models import Account, Role
from console.tests.signing_in import administrator, reader
from provisioning.models import Application, AuditEvent
from provisioning.models.audit import Activity
from provisioning.tests.builders import configure

pytestmark = pytest.mark.django_db

ACCOUNTS = "/administration/administrators/"
AUDIT = "/administration/audit/"
TYPED = {
    "username": "paul",
    "email": "paul@contoso.example",
    "password": "correct-horse",
    "role": "reader",
}


@pytest.fixture
def marie(client):
    return administrator(client)


def the_account_event():
    return AuditEvent.objects.get(activity=Activity.ACCOUNT)


def test_somebody_added_may_sign_in_with_their_role(client, marie):
    assert client.post(ACCOUNTS, TYPED)["Location"] == ACCOUNTS

    assert role_of(User.objects.get(username="paul")) == Role.READER
    assert the_account_event().actor == marie
    assert the_account_event().changes == [{"path": "paul.role", "old": None, "new": "reader"}]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"username": "MARIE"}, "Somebody has this name already."),
        ({"password": "short"}, "This password is too short."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"role": "king"}, "Select a valid choice."),
    ],
)
def test_a_wrong_account_is_told_at_its_field_and_nothing_typed_is_lost(client, marie, wrong, told):
    answer = client.post(ACCOUNTS, {**TYPED, **wrong})
    text = unescape(answer.content.decode())

    assert answer.status_code == 422
    assert told in text
    assert f'href="#id_{next(iter(wrong))}' in text
    assert "paul@contoso.example" in text or "email" in wrong
    assert not User.objects.filter(username="paul").exists()


def test_a_role_and_the_right_to_sign_in_are_changed_with_an_audit_row_each(client, marie):
    paul = User.objects.create_user("paul")
    Account.objects.create(user=paul, role=Role.READER)

    client.post(f"{ACCOUNTS}{paul.pk}/", {"role": "administrator"})

    paul = User.objects.get(pk=paul.pk)
    assert (paul.is_active, paul.account.role) == (False, Role.ADMINISTRATOR)
    said = {
        change["path"]: change["new"]
        for event in AuditEvent.objects.filter(activity=Activity.ACCOUNT)
        for change in event.changes
    }
    assert said == {"paul.role": "administrator", "paul.active": False}


@pytest.mark.parametrize("typed", [{"role": "reader", "active": "on"}, {"role": "administrator"}])
def test_the_last_administrator_stays_one(client, marie, typed):
    answer = client.post(f"{ACCOUNTS}{marie.pk}/", typed)

    assert answer.status_code == 422
    assert "This is the last administrator." in answer.content.decode()
    assert role_of(User.objects.get(pk=marie.pk)) == Role.ADMINISTRATOR


def test_the_audit_log_is_read_by_readers_too(client):
    reader(client)

    assert client.get(AUDIT).status_code == 200


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"Start", "Other"}),
        ({"who": "MAR"}, {"Start"}),
        ({"what": "stop"}, {"Other"}),
        ({"app": "wiki"}, {"Start"}),
        ({"since": "2999-01-01"}, set()),
        ({"since": "yesterday"}, {"Start", "Other"}),
    ],
)
def test_the_audit_log_is_filtered(client, marie, asked, found):
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})
    wiki = Application.objects.get()
    AuditEvent.objects.all().delete()
    AuditEvent.record(marie, Activity.START, wiki, [{"path": "Start", "old": 1, "new": 2}])
    AuditEvent.record(None, Activity.STOP, None, [{"path": "Other", "old": 1, "new": 2}])

    text = client.get(AUDIT, asked).content.decode()

    assert {word for word in ("Start", "Other") if f">{word}:</span>" in text} == found
    assert found or "No entry matches these filters." in text


CREATED = {"name": "Wiki", "slug": "wiki", "template": "scim", "scope": "all"}
FILTER = {
    "title": "French sales",
    "clauses": [
        {"attribute": "department", "operator": "EQUALS", "value": "Sales"},
        {"attribute": "country", "operator": "IN", "value": ["FR", "BE"]},
    ],
}
MAPPINGS: list[dict[str, object]] = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "title", "source": "jobTitle"},
]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"provisioning": {"interval": "2h"}}, "Run every (minutes): 40m → 2h"),
        ({"provisioning": {"mode": "on_demand"}}, "Provisioning mode: Automatic → On demand only"),
        (
            {"scope": "assigned"},
            "Scope: Sync all users and groups → Sync only assigned users and groups",
        ),
        ({"nested_groups": True}, "Follow nested groups in assignments: No → Yes"),
        (
            {"mappings": {"users": {"attributes": [*MAPPINGS[:2], {**MAPPINGS[2], "match": 2}]}}},
            "User mapping · title · Matching precedence: 2",
        ),
        (
            {"mappings": {"users": {"attributes": MAPPINGS[:2]}}},
            "User mapping · title: jobTitle → –",
        ),
        (
            {"mappings": {"users": {"filters": [FILTER]}}},
            "Scoping filter French sales (users): department EQUALS Sales AND country IN FR, BE",
        ),
        ({"roles": [{"value": "a", "name": "Agent"}]}, "App role: Agent (a)"),
        ({"notification": {"email": ["a@b.example"]}}, "Notification email: a@b.example"),
    ],
)
def test_a_change_is_told_in_words_that_stand_on_the_pages(client, marie, changed, told):
    configure({**CREATED, "mappings": {"users": {"attributes": MAPPINGS}}})
    AuditEvent.objects.all().delete()
    configure({"slug": "wiki", **changed})

    lines = re.findall(r"<li>(.*?)</li>", unescape(client.get(AUDIT).content.decode()))

    assert told in {re.sub(r"<[^>]*>", "", line).strip() for line in lines}


def test_of_many_changes_the_first_three_stand_there_and_the_rest_opens(client, marie):
    changes = [{"path": f"place{number}", "old": None, "new": number} for number in range(9)]
    AuditEvent.record(marie, Activity.SETTINGS, None, changes)

    text = client.get(AUDIT).content.decode()

    assert "6 more changes" in text
    assert text.index("place2") < text.index("<details>\n") < text.index("place3")


def test_what_was_changed_is_shown_literally(client, marie):
    change = {"path": "name", "old": "<b>old</b>", "new": "<script>new</script>"}
    AuditEvent.record(marie, Activity.SETTINGS, None, [change])

    text = client.get(AUDIT).content.decode()

    assert "&lt;b&gt;old&lt;/b&gt;</bdi> → <bdi>&lt;script&gt;new" in text
    assert "<script>new" not in text


@pytest.mark.parametrize("number", [1, 60])
@pytest.mark.parametrize("address", [ACCOUNTS, AUDIT])
def test_a_long_list_costs_no_more_queries(
    client, marie, address, number, django_assert_max_num_queries
):
    for index in range(number):
        user = User.objects.create_user(f"user{index}")
        Account.objects.create(user=user, role=Role.READER)
        AuditEvent.record(user, Activity.ACCOUNT, None, [])

    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200
