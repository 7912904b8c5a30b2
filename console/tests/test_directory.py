"""People and groups of the directory: found, filtered, each with what it opens."""

from __future__ import annotations

import csv
from html import unescape
from io import StringIO

import pytest

from console.tests.signing_in import reader
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

PEOPLE = "/directory/users/"
GROUPS = "/directory/groups/"


@pytest.fixture
def company(directory: Directory, client):
    directory.person("ana", displayName="Ana Ruiz", department="Sales")
    directory.person("bob", displayName="Bob", accountEnabled=False)
    directory.person("eve", displayName="<i>Eve</i>")
    directory.person("gone", displayName="Gone")
    directory.person("zoe", displayName="Zoé Élan", department="Support", mail="elan@mail.example")
    directory.group("g1", "Contact centre FR", ["ana", "bob"])
    directory.group("g2", "<i>Evil</i>", ["eve"])
    directory.sync()
    directory.leave("gone")
    directory.sync()
    reader(client)
    return directory


def page(client, address=PEOPLE, query=None):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def shown(client, query):
    text = page(client, query=query)
    return {
        name for name in ("Ana Ruiz", "Bob", "Gone", "Zoé Élan") if f"<bdi>{name}</bdi>" in text
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Ana Ruiz", "Bob", "Zoé Élan"}),
        ({"q": "zoe elan"}, {"Zoé Élan"}),
        ({"q": "ÉLAN zo"}, {"Zoé Élan"}),
        ({"q": "elan@mail"}, {"Zoé Élan"}),
        ({"q": "zoe ruiz"}, set()),
        ({"q": "%"}, set()),
        ({"state": ["disabled", "gone"]}, {"Bob", "Gone"}),
        ({"department": "support"}, {"Zoé Élan"}),
        ({"source": "nowhere"}, set()),
        ({"q": "RUIZ"}, {"Ana Ruiz"}),
        ({"q": "ana@contoso.example"}, {"Ana Ruiz"}),
        ({"q": "BOB@CONTOSO.EXAMPLE"}, {"Bob"}),
        ({"q": "ana"}, {"Ana Ruiz"}),
        ({"state": "disabled"}, {"Bob"}),
        ({"state": "gone"}, {"Gone"}),
        ({"state": "odd"}, {"Ana Ruiz", "Bob", "Zoé Élan"}),
        ({"app": "nowhere"}, set()),
        ({"q": "nobody"}, set()),
    ],
)
def test_people_are_found(client, company, query, found):
    assert shown(client, query) == found


def test_no_match_and_an_empty_directory_say_different_things(client, company):
    assert "No entry matches these filters." in page(client, query={"q": "nobody"})


def test_an_empty_directory_says_what_to_do(client, db):
    reader(client)

    assert "The directory is empty. Import people to begin." in page(client)


def test_each_person_shows_how_they_stand_in_each_application(client, company, genesys: Running):
    job = application(
        genesys.tenant_url,
        genesys.token,
        assignments=[
            {"user": "ana", "role": "agent"},
            {"user": "eve", "role": "Default Access"},
        ],
    )
    cycle(job, approve=True)

    rows = page(client).partition("<tbody>")[2].split("</tr>")
    ana = next(row for row in rows if "Ana Ruiz" in row)
    eve = next(row for row in rows if "<i>Eve</i>" in row)
    bob = next(row for row in rows if "<bdi>Bob</bdi>" in row)

    assert "In sync" in ana
    assert "Excluded (Default Access)" in eve
    assert "Genesys Cloud EU" not in bob
    assert shown(client, {"app": "genesys-eu"}) == {"Ana Ruiz"}


def test_the_file_has_the_people_of_the_filters_and_no_formula(client, company):
    company.person("sum", displayName="=1+1", department="Support")
    company.sync()

    answer = client.get(f"{PEOPLE}export.csv", {"department": "support"})
    rows = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert [(one["name"], one["mail"]) for one in rows] == [
        ("'=1+1", "sum@contoso.example"),
        ("Zoé Élan", "elan@mail.example"),
    ]


def test_a_filter_that_is_set_stays_ticked_and_is_taken_back(client, company):
    text = page(client, query={"state": ["disabled", "gone"], "q": "bob", "page": "1"})

    assert text.count(" checked") == 2
    assert 'href="?state=gone&q=bob"' in text


def test_names_are_text(client, company):
    for address in (PEOPLE, GROUPS, f"{GROUPS}{directory_object('g2').pk}/"):
        assert "<i>E" not in client.get(address).content.decode()


def test_groups_are_found_with_how_many_they_have(client, company):
    text = page(client, GROUPS, {"q": "contact"})

    assert "Contact centre FR" in text
    assert "Evil" not in text
    row = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert ">2<" in row


def test_a_group_names_its_people_and_the_applications_it_opens(client, company, genesys):
    application(
        genesys.tenant_url,
        genesys.token,
        assignments=[{"group": "Contact centre FR", "role": "agent"}],
    )

    text = page(client, f"{GROUPS}{directory_object('g1').pk}/")

    for word in ("Ana Ruiz", "Bob", "Genesys Cloud EU", "Applications it opens"):
        assert word in text


def test_a_person_is_not_a_group(client, company):
    assert client.get(f"{GROUPS}{directory_object('ana').pk}/").status_code == 404
    assert client.get(f"{PEOPLE}{directory_object('g1').pk}/").status_code == 404


@pytest.mark.parametrize("address", [PEOPLE, GROUPS])
def test_a_long_list_costs_no_more_queries(
    client, directory, address, django_assert_max_num_queries
):
    for number in range(70):
        directory.person(f"p{number}")
        directory.group(f"g{number}", f"Group {number}", [f"p{number}"])
    directory.sync()
    reader(client)

    with django_assert_max_num_queries(12):
        text = page(client, address)

    assert "1 to 50 of 70" in text
    assert "51 to 70 of 70" in page(client, address, {"page": "2"})


def test_the_list_alone_is_answered_while_one_types(client, company):
    headers = {"hx-request": "true", "hx-target": "people"}
    part = client.get(PEOPLE, {"q": "ana"}, headers=headers).content.decode()

    assert "Ana Ruiz" in part
    assert "<html" not in part
