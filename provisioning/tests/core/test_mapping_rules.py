"""What a target's schema makes of a mapping: refused, warned of, converted, written once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.attribute_path import AttributePath
from provisioning.core.definition import JobDefinition, read_definition, schema_problems
from provisioning.core.diff import Echo, apply, learnt
from provisioning.core.entitlement import Entitlement
from provisioning.core.evaluate import Account, Decision, decide
from provisioning.core.gallery import TEMPLATES, find_template
from provisioning.core.json_values import elements
from provisioning.core.mapping_checks import NEVER_COMPARED, NOT_IN_SCHEMA, warning_about
from provisioning.core.patch import create_body
from provisioning.core.resource import Kind, Value
from provisioning.core.target_schema import TargetSchema
from provisioning.core.urns import GENESYS_USER
from provisioning.tests.core.definitions import ana, document

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MATCH = {"target": "userName", "source": "userPrincipalName", "match": 1}
NAME = {"target": "displayName", "source": "displayName"}
HR = "urn:example:hr:2.0:User"
PUBLISHED = TargetSchema(
    {
        Kind.USER: [
            "userName string required",
            "displayName string",
            "active boolean",
            "title string readOnly",
            "nickName string immutable",
            "password string writeOnly",
            "name complex plain:givenName",
            "name.givenName string",
            "emails complex multi",
            "emails.value string required",
            f"{HR}:grade integer required",
            f"{HR}:level decimal",
            f"{HR}:remote boolean",
            f"{HR}:tags string multi",
            f"{HR}:skills complex multi plain:name",
            f"{HR}:skills.name string",
        ]
    }
)


def mapped(*rows: dict[str, Any], published: TargetSchema = PUBLISHED) -> JobDefinition:
    content = document(users={"attributes": [MATCH, NAME, *rows]})
    return read_definition(content, ("userName", "displayName"), published)


def refusals(*rows: dict[str, Any], published: TargetSchema = PUBLISHED) -> list[str]:
    problems = schema_problems(mapped(*rows, published=published), None)
    return [f"{problem.path.rpartition('.')[2]}: {problem.message}" for problem in problems]


def created(*rows: dict[str, Any], **attributes: Any) -> dict[str, Value]:
    decision = decided(None, *rows, **attributes)
    return create_body({change.path: change.new for change in decision.changes}, Kind.USER)


def decided(account: Account | None, *rows: dict[str, Any], **attributes: Any) -> Decision:
    return decide(mapped(*rows), ana("agent", **attributes), Entitlement(), account, NOW)


def account(**more: Value) -> Account:
    agreeing = {"id": "42", "userName": "ana@contoso.example", "displayName": "Ana Ruiz"}
    return Account("42", {**agreeing, **more})


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_passes_the_checks_of_its_own_mappings(template: str):
    definition = read_definition(find_template(template).document())

    assert schema_problems(definition, None) == []
    rules = [*definition.users.attributes, *definition.groups.attributes]
    assert [warning_about(rule) for rule in rules if warning_about(rule)] == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"target": "title", "source": "jobTitle"}, "title belongs to the application"),
        ({"target": "groups", "source": "x"}, "groups belongs to the application"),
        ({"target": "meta.created", "source": "x"}, "meta.created belongs to the application"),
        ({"target": "name", "source": "x"}, "name has parts, and no value of its own"),
        ({"target": "active", "constant": "maybe"}, "active cannot hold maybe: its type is bool"),
        ({"target": "active", "source": "x", "default": "7"}, "its type is boolean"),
        ({"target": f"{HR}:grade", "constant": "high"}, "its type is integer"),
        ({"target": f"{HR}:grade", "constant": "4.5"}, "its type is integer"),
        ({"target": f"{HR}:grade", "constant": True}, "its type is integer"),
        ({"target": f"{HR}:level", "constant": "x"}, "its type is decimal"),
        ({"target": "ownList", "expression": 'Split([a], ",")'}, None),
        ({"target": "nickName", "expression": 'Split([a], ",")'}, "holds one value"),
    ],
)  # fmt: skip
def test_what_the_schema_rules_out_is_refused_when_saved(row: dict[str, Any], reason: str | None):
    found = refusals(row)

    assert (reason in found[0] and "attributes[2]: " in found[0]) if reason else found == []


@pytest.mark.parametrize(
    "row",
    [
        {"target": "nickName", "source": "x"},
        {"target": "name.givenName", "source": "x"},
        {"target": "active", "constant": "True"},
        {"target": "active", "constant": False},
        {"target": f"{HR}:grade", "constant": "7"},
        {"target": f"{HR}:level", "constant": "4.5", "default": "3"},
        {"target": f"{HR}:tags", "expression": 'Split([a], ",")'},
        {"target": "roles", "expression": "AppRoleAssignmentsComplex([appRoleAssignments])"},
        {"target": "title", "source": "employeeId", "match": 2},
    ],
)
def test_what_the_schema_allows_is_saved(row: dict[str, Any]):
    assert refusals(row) == []


def test_what_was_saved_before_the_schema_was_read_stays_saved():
    stored = mapped({"target": "title", "expression": "ToUpper([jobTitle])"})

    assert schema_problems(stored, stored) == []
    assert len(schema_problems(stored, mapped())) == 1


@pytest.mark.parametrize(
    ("row", "warning"),
    [
        ({"target": "shoeSize", "source": "x"}, NOT_IN_SCHEMA),
        ({"target": f"{HR}:hat", "source": "x"}, NOT_IN_SCHEMA),
        ({"target": "externalId", "source": "x"}, ""),
        ({"target": "password", "source": "x"}, NEVER_COMPARED),
        ({"target": "password", "source": "x", "apply": "on_create"}, ""),
        ({"target": "title", "source": "x"}, ""),
    ],
)
def test_what_works_but_not_well_is_said(row: dict[str, Any], warning: str):
    assert warning_about(mapped(row).users.attributes[2]) == warning
    undeclared = mapped(row, published=TargetSchema()).users.attributes[2]
    assert warning_about(undeclared) == ("" if warning == NOT_IN_SCHEMA else warning)


@pytest.mark.parametrize(
    ("target", "value", "sent"),
    [
        ("grade", "7", 7),
        ("grade", 7, 7),
        ("grade", "seven", "seven"),
        ("level", "4.5", 4.5),
        ("remote", "True", True),
        ("tags", "one", ["one"]),
        ("tags", ["one", "two"], ["one", "two"]),
        ("skills", ["Billing"], [{"name": "Billing"}]),
    ],
)
def test_a_value_is_sent_in_the_type_that_the_target_declares(
    target: str, value: Value, sent: Value
):
    row = {"target": f"{HR}:{target}", "source": "x"}

    assert created(row, x=value)[HR] == {target: sent}
    same = account(**{HR: {target: sent}})
    assert decided(same, row, x=value).changes == ()


def test_what_the_schema_requires_is_required_where_it_is_mapped():
    row = {"target": f"{HR}:grade", "source": "grade"}

    assert decided(None, row).reasons[0].params == {"properties": [f"{HR}:grade"]}
    assert decided(None).operation == "create"
    assert decided(None, {"target": 'emails[type eq "work"].value', "source": "none"}).changes


def test_an_immutable_attribute_is_written_once_and_its_difference_reported():
    row = {"target": "nickName", "source": "nick"}

    assert created(row, nick="Ani")["nickName"] == "Ani"
    later = decided(account(nickName="Ani"), row, nick="Anita")
    assert (later.operation, later.changes) == ("unchanged", ())
    assert later.reasons[1].reason == "NotWritable"
    assert later.reasons[1].params == {"properties": ["nickName"]}
    assert len(decided(account(nickName="Ani"), row, nick="Ani").reasons) == 1
    other = decided(account(nickName="Ani", displayName="X"), row, nick="Anita")
    assert [str(change.path) for change in other.changes] == ["displayName"]
    assert [one.reason for one in other.reasons] == ["AttributesDiffer", "NotWritable"]


def test_only_what_is_sent_is_said_to_be_written_once():
    row = {"target": "nickName", "source": "nick"}

    assert decided(None, row, nick="Ani").once == ("nickName",)
    assert decided(None, row, nick="").once == ()


def test_what_is_written_once_is_compared_as_of_somebody_who_is_there():
    row = {
        "target": "nickName",
        "expression": 'Switch([IsSoftDeleted], "", "False", "here", "True", "gone")',
    }

    assert len(decided(account(nickName="here"), row).reasons) == 1


def test_a_password_is_sent_with_the_account_never_compared_and_never_shown():
    row = {"target": "password", "source": "secret"}

    assert created(row, secret="S3cret!")["password"] == "S3cret!"
    assert decided(account(), row, secret="S3cret!").operation == "unchanged"
    assert decided(account(password="old"), row, secret="new").reasons[1:] == ()
    assert mapped(row).users.redacted == ["password"]


def test_what_only_creation_writes_is_known_by_name():
    rows = [
        {"target": "password", "source": "secret"},
        {"target": "nickName", "source": "nick"},
        {"target": "locale", "constant": "fr", "apply": "on_create"},
        {"target": "userType", "source": "sort"},
    ]

    decision = decided(None, *rows, secret="x", nick="Ani", sort="a")

    assert decision.once == ("password", "nickName", "locale")


TWO_ROLES = [{"value": "agent", "name": "Agent"}, {"value": "lead", "name": "Lead"}]


@pytest.mark.parametrize(
    ("target", "function", "posted"),
    [
        (
            'roles[primary eq "True"].value',
            "SingleAppRoleAssignment",
            [{"primary": True, "value": "agent"}],
        ),
        ("roles", "AppRoleAssignments", [{"value": "agent"}, {"value": "lead"}]),
        (
            "roles",
            "AppRoleAssignmentsComplex",
            [{"value": "agent", "primary": False}, {"value": "lead", "primary": False}],
        ),
        (
            "roles",
            "AssertiveAppRoleAssignmentsComplex",
            [{"value": "agent", "primary": False}, {"value": "lead", "primary": False}],
        ),
    ],
)
def test_roles_have_the_shape_of_each_of_entra_s_forms(target: str, function: str, posted: Value):
    rows = [MATCH, {"target": target, "expression": f"{function}([appRoleAssignments])"}]
    rules = read_definition(document(users={"attributes": rows}, roles=TWO_ROLES))

    made = decide(rules, ana("agent", "lead"), Entitlement(), None, NOW)

    body = create_body({change.path: change.new for change in made.changes}, Kind.USER)
    assert body["roles"] == posted
    same = Account("42", body)
    assert decide(rules, ana("agent", "lead"), Entitlement(), same, NOW).changes == ()
    more = Account("42", {**body, "roles": [*body["roles"], {"value": "other"}]})  # type: ignore[misc]  # a list
    foreign = decide(rules, ana("agent", "lead"), Entitlement(), more, NOW).changes
    single = function == "SingleAppRoleAssignment"
    assert [change.new for change in foreign] == ([] if single else [posted])


@pytest.mark.parametrize(
    ("target", "value", "held"),
    [
        (f"{GENESYS_USER}:routingSkills", ["Billing"], [{"name": "Billing"}]),
        (f'{GENESYS_USER}:routingSkills[name eq "Billing"].proficiency', "4.5",
         [{"name": "Billing", "proficiency": 4.5}]),
        (f'{GENESYS_USER}:externalIds[authority eq "zoomphone"].value', "z1",
         [{"authority": "zoomphone", "value": "z1"}]),
    ],
)  # fmt: skip
def test_genesys_attributes_are_assembled(target: str, value: Value, held: Value):
    rows = [MATCH, {"target": target, "source": "x"}]
    rules = read_definition(document(users={"attributes": rows}))

    made = decide(rules, ana("agent", x=value), Entitlement(), None, NOW)

    body = create_body({change.path: change.new for change in made.changes}, Kind.USER)
    extension: Any = body[GENESYS_USER]
    assert list(extension.values()) == [held]


OWN_WAYS: dict[str, Callable[[str], Value]] = {
    "trims": str.strip,
    "lowers": str.lower,
    "raises": str.upper,
    "drops": lambda text: None,
    "cuts": lambda text: text[:3],
    "digits": lambda text: "".join(filter(str.isdigit, text)),
    "constant": lambda text: "N/A",
    "spaces": lambda text: " ".join(text),
    "list": lambda text: [text],
}


@given(
    st.sampled_from(sorted(OWN_WAYS)),
    st.sampled_from(["userType", 'phoneNumbers[type eq "work"].value', f"{HR}:hat"]),
    st.lists(st.text("aB 1+", min_size=1, max_size=6), min_size=1, max_size=5),
)
def test_F18_a_value_kept_another_way_is_sent_once_and_a_new_one_is_always_sent(
    way: str, target: str, values: list[str]
):
    """A target that rewrites: the same value is not sent twice, and no real change is hidden."""
    row = {"target": target, "source": "x"}
    path = AttributePath.parse(target)
    resource: dict[str, Value] = dict(account().resource)
    echo: dict[str, Echo] = {}
    for value in values:
        known = Account("42", resource, echo)
        changes = decided(known, row, x=value).changes
        sent = apply(changes, resource)
        if not changes:
            assert same_as_before(path, value, known)
            continue
        kept = OWN_WAYS[way](value)
        resource = path.set(sent, kept) if kept is not None else path.remove(sent)
        echo = learnt(echo, changes, resource, Kind.USER)
        assert decided(Account("42", resource, echo), row, x=value).changes == ()
        drifted = path.set(resource, f"{value}, by hand")
        assert decided(Account("42", drifted, echo), row, x=value).changes


def same_as_before(path: AttributePath, value: str, known: Account) -> bool:
    """Whether the account holds the value, or what it made of the same value."""
    last = known.echo.get(str(path), {}).get("sent")
    return value in [*elements(path.get(known.resource)), last]
