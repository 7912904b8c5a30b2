"""Every attribute of Genesys Cloud and its extension: offered, mapped, sent, kept, changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from provisioning import simulator
from provisioning.core.attribute_path import AttributePath
from provisioning.core.gallery import find_template
from provisioning.core.offers import offered
from provisioning.core.resource import Kind
from provisioning.core.target_schema import TargetSchema
from provisioning.engine.test_connection import probe
from provisioning.models import Application
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.watching import Watch, accounts, entries

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GENESYS = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
KEYS = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "displayName", "source": "displayName"},
]
SKILLS = ["Billing", "Sales"]

# What the directory says first and then, and what the account shows for each.
ATTRIBUTES: list[tuple[str, str, str, Any, Any]] = [
    ("title", "Agent", "Lead", "Agent", "Lead"),
    ("active", "true", "false", True, False),
    ("externalId", "e-1", "E-2", "e-1", "E-2"),
    ('emails[type eq "work"].value', "a@x.example", "b@x.example", "a@x.example", "b@x.example"),
    *(
        (f'phoneNumbers[type eq "{kind}"].value', "+4560000001", "+4560000002",
         "+4560000001", "+4560000002")
        for kind in ("work", "work2", "work3", "work4", "home", "mobile", "other",
                     "microsoftteams", "zoomphone", "eightbyeight", "ringcentral")
    ),
    # Genesys Cloud adds its default role on creation; what is mapped later replaces it.
    ("roles", "agent", "supervisor", [{"value": "employee"}, {"value": "agent"}],
     [{"value": "supervisor"}]),
    (f"{ENTERPRISE}:division", "Home", "North", "Home", "North"),
    (f"{ENTERPRISE}:department", "Support", "Sales", "Support", "Sales"),
    (f"{ENTERPRISE}:employeeNumber", "007", "7", "007", "7"),
    (f"{ENTERPRISE}:dateHire", "2026-03-01", "2026-04-01", "2026-03-01", "2026-04-01"),
    *(
        (f"{GENESYS}:{name}", "Billing", "Sales", [{"name": "Billing"}], [{"name": "Sales"}])
        for name in ("routingSkills", "routingLanguages")
    ),
    *(
        (f'{GENESYS}:{name}[name eq "Billing"].proficiency', "4.5", "2", 4.5, 2.0)
        for name in ("routingSkills", "routingLanguages")
    ),
    *(
        (f'{GENESYS}:externalIds[authority eq "{name}"].value', "x1", "X2", "x1", "X2")
        for name in ("microsoftteams", "ringcentral", "zoomphone")
    ),
]  # fmt: skip


@pytest.fixture
def target() -> Iterator[Running]:
    """An organisation that has configured what the table names."""
    known = {"divisions": ["North"], "skills": SKILLS, "languages": SKILLS}
    with simulator.start(quota=0, seed={"users": [], "groups": [], **known}) as running:
        yield running


@pytest.mark.parametrize("dialect", ["rfc", "entra"])
@pytest.mark.parametrize(
    ("path", "first", "then", "shown", "changed"), ATTRIBUTES, ids=[one[0] for one in ATTRIBUTES]
)
def test_it_reaches_the_application_and_is_changed_with_one_request(
    directory: Directory, target: Running, path: str, first: str, then: str, shown: Any,
    changed: Any, dialect: str,
):  # fmt: skip
    directory.person("ana", extra=first)
    directory.sync()
    rows = [*KEYS, {"target": path, "source": "extra"}]
    job = application(
        target.tenant_url, target.token, scope="all", dialect=dialect,
        mappings={"users": {"attributes": rows}, "groups": {"enabled": False}},
    )  # fmt: skip
    read = AttributePath.parse(path).get

    cycle(job, approve=True)
    assert read(accounts(target)["ana"]) == shown
    assert "POST" not in cycle(job, initial=True).requests

    directory.person("ana", extra=then)
    directory.sync()
    watch = Watch(target)
    cycle(job)
    assert read(accounts(target)["ana"]) == changed
    assert [one["method"] for one in watch.writes] == ["PATCH"]
    assert set(cycle(job, initial=True).requests) <= {"GET"}


def test_a_manager_reaches_the_application_as_their_account(directory: Directory, target: Running):
    directory.person("eva")
    directory.person("ana", manager="eva")
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")

    cycle(job, approve=True)

    people = accounts(target)
    assert people["ana"][ENTERPRISE]["manager"]["value"] == people["eva"]["id"]


def test_a_password_is_sent_once_and_seen_by_nobody(directory: Directory, target: Running):
    directory.person("ana", secret="Pa55-word")
    directory.sync()
    rows = [*KEYS, {"target": "password", "source": "secret"}]
    job = application(
        target.tenant_url, target.token, scope="all",
        mappings={"users": {"attributes": rows}, "groups": {"enabled": False}},
    )  # fmt: skip
    cycle(job, approve=True)
    directory.person("ana", secret="An0ther!")
    directory.sync()

    again = cycle(job)

    assert again.requests == {}
    (entry,) = entries()
    told = f"{entry.modified} {entry.exchanges} {entry.steps} {entry.params}"
    assert "Pa55" not in told
    assert "password" in told


def test_all_of_them_are_offered_and_nothing_that_genesys_cloud_does_not_know(target: Running):
    template = find_template("genesys-cloud")
    names = {
        str(AttributePath.parse(one.target)) for one in offered(template, TargetSchema(), Kind.USER)
    }

    tried = {path for path, *_ in ATTRIBUTES if ".proficiency" not in path}
    assert names == {*tried, "userName", "displayName", "password", f"{ENTERPRISE}:manager"}
    assert not any(name.startswith(("name.", "addresses", "nickName")) for name in names)


def test_what_the_application_publishes_agrees_with_what_is_offered(
    directory: Directory, target: Running
):
    application(target.tenant_url, target.token)
    app = Application.objects.get()
    probe(app)
    published = TargetSchema.stored(Application.objects.get().published)
    template = find_template("genesys-cloud")

    without = [one.target for one in offered(template, TargetSchema(), Kind.USER)]
    described = [one.target for one in offered(template, published, Kind.USER)]

    assert described[: len(without)] == without
    assert published.lacks(AttributePath.parse("nickName"), Kind.USER)
