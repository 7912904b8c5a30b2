"""`explain --trace` tells how each mapped attribute got its value, as the cycle decides it."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.commanding import command

ATTRIBUTES = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "displayName", "expression": 'Join(" ", ToUpper([givenName]), [surname])'},
    {"target": "title", "source": "jobTitle", "default": "Agent"},
    {"target": "nickName", "constant": "Newcomer", "apply": "on_create"},
    {"target": "password", "expression": "Redact([secret])", "apply": "on_create"},
]


@pytest.fixture
def ana(directory: Directory, genesys: Running):
    """Ana, who is to get an account; her title is missing, her password nobody's business."""
    directory.person("ana", givenName="Ana", surname="Ruiz", jobTitle="", secret="s3cret-of-hers")
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings={"users": {"attributes": ATTRIBUTES}},
    )


def attributes() -> dict[str, dict[str, object]]:
    said = command("explain", "genesys-eu", "ana", "--trace", "--json")
    return {one["target"]: one for one in said.document["attributes"]}


def test_every_node_tells_what_it_was_given_and_gave(ana):
    assert attributes()["displayName"] == {
        "target": "displayName",
        "expression": 'Join(" ", ToUpper([givenName]), [surname])',
        "apply": "always",
        "value": "ANA Ruiz",
        "applied": True,
        "flow": "value",
        "remarks": [],
        "trace": [
            {"expression": "[givenName]", "position": 18, "inputs": [], "value": "Ana"},
            {
                "expression": "ToUpper([givenName])",
                "position": 10,
                "inputs": ["Ana"],
                "value": "ANA",
            },
            {"expression": "[surname]", "position": 32, "inputs": [], "value": "Ruiz"},
            {
                "expression": 'Join(" ", ToUpper([givenName]), [surname])',
                "position": 0,
                "inputs": [" ", "ANA", "Ruiz"],
                "value": "ANA Ruiz",
            },
        ],
    }


def test_what_is_only_for_a_new_account_is_applied_until_there_is_one(ana):
    before = attributes()
    cycle(ana, approve=True)
    after = attributes()

    assert [before[name]["flow"] for name in ("title", "nickName")] == ["default", "value"]
    assert [after[name]["flow"] for name in ("title", "nickName")] == ["empty", "creation_only"]
    assert (before["title"]["value"], before["title"]["applied"]) == ("Agent", True)
    assert (after["nickName"]["value"], after["nickName"]["trace"]) == (None, [])


def test_people_read_it_calmly_indented(ana):
    said = command("explain", "genesys-eu", "ana", "--trace")

    told = said.out.partition("How each value came about\n")[2].splitlines()
    assert told[6:11] == [
        '  displayName = "ANA Ruiz"',
        '    Join(" ", ToUpper([givenName]), [surname])',
        '      [givenName] → "Ana"',
        '      ToUpper([givenName]): "Ana" → "ANA"',
        '      [surname] → "Ruiz"',
    ]
    assert "    The default for a new account, as the value is empty." in told


def test_a_redacted_value_is_masked_and_its_pieces_are_told_to_nobody(ana):
    for flags in (["--json"], []):
        said = command("explain", "genesys-eu", "ana", "--trace", *flags)
        assert "s3cret-of-hers" not in said.out + said.err

    assert attributes()["password"]["value"] == "[Redact]"
    assert attributes()["password"]["trace"] == []


def test_without_the_flag_the_document_is_the_contract_s(ana):
    said = command("explain", "genesys-eu", "ana", "--json")

    assert list(said.document) == ["in_application", "verdict", "code", "because", "to_change"]


def test_why_a_value_was_not_applied_is_told_in_french_too(ana):
    cycle(ana, approve=True)

    with translation.override("fr"):
        remarks = attributes()["nickName"]["remarks"]

    assert remarks == ["Non appliqué\N{NO-BREAK SPACE}: seulement à la création d'un compte."]


def test_at_a_moment_of_the_past_it_is_the_trace_of_then(ana, directory: Directory):
    since = timezone.now().isoformat()
    directory.person("ana", givenName="Zoë", surname="Ruiz", jobTitle="")
    directory.sync()
    cycle(ana, approve=True)

    said = command("explain", "genesys-eu", "ana", "--trace", "--at", since, "--json")

    then = {one["target"]: one for one in said.document["attributes"]}
    assert then["displayName"]["value"] == "ANA Ruiz"
    assert then["title"]["flow"] == "default"
    assert attributes()["displayName"]["value"] == "ZOË Ruiz"
    assert attributes()["title"]["flow"] == "empty"
