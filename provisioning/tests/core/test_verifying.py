"""An account compared with what it should hold: what differs, and how it came to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from provisioning.core.definition import read_definition
from provisioning.core.evaluate import Account
from provisioning.core.resource import Kind, Value
from provisioning.core.target_schema import UNKNOWN, TargetSchema
from provisioning.core.verifying import Comparison, Drift, Sight, compare_account, write_only
from provisioning.tests.core.definitions import ana, definition, document

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HELD: dict[str, Value] = {
    "id": "7",
    "userName": "ana@contoso.example",
    "displayName": "Ana Ruiz",
    "active": True,
    "title": "Agent",
    "emails": [{"type": "work", "value": "ana@contoso.example"}],
}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def account(echo: Any = None, **changed: Any) -> Account:
    """Ana's account as the target shows it; None takes an attribute away."""
    held = {**HELD, **changed}
    resource = {name: value for name, value in held.items() if value is not None}
    return Account("7", resource, echo=echo or {})


def compare(now: Account, before: Account | None = None, **more: Any) -> Comparison:
    subject = ana("agent", **more.pop("attributes", {}))
    sight = Sight(now, before, more.pop("manager", None))
    return compare_account(more.pop("rules", definition()), subject, sight, NOW)


def test_an_account_in_step_differs_in_nothing():
    found = compare(account(), account())

    assert (found.differences, found.drift, found.hidden) == ((), None, ())
    assert found.compared == 5


@pytest.mark.parametrize(
    ("now", "before", "drift"),
    [
        ({"title": "Queen"}, {}, Drift.EDITED_THERE),
        ({"title": None}, {}, Drift.LOST_THERE),
        ({"title": "Old"}, {"title": "Old"}, Drift.NEVER_WRITTEN),
        ({"title": None}, {"title": None}, Drift.NEVER_WRITTEN),
    ],
)
def test_what_the_link_last_saw_tells_drift_apart(
    now: dict[str, Value], before: dict[str, Value], drift: Drift
):
    found = compare(account(**now), account(**before))

    assert [(one.path, one.expected, one.drift) for one in found.differences] == [
        ("title", "Agent", drift)
    ]
    assert found.drift is drift
    assert found.differences[0].found == now["title"]


def test_without_a_link_nothing_was_ever_written():
    assert compare(account(title="Queen")).drift is Drift.NEVER_WRITTEN


def test_the_most_telling_drift_names_the_object():
    found = compare(account(title=None, displayName="Queen"), account())

    assert {one.drift for one in found.differences} == {Drift.LOST_THERE, Drift.EDITED_THERE}
    assert found.drift is Drift.EDITED_THERE


def test_F18_a_value_kept_in_the_targets_own_way_was_written_all_the_same():
    echo = {"title": {"sent": "Agent", "seen": "AGENT"}}

    assert compare(account(echo, title="AGENT"), account(echo, title="AGENT")).drift is None
    edited = compare(account(echo, title="Queen"), account(echo, title="AGENT"))
    assert edited.drift is Drift.EDITED_THERE
    other = {"title": {"sent": "Chief", "seen": "CHIEF"}}
    never = compare(account(other, title="CHIEF"), account(other, title="CHIEF"))
    assert never.drift is Drift.NEVER_WRITTEN


def test_what_is_accepted_and_never_shown_cannot_be_compared():
    echo = {"title": {"sent": "Agent", "seen": None}, "displayName": {"sent": "A", "seen": "B"}}

    found = compare(account(echo, title=None), account(echo, title=None))

    assert (found.hidden, found.differences, found.compared) == (("title",), (), 4)


def test_a_value_that_is_to_be_cleared_and_is_gone_is_in_step():
    rules = document()["mappings"]["users"]["attributes"]
    mapped = [{**one, "when_empty": "clear"} if one["target"] == "title" else one for one in rules]
    echo = {"title": {"sent": "Agent", "seen": None}}
    found = compare(
        account(echo, title=None),
        rules=definition(users={"attributes": mapped}),
        attributes={"jobTitle": None},
    )

    assert (found.differences, found.hidden) == ((), ())


def test_a_reference_is_compared_once_the_manager_has_an_account():
    manager = {"manager": "boss"}
    lacking = compare(account(), account(), attributes=manager)
    found = compare(account(), account(), attributes=manager, manager="9")
    points = compare(
        account(**{ENTERPRISE: {"manager": {"value": "9"}}}), attributes=manager, manager="9"
    )

    assert lacking.differences == ()
    assert [one.path for one in found.differences] == [f"{ENTERPRISE}:manager"]
    assert (points.differences, points.compared) == ((), found.compared)


def test_what_may_only_be_written_once_is_compared_and_what_nobody_reads_is_not():
    schema = TargetSchema(
        {
            Kind.USER: [
                "userName string", "displayName string immutable", "title string writeOnly",
                "active boolean", "emails complex multi", "emails.value string",
            ]
        }
    )  # fmt: skip
    rules = read_definition(document(), (), schema)

    found = compare(account(displayName="Queen", title=None), account(), rules=rules)

    assert [one.path for one in found.differences] == ["displayName"]
    assert found.hidden == ("title",)
    assert write_only(read_definition(document(), (), UNKNOWN), Kind.USER) == ()
