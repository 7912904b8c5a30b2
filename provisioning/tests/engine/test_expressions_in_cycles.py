"""What expressions ask of the world is answered in a cycle: groups, chance, the default domain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from provisioning.engine.log_document import log_document
from provisioning.engine.mapping_preview import try_expression, values_for
from provisioning.models import Job, Plan
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, assign, cycle, directory_object
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import Watch, account, accounts, entries, post_from_outside

USER_NAME = {"target": "userName", "source": "userPrincipalName", "match": 1}
NAME = {"target": "displayName", "source": "displayName"}


@pytest.fixture
def company(directory: Directory) -> Directory:
    for name in ("ana", "ben"):
        directory.person(name)
    directory.group("sales", "Sales FR", ["ben"])
    directory.sync()
    return directory


def mapped(target: Running, rows: Sequence[dict[str, Any]]) -> Job:
    """An application for everybody with these mappings besides the two that must be."""
    return application(
        target.tenant_url,
        target.token,
        scope="all",
        mappings={"users": {"attributes": [USER_NAME, NAME, *rows]}, "groups": {"enabled": False}},
    )


def test_membership_in_a_group_decides_a_value(company: Directory, genesys: Running):
    expression = 'IIF(IsMemberOf("Sales FR"), "Sales", "Other")'
    job = mapped(genesys, [{"target": "title", "expression": expression}])

    cycle(job, approve=True)

    assert {name: one["title"] for name, one in accounts(genesys).items()} == {
        "ana": "Other", "ben": "Sales",
    }  # fmt: skip


def test_everybody_gets_a_chance_of_their_own_once(company: Directory, genesys: Running):
    job = mapped(genesys, [{"target": "title", "expression": "Guid()", "apply": "on_create"}])

    cycle(job, approve=True)
    first = {name: one["title"] for name, one in accounts(genesys).items()}
    again = cycle(job, initial=True)

    assert len(set(first.values())) == 2
    assert not {"POST", "PATCH"} & set(again.requests)


def test_the_default_domain_is_a_setting(company: Directory, genesys: Running, settings):
    settings.DEFAULT_DOMAIN = "Contoso.example"
    job = mapped(genesys, [{"target": "title", "expression": 'Append("@", DefaultDomain())'}])

    cycle(job, approve=True)

    assert accounts(genesys)["ana"]["title"] == "@contoso.example"


SECRET = "Quiet Title 4711"


@pytest.fixture
def redacted(directory: Directory, genesys: Running) -> Job:
    directory.person("ana", jobTitle=SECRET)
    directory.sync()
    return mapped(genesys, [{"target": "title", "expression": "Redact([jobTitle])"}])


def test_a_redacted_value_reaches_the_application_and_nobody_else(redacted: Job, genesys: Running):
    preview = command("provision", "genesys-eu", "ana", "--preview", "--json")
    run = cycle(redacted)
    plan = command("plan", "genesys-eu", "--json")
    cycle(redacted, approve=True)

    told = [preview.document, run.document, plan.document, *map(log_document, entries())]
    assert accounts(genesys)["ana"]["title"] == SECRET
    assert SECRET not in json.dumps(told, default=str)
    (entry,) = entries(kind="user")
    (title,) = [one for one in entry.modified if one["displayName"] == "title"]
    assert (title["oldValue"], title["newValue"]) == (None, "[Redact]")
    (post,) = [one for one in entry.exchanges if one["method"] == "POST"]
    assert post["requestBody"]["title"] == post["responseBody"]["title"] == "[Redact]"


def test_a_redacted_value_is_hidden_when_it_is_refused_or_changes(
    redacted: Job, directory: Directory, genesys: Running
):
    cycle(redacted, approve=True)
    directory.person("ana", jobTitle="Another 4712")
    directory.sync()
    genesys.set_faults(["status:code=400,method=PATCH"])

    cycle(redacted)

    told = json.dumps([log_document(one) for one in entries()], default=str)
    assert "4711" not in told
    assert "4712" not in told
    assert accounts(genesys)["ana"]["title"] == SECRET


def test_previews_of_mappings_hide_it_and_warn_of_what_changes_each_time(
    redacted: Job, genesys: Running
):
    row = directory_object("ana")
    definition = redacted.definition
    assert definition is not None

    _, _, title = values_for(redacted, definition.as_definition(), row)

    assert (title.value, title.warning) == ("[Redact]", "")
    assert try_expression("Redact([jobTitle])", redacted, row).value == "[Redact]"
    assert "every cycle" in try_expression("Guid()", redacted, row).warning
    assert try_expression("[jobTitle]", redacted, row).warning == ""


def test_an_expression_that_is_being_typed_may_ask_for_groups(company: Directory, genesys: Running):
    job = mapped(genesys, [])

    tried = try_expression('IsMemberOf("Sales FR")', job, directory_object("ben"))

    assert tried.value is True


def test_what_is_typed_is_told_step_by_step_unless_it_is_redacted(redacted: Job, genesys: Running):
    row = directory_object("ana")

    told = try_expression("ToLower(Left([jobTitle], 5))", redacted, row)
    hidden = try_expression("Redact(ToLower([jobTitle]))", redacted, row)

    assert [step.value for step in told.steps] == [SECRET, "Quiet", "quiet"]
    assert not hidden.steps


UNIQUE_NAME = {
    "target": "userName",
    "expression": 'SelectUniqueValue([userPrincipalName], Append("2.", [userPrincipalName]))',
    "apply": "on_create",
}


def choosing(target: Running) -> Job:
    """An application that finds people by their number and chooses their user names."""
    by_number = {"target": "externalId", "source": "employeeId", "match": 1}
    return application(
        target.tenant_url,
        target.token,
        template="scim",
        scope="all",
        mappings={
            "users": {"attributes": [by_number, UNIQUE_NAME, NAME]},
            "groups": {"enabled": False},
        },
    )


def test_values_of_several_people_are_chosen_from_the_listing(
    directory: Directory, generic: Running, units: str
):
    directory.person("ana", employeeId="1")
    directory.person("ben", employeeId="2")
    directory.person("bea", employeeId="3", userPrincipalName="BEN@contoso.example")
    directory.sync()
    post_from_outside(generic, "/Users", {**account("ana"), "externalId": "somebody"})
    job = choosing(generic)
    watch = Watch(generic)

    cycle(job, approve=True)

    names = {one["externalId"]: one["userName"] for one in accounts(generic).values()}
    assert names["1"] == "2.ana@contoso.example"
    assert {names["2"].lower(), names["3"].lower()} == {
        "ben@contoso.example", "2.ben@contoso.example",
    }  # fmt: skip
    assert watch.methods["POST"] == 3
    assert not [one for one in watch.requests if "filter" in json.dumps(one)]
    assert not cycle(job, initial=True).counts.get("failed")


def test_who_is_left_without_a_value_of_their_own_is_told(
    directory: Directory, generic: Running, units: str
):
    """The same three names for three people: two values to choose from, and one for nobody."""
    for number in ("1", "2", "3"):
        directory.person(f"p{number}", employeeId=number, userPrincipalName="pat@contoso.example")
    directory.sync()

    run = cycle(choosing(generic), approve=True)

    assert run.counts == {"create": 2, "failed": 1}
    names = sorted(one["userName"] for one in accounts(generic).values())
    assert names == ["2.pat@contoso.example", "pat@contoso.example"]
    (entry,) = entries(status="failure")
    assert entry.reason == "EntryConflict"


def test_the_same_state_chooses_the_same_values(directory: Directory, generic: Running, units: str):
    for number in ("1", "2"):
        directory.person(f"p{number}", employeeId=number, userPrincipalName="pat@contoso.example")
    directory.sync()
    job = choosing(generic)

    cycle(job)
    cycle(job)

    assert len(set(Plan.objects.values_list("digest", flat=True))) == 1


def test_a_value_of_one_person_is_looked_up(directory: Directory, generic: Running):
    directory.person("ana", employeeId="1")
    directory.sync()
    post_from_outside(generic, "/Users", {**account("ana"), "externalId": "somebody"})
    job = choosing(generic)
    watch = Watch(generic)

    cycle(job, approve=True)

    names = {one["externalId"]: one["userName"] for one in accounts(generic).values()}
    assert names["1"] == "2.ana@contoso.example"
    assert len([one for one in watch.requests if "filter" in json.dumps(one)]) == 3


def test_who_finds_every_value_taken_is_told_and_not_created(
    directory: Directory, generic: Running
):
    directory.person("ana", employeeId="1")
    directory.sync()
    for name in ("ana", "2.ana"):
        post_from_outside(generic, "/Users", {**account(name), "externalId": f"x{name}"})

    cycle(choosing(generic), approve=True)

    (entry,) = entries(status="failure")
    assert entry.reason == "EntryConflict"
    assert "2.ana@contoso.example" in entry.error["reason"]
    assert len(accounts(generic)) == 2


@pytest.mark.parametrize(
    "function", ["AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex"]
)
def test_several_roles_replace_those_that_the_application_has(
    directory: Directory, generic: Running, function: str
):
    directory.person("ana")
    directory.sync()
    rows = [{"target": "roles", "expression": f"{function}([appRoleAssignments])"}]
    job = application(
        generic.tenant_url,
        generic.token,
        template="scim",
        roles=[{"name": name.title(), "value": name} for name in ("agent", "lead")],
        assignments=[{"user": "ana", "role": "agent"}, {"user": "ana", "role": "lead"}],
        mappings={"users": {"attributes": [USER_NAME, NAME, *rows]}, "groups": {"enabled": False}},
    )
    cycle(job, approve=True)
    both = accounts(generic)["ana"]["roles"]
    assert not {"POST", "PATCH", "PUT"} & set(cycle(job, initial=True).requests)

    assign(job, {"user": "ana", "role": "lead"})
    cycle(job)

    assert sorted(role["value"] for role in both) == ["agent", "lead"]
    assert [role["value"] for role in accounts(generic)["ana"]["roles"]] == ["lead"]
