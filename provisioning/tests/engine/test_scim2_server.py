"""People and their values on a strict RFC server that we did not write, with the generic template.

Costs are those of design.md, section 3; that the server saw the same requests is its own word.
"""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.engine.credentials import keep_quirks
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.strictly import (
    connected,
    last_operations,
    operations_of,
    run_and_count,
)
from provisioning.tests.engine.watching import ENTERPRISE, entries, mappings_with
from provisioning.tests.scim2 import Scim2Server

EVERYTHING = {
    "givenName": "Ana",
    "surname": "Núñez",
    "department": "Sales",
    "employeeId": "0042",
    "mobile": "+33612345678",
    "telephoneNumber": "+33112345678",
    "physicalDeliveryOfficeName": "B 12",
    "streetAddress": "1 rue de la Paix",
    "city": "Lyon",
    "state": "Rhône",
    "postalCode": "69001",
    "country": "FR",
    "preferredLanguage": "fr-FR",
    "mailNickname": "ana",
}


def test_every_attribute_of_the_template_arrives(directory: Directory, strict: Scim2Server):
    directory.person("ana", **EVERYTHING)
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert (run.state, run.counts) == ("succeeded", {"create": 1})
    ana = strict.users()["ana"]
    assert ana["name"] == {"givenName": "Ana", "familyName": "Núñez"}
    assert ana["emails"] == [{"value": "ana@contoso.example", "type": "work"}]
    assert {one["type"]: one["value"] for one in ana["phoneNumbers"]} == {
        "work": "+33112345678",
        "mobile": "+33612345678",
    }
    assert {one["type"] for one in ana["addresses"]} == {"work", "other"}
    assert (ana["active"], ana["externalId"]) == (True, "ana")
    assert ana[ENTERPRISE] == {"department": "Sales", "employeeNumber": "0042"}
    assert run_and_count(strict, job, initial=True).requests == {}


def test_people_are_created_after_their_managers_and_a_second_cycle_sends_nothing(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana", manager="ben")
    directory.person("ben", manager="eve")
    directory.person("eve")
    directory.sync()
    job = connected(strict)

    first = run_and_count(strict, job, approve=True)
    second = run_and_count(strict, job)

    assert (first.state, first.counts) == ("succeeded", {"create": 3})
    assert first.requests == {"GET": 1, "POST": 3}
    users = strict.users()
    assert users["ana"][ENTERPRISE]["manager"]["value"] == users["ben"]["id"]
    assert users["ben"][ENTERPRISE]["manager"]["value"] == users["eve"]["id"]
    assert (second.state, second.requests) == ("succeeded", {})
    assert run_and_count(strict, job, initial=True).requests == {}


def test_F38_managers_in_a_circle_cost_one_more_request(directory: Directory, strict: Scim2Server):
    directory.person("ana", manager="ben")
    directory.person("ben", manager="ana")
    directory.sync()
    job = connected(strict)

    run = run_and_count(strict, job, approve=True)

    assert run.requests == {"GET": 1, "POST": 2, "PATCH": 1}
    users = strict.users()
    assert users["ana"][ENTERPRISE]["manager"]["value"] == users["ben"]["id"]
    assert users["ben"][ENTERPRISE]["manager"]["value"] == users["ana"]["id"]
    assert run_and_count(strict, job).requests == {}


@pytest.mark.parametrize("dialect", ["rfc", "entra"])
def test_a_changed_title_is_one_patch_with_one_operation(
    directory: Directory, strict: Scim2Server, dialect: str
):
    directory.person("ana", **EVERYTHING)
    directory.sync()
    job = connected(strict, dialect=dialect)
    cycle(job, approve=True)
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    run = run_and_count(strict, job)

    assert (run.counts, run.requests) == ({"update": 1}, {"PATCH": 1})
    (operation,) = last_operations(operation="update")
    assert (operation["op"].lower(), operation["path"]) == ("replace", "title")
    assert strict.users()["ana"]["title"] == "Lead"
    assert run_and_count(strict, job, initial=True).requests == {}


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"mobile": ""}, {"mobile": "+33612345678"}),
    ({"mobile": "+33612345678"}, {"mobile": "+33700000000"}),
    ({"mobile": "+33612345678", "telephoneNumber": "+33112345678"}, {"mobile": ""}),
    ({"mobile": "+33612345678"}, {"mobile": ""}),
    ({"city": "Lyon"}, {"city": "Paris", "country": "FR"}),
    ({}, {"city": "Paris", "country": "FR", "physicalDeliveryOfficeName": "B 12"}),
    ({"city": "Lyon", "country": "FR"}, {"city": ""}),
    ({"city": "Lyon", "country": "FR"}, {"city": "", "country": ""}),
    ({"department": "Sales"}, {"department": ""}),
    ({"department": "Sales", "employeeId": "1"}, {"department": "", "employeeId": "2"}),
    ({"givenName": "Ana", "surname": "Lee"}, {"surname": ""}),
    ({"givenName": "Ana"}, {"givenName": ""}),
    ({}, {"givenName": "Ana", "surname": "Lee"}),
    ({"manager": "boss"}, {"manager": ""}),
    ({}, {"manager": "boss"}),
    ({"manager": "boss"}, {"manager": "other"}),
    ({"mailNickname": "a"}, {"mailNickname": ""}),
    ({"mailNickname": "a"}, {"mailNickname": "b"}),
    ({"mail": "a@contoso.example"}, {"mail": "b@contoso.example"}),
    ({"preferredLanguage": "fr-FR"}, {"preferredLanguage": "en-GB"}),
    ({}, {"userPrincipalName": "renamed@contoso.example"}),
]


@pytest.mark.parametrize("paths", [True, False])
def test_whatever_changes_is_one_patch_each_and_then_equal(
    directory: Directory, strict: Scim2Server, paths: bool
):
    directory.person("boss")
    directory.person("other")
    for number, (before, _) in enumerate(CHANGES):
        directory.person(f"p{number}", **before)
    directory.sync()
    job = connected(strict, mappings=clearing_everything())
    keep_quirks(job.application, patch_paths=paths)
    assert cycle(job, approve=True).state == "succeeded"
    for number, (_, after) in enumerate(CHANGES):
        directory.person(f"p{number}", **after)
    directory.sync()

    # So many values emptied at once would wait for a person.
    run = run_and_count(strict, job, approve=True)

    refused = [(one.source_id, one.error, one.exchanges) for one in entries(status="failure")]
    assert refused == []
    assert (run.state, run.requests) == ("succeeded", {"PATCH": len(CHANGES)})
    operations = [one for entry in entries(operation="update") for one in operations_of(entry)]
    assert all("path" in one for one in operations if paths or one["op"] == "remove")
    assert paths or {one["op"] for one in operations if "path" in one} == {"remove"}
    assert run_and_count(strict, job, initial=True).requests == {}
    assert fresh_look(strict) == {}


def clearing_everything() -> dict[str, Any]:
    """The template's mappings; an empty value empties what may be empty."""
    rows: Any = mappings_with(template="scim")["users"]["attributes"]
    cleared = [{**row, "when_empty": "clear"} for row in rows if not row.get("match")]
    return mappings_with(*cleared, template="scim")


def fresh_look(target: Scim2Server) -> dict[str, int]:
    """The writes of an application that knows no account yet: none, when all are equal."""
    stranger = connected(target, name="Other", slug="other", mappings=clearing_everything())
    requests = cycle(stranger, approve=True).requests
    return {method: n for method, n in requests.items() if method != "GET"}


def test_a_cleared_phone_is_taken_away_and_the_other_stays(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana", mobile="+33612345678", telephoneNumber="+33112345678")
    directory.sync()
    mobile = 'phoneNumbers[type eq "mobile"].value'
    row = {"target": mobile, "source": "mobile", "when_empty": "clear"}
    job = connected(strict, mappings=mappings_with(row, template="scim"))
    cycle(job, approve=True)
    directory.person("ana", mobile="")
    directory.sync()

    run = run_and_count(strict, job)

    assert run.requests == {"PATCH": 1}
    assert last_operations(operation="update") == [
        {"op": "remove", "path": 'phoneNumbers[type eq "mobile"]'}
    ]
    assert strict.users()["ana"]["phoneNumbers"] == [{"type": "work", "value": "+33112345678"}]


def test_a_leaver_is_disabled_and_who_is_gone_is_deleted(directory: Directory, strict: Scim2Server):
    directory.person("ana")
    directory.person("ben")
    directory.sync()
    job = connected(strict, on_deletion={"action": "delete", "after": "0d"})
    cycle(job, approve=True)

    directory.person("ana", accountEnabled=False)
    directory.sync()
    disabled = run_and_count(strict, job)
    assert (disabled.counts, disabled.requests) == ({"disable": 1}, {"PATCH": 1})
    assert last_operations(operation="disable") == [
        {"op": "replace", "path": "active", "value": False}
    ]
    assert strict.users()["ana"]["active"] is False

    directory.person("ana", accountEnabled=True)
    directory.sync()
    enabled = run_and_count(strict, job)
    assert (enabled.counts, enabled.requests) == ({"enable": 1}, {"PATCH": 1})
    assert strict.users()["ana"]["active"] is True

    directory.leave("ben")
    directory.sync(force=True)
    deleted = run_and_count(strict, job)
    assert (deleted.counts, deleted.requests) == ({"delete": 1}, {"DELETE": 1})
    assert set(strict.users()) == {"ana"}
