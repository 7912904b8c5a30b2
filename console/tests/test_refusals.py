"""Whom a filter refuses is told filter, clause and value: page, log, command; in both languages."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from console.tests.signing_in import administrator, reader
from provisioning.models import LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.conftest import directory, genesys
from provisioning.tests.speaking import french_catalogue

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/scope/"
LONG = "x" * 5_000
CLAUSES = {
    "several": {"attribute": "memberOf", "operator": "IS_MEMBER_OF", "value": "Staff"},
    "missing": {"attribute": "city", "operator": "EQUALS", "value": "Lyon"},
    "long": {"attribute": "department", "operator": "REGEX_MATCH", "value": "[A-Z]+"},
}
FOUND = {
    "several": ("memberOf IS MEMBER OF Staff, found: Leads, g1, Night, g2",
                "memberOf IS MEMBER OF Staff, trouvé\u00a0: Leads, g1, Night, g2"),
    "missing": ("city EQUALS Lyon, no value found", "city EQUALS Lyon, aucune valeur trouvée"),
    "long": ("department REGEX MATCH [A-Z]+ [the whole value], found: " + "x" * 200 + "…",
             "department REGEX MATCH [A-Z]+ [la valeur entière], trouvé\u00a0: " + "x" * 200 + "…"),
}  # fmt: skip


@pytest.fixture(params=list(CLAUSES))
def refused(request, directory: Directory, genesys: Running, client) -> str:
    """Ana, assigned and refused by one clause; the name of the case is answered."""
    directory.person("ana", department=LONG)
    directory.group("g1", "Leads", ["ana"])
    directory.group("g2", "Night", ["ana"])
    directory.sync()
    administrator(client)
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"user": "ana", "role": "agent"}],
        mappings={"users": {"filters": [{"title": "Ours", "clauses": [CLAUSES[request.param]]}]}},
    )
    cycle(job, approve=True)
    return str(request.param)


def said(client) -> list[str]:
    """What person page, scope page, log page, log command and explain say of Ana."""
    entry = LogEntry.objects.get()
    addresses = (
        f"/directory/users/{directory_object('ana').pk}/",
        f"{PAGE}?check=ana@contoso.example",
        reverse("log-entry", args=[entry.pk]),
    )
    pages = [unescape(client.get(address).content.decode()) for address in addresses]
    commands = [
        command("logs", "genesys-eu", "--json").lines[0]["sentence"],
        command("explain", "genesys-eu", "ana", "--json").document["because"][0]["sentence"],
    ]
    return [*pages, *commands]


def test_filter_clause_and_value_are_named_wherever_somebody_looks(client, refused: str):
    english, _ = FOUND[refused]

    for text in said(client):
        assert f"“Ours”: {english}" in text


def test_filter_clause_and_value_are_named_in_french(client, refused: str, settings, tmp_path):
    _, french = FOUND[refused]
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"

    with french_catalogue(settings, tmp_path / "locale"):
        for text in said(client):
            assert f"«\u00a0Ours\u00a0»\u00a0: {french}" in text


@pytest.mark.parametrize(
    ("operator", "value", "told"),
    [
        ("GREATER_THAN", "ten", "compare des entiers positifs ou nuls"),
        ("BEFORE", "soon", "Écrivez une date ISO 8601"),
        ("EQUALS", "", "EQUALS a besoin d'une valeur à comparer."),
        ("REGEX_MATCH", "(", "Le motif ne peut pas être utilisé"),
        ("LIKE", "a", "Il n'existe pas d'opérateur 'LIKE'."),
    ],
)
def test_a_clause_that_cannot_work_is_refused_in_french(
    client, directory, genesys, settings, tmp_path, operator, value, told
):
    application(genesys.tenant_url, genesys.token)
    administrator(client)
    typed = {"f0-c0-attribute": "city", "f0-c0-operator": operator, "f0-c0-value": value}
    kept = {"scope": "all", "on_leaving": "disable", "kind": "users", "op": "save"}

    with french_catalogue(settings, tmp_path / "locale"):
        answer = client.post(PAGE, {**kept, **typed}, headers={"accept-language": "fr"})

    assert answer.status_code == 422
    assert told in unescape(answer.content.decode())


def test_who_only_reads_is_told_what_a_clause_makes_of_patterns_and_missing_values(
    client, directory: Directory, genesys: Running
):
    clause = {**CLAUSES["long"], "regex": "contains", "missing": "passes"}
    application(
        genesys.tenant_url,
        genesys.token,
        mappings={"users": {"filters": [{"title": "Ours", "clauses": [clause, CLAUSES["long"]]}]}},
    )
    reader(client)

    text = client.get(PAGE).content.decode()

    assert "a part of the value, an empty value passes" in text
    assert "the whole value" in text


def test_everything_a_clause_can_ask_is_offered(client, directory: Directory, genesys: Running):
    directory.person("ana", manager="boss", department="Sales")
    directory.person("boss", department="Sales")
    directory.sync()
    application(genesys.tenant_url, genesys.token)
    administrator(client)

    text = client.get(PAGE).content.decode()

    offered = re.findall(r'<option value="([\w.]+)"></option>', text)
    for name in ("department", "manager", "memberOf", "appRoleAssignments", "manager.department"):
        assert name in offered
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize(
    ("attribute", "value", "inside"),
    [
        ("manager.department", "Sales", "1 of 2 people in scope"),
        ("manager", "boss", "1 of 2 people in scope"),
        ("appRoleAssignments", "agent", "1 of 2 people in scope"),
        ("memberOf", "Leads", "2 of 2 people in scope"),
    ],
)
def test_the_live_count_knows_what_a_clause_can_ask(
    client, directory: Directory, genesys: Running, attribute: str, value: str, inside: str
):
    directory.person("ana", manager="boss")
    directory.person("boss", department="Sales")
    directory.group("g1", "Leads", ["ana", "boss"])
    directory.sync()
    application(genesys.tenant_url, genesys.token, assignments=[{"user": "boss", "role": "agent"}])
    administrator(client)
    typed = {"f0-c0-attribute": attribute, "f0-c0-operator": "EQUALS", "f0-c0-value": value}
    kept = {"scope": "all", "on_leaving": "disable", "kind": "users"}

    answer = client.post(
        f"{PAGE}count/", {**kept, **typed}, headers={"hx-request": "true", "hx-target": "effect"}
    )

    assert inside in answer.content.decode()
