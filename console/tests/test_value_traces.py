"""How each value came about, where a person asks: on a page, in a plan, in the log."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.signing_in import reader
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

ATTRIBUTES = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "active", "expression": "Not([IsSoftDeleted])"},
    {"target": "displayName", "expression": 'Join(" ", ToUpper([givenName]), [surname])'},
    {"target": "title", "source": "jobTitle"},
    {"target": "nickName", "expression": 'Append("n", Guid())', "apply": "on_create"},
    {"target": "password", "expression": "Redact([secret])", "apply": "on_create"},
]
FRAGMENT = {"HX-Request": "true", "HX-Target": "values"}


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    """Ana is to get an account; whoever looks may only read."""
    directory.person("ana", givenName="Ana", surname="Ruiz", jobTitle="Lead", secret="s3cret-one")
    directory.sync()
    reader(client)
    return application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings={"users": {"attributes": ATTRIBUTES}},
    )


def of_ana(client, query=None, **headers):
    address = f"/directory/users/{directory_object('ana').pk}/values/"
    answer = client.get(address, {"app": "genesys-eu", **(query or {})}, headers=headers)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_person_s_page_opens_it_in_place_and_without_scripts_on_a_page_of_its_own(client, job):
    ana = directory_object("ana").pk
    page = client.get(f"/directory/users/{ana}/").content.decode()
    address = f"/directory/users/{ana}/values/?app=genesys-eu"

    assert page.count(f'hx-get="{address}"') == 1
    assert f'<a href="{address}">' in page


def test_every_piece_tells_what_it_was_given_and_gave(client, job):
    text = of_ana(client)

    assert "As Genesys Cloud EU would get them now." in text
    assert "ToUpper([givenName])</code>: <code><bdi>Ana</bdi></code> → <code><bdi>ANA<" in text


def test_the_part_that_is_asked_for_by_the_page_is_the_part_alone(client, job):
    part = of_ana(client, **FRAGMENT)

    assert part.lstrip().startswith('<div class="stack-of" id="values">')
    assert "<html" not in part
    assert "ToUpper([givenName])" in part


def test_a_redacted_value_is_masked_wherever_it_is_told(client, job):
    text = of_ana(client)

    assert "[Redact]" in text
    assert "s3cret-one" not in text


def test_why_a_mapping_had_no_say_is_said_in_the_reader_s_language(client, job):
    cycle(job, approve=True)

    english = of_ana(client)
    client.cookies["django_language"] = "fr"
    french = of_ana(client)

    assert english.count("Not applied: only when an account is created.") >= 2
    assert "seulement à la création d'un compte." in french
    assert "Comment chaque valeur est obtenue" in french


def test_what_no_page_has_room_for_opens_on_its_own(client, directory, genesys):
    directory.person("ana")
    directory.sync()
    reader(client)
    long = 'Join("", ' + ", ".join(["[jobTitle]"] * 49) + ")"
    more = [{"target": f"custom{number}", "expression": long} for number in range(30)]
    application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        mappings={"users": {"attributes": [*ATTRIBUTES[:3], *more]}},
    )

    whole = of_ana(client)
    alone = of_ana(client, {"attribute": "custom29"})

    assert len(whole.encode()) < 60_000
    link = '<a href="{}?app=genesys-eu&attribute=custom29">'
    link = link.format(f"/directory/users/{directory_object('ana').pk}/values/")
    assert link in whole
    assert link not in alone
    assert alone.count("<details open>") == 1
    assert len(alone.encode()) < 60_000


def test_an_application_that_is_not_there_has_no_values(client, job):
    ana = directory_object("ana").pk

    assert client.get(f"/directory/users/{ana}/values/?app=none").status_code == 404
