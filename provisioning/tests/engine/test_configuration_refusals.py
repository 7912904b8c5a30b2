"""What a configuration file is refused for: each with its path, its line, and what to do."""

from __future__ import annotations

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.engine.configuration.applying import apply_configuration
from provisioning.engine.configuration.read import LARGEST_FILE, ConfigurationText
from provisioning.models import Application
from provisioning.tests.engine.configuring import GENESYS, apply_text, refusals

pytestmark = pytest.mark.django_db

USERS = "    mappings:\n      users:\n        "


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("    mapings: {}", "mapings", "Did you mean mappings?"),
        ("    mappings: {users: {enabled: true}}", "mappings.users.enabled", "unknown"),
        ("    provisioning: {intervall: 20m}", "provisioning.intervall", "mean interval?"),
        ("    provisioning: {interval: 20}", "provisioning.interval", "not a duration"),
        ("    provisioning: {interval: 1m}", "provisioning.interval", "from 5m to 24h"),
        ("    provisioning: {status: true}", "provisioning.status", "Expected on or off"),
        ("    provisioning: {status: on}", "provisioning.status", "without a Tenant URL"),
        ("    provisioning: 40m", "provisioning", "Expected keys and values"),
        ("    nested_groups: yes", "nested_groups", "Expected true or false, found 'yes'."),
        ("    scope: everyone", "scope", "Expected assigned or all"),
        ("    template: genesis-cloud", "template", "Did you mean genesys-cloud?"),
        ("    notification: {email: [nobody]}", "notification.email[0]", "not an e-mail"),
        ("    limits: {connections: 64}", "limits.connections", "from 1 to 32, found '64'"),
        ("    limits: {requests_per_minute: 0}", "limits.requests_per_minute", "from 1 to"),
        ("    log_retention: 36h", "log_retention", "whole days"),
        ("    deletion_guard: {percent: lots}", "deletion_guard.percent", "found 'lots'"),
        ("    roles: {value: a}", "roles", "Expected a list, found a set of keys."),
        ("    roles: [{value: a}]", "roles[0].name", "is missing"),
        ("    roles: [{value: a, name: A}, {value: a, name: B}]", "roles[1].value", "Two roles"),
        ("    roles: [{value: x, name: Default Access}]", "roles[0]", "always exists"),
        ("    mappings: {groups: {actions: [create]}}", "mappings.groups.actions[0]", "cannot"),
        ("    assignments: [{role: agent}]", "assignments[0]", "either user or group"),
        ("    name: true", "name", "Expected text, found true."),
    ],
)
def test_a_wrong_value_is_refused_with_its_path_and_what_to_do(text, path, words):
    base = "    name: G\n    template: genesys-cloud\n"
    given = "".join(line for line in base.splitlines(True) if line.split(":")[0] not in text)

    (problem,) = refusals(given + text)

    assert problem.path == path
    assert words in f"{problem.message} {problem.advice}"
    assert problem.line == given.count("\n") + 1


@pytest.mark.parametrize(
    ("row", "path", "words"),
    [
        ("{target: title, expression: 'Nott([x])'}", "[1]", "Not"),
        ("{target: title, expression: 'Join('}", "[1]", ""),
        ("{target: 'emails[type eq', source: mail}", "[1]", ""),
        ("{target: title}", "[1]", "exactly one of source, constant and expression"),
        ("{target: title, source: a, constant: b}", "[1]", "exactly one"),
        ("{target: id, source: objectId}", "[1].target", "cannot be mapped"),
        ("{target: UserName, source: mail}", "[1].target", "mapped twice"),
        ("{target: title, source: jobTitle, when_empty: delete}", "[1].when_empty", "leave or"),
        ("{target: title, sorce: jobTitle}", "[1].sorce", "Did you mean source?"),
        ("{source: jobTitle}", "[1].target", "is missing"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_row_and_line(row, path, words):
    text = (
        GENESYS
        + USERS
        + "attributes:\n          - {target: userName, source: userPrincipalName, match: 1}\n"
        + f"          - {row}\n"
    )

    (problem,) = refusals(text)

    assert problem.path == f"mappings.users.attributes{path}"
    assert words in f"{problem.message} {problem.advice}"
    assert problem.line == 9


@pytest.mark.parametrize(
    ("clause", "path"),
    [
        ("{attribute: a, operator: EQALS, value: b}", "mappings.users.filters[0]"),
        ("{attribute: a, operator: REGEX_MATCH, value: '('}", "mappings.users.filters[0]"),
        ("{operator: EQUALS, value: b}", "mappings.users.filters[0].clauses[0].attribute"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_path(clause, path):
    text = GENESYS + USERS + "filters:\n          - clauses:\n" + f"              - {clause}\n"

    (problem,) = refusals(text)

    assert problem.path == path
    assert problem.line is not None


def test_a_filter_without_clauses_is_refused():
    (problem,) = refusals(GENESYS + USERS + "filters: [{title: x, clauses: []}]")

    assert "at least one clause" in problem.message


def test_without_a_matching_attribute_nobody_could_be_found():
    (problem,) = refusals(
        GENESYS + USERS + "attributes: [{target: userName, source: userPrincipalName}]"
    )

    assert problem.path == "mappings.users.attributes"


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_changed():
    good = "{name: Good, template: scim}"
    bad = "- {name: Bad, template: scim, scope: none}\n- {name: Worse, template: none}\n"

    problems = refusals(good, bad)

    assert [problem.path for problem in problems] == [
        "b.yaml: [0].scope",
        "b.yaml: [1].template",
    ]
    assert [problem.line for problem in problems] == [1, 2]
    assert not Application.objects.exists()


@pytest.mark.parametrize("slug", ["gallery", "new", "Genesys", "-x", "a b", "x" * 51])
def test_a_slug_that_cannot_stand_in_an_address_is_refused(slug):
    (problem,) = refusals(f"{{name: A, template: scim, slug: {slug}}}")

    assert problem.path == "slug"


@pytest.mark.parametrize("name", ["Gallery", "New", "東京"])
def test_a_name_that_gives_no_slug_needs_one(name):
    (problem,) = refusals(f"{{name: {name}, template: scim}}")

    assert problem.path == "name"
    assert "Add slug:" in problem.advice


def test_a_slug_used_twice_is_refused():
    (problem,) = refusals("- {name: A, slug: a, template: scim}\n- {slug: a}")

    assert problem.path == "[1].slug"


def test_the_template_of_an_application_stays():
    apply_text(GENESYS)

    (problem,) = refusals("{slug: genesys-eu, template: scim}")

    assert problem.path == "template"


def test_a_new_application_needs_name_and_template():
    assert [one.path for one in refusals("{name: A}")] == ["template"]
    assert "name" in refusals("{slug: a, template: scim}")[0].message
    assert "no application" in refusals("{scope: all}")[0].message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"name: a\nname: b\n", 2, "given twice"),
        (b"name: [\n", 2, "not valid YAML"),
        (b"name: a\n\tslug: b\n", 2, "not valid YAML"),
        (b"name: \xff\n", 1, "not UTF-8"),
        (b"name: a\nslug: \x07\n", 2, "control character"),
        (b"name: !!python/object:os.system x\n", 1, "tag"),
        (b"a: &a [*a]\n", 1, "levels deep"),
        (b"? [a]\n: b\n", 1, "plain word"),
        (b"- just text\n", 1, "set of keys and values"),
        (b"", None, "holds no document"),
        (b"[]", None, "holds no document"),
        (b"x: " + b"[" * 5000, None, "levels deep"),
    ],
)
def test_T24_a_file_that_is_no_configuration_is_refused_with_its_line(content, line, words):
    with pytest.raises(UsageProblems) as caught:
        apply_configuration(None, [ConfigurationText("a.yaml", content)])

    (problem,) = caught.value.problems
    assert words in problem.message
    assert problem.line == line


def test_T24_a_file_that_unfolds_without_end_is_refused():
    levels = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]".encode() for n in range(1, 9)]

    with pytest.raises(UsageProblems) as caught:
        apply_configuration(None, [ConfigurationText("a.yaml", b"\n".join(levels))])

    assert "unfolds" in caught.value.problems[0].message


def test_T24_a_file_larger_than_the_limit_is_refused():
    content = b"#" * (LARGEST_FILE + 1)

    with pytest.raises(UsageProblems, match="larger than 10 MiB"):
        apply_configuration(None, [ConfigurationText("a.yaml", content)])


def test_T24_a_text_that_no_database_stores_is_refused():
    (problem,) = refusals('{name: "a\\0b", template: scim}')

    assert problem.path == "name"


@pytest.mark.django_db
def test_a_reserved_name_is_said_to_be_reserved():
    with pytest.raises(UsageProblems) as caught:
        apply_text("name: Gallery\ntemplate: scim\n")

    assert "The slug gallery is reserved." in str(caught.value)
