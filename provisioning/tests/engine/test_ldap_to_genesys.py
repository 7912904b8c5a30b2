"""From a real OpenLDAP to Genesys Cloud: what `ldapmodify` changes arrives as exactly the requests
that it means, and as no other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("ldap")

import ldap

from provisioning.engine.clock import Clock
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.sources.ldap.settings import LdapSettings, Security
from provisioning.sources.ldap.source import LdapSource
from provisioning.tests.builders import application, cycle
from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.slapd import BASE, PASSWORD, READER, Slapd, slapd_binary

PEOPLE = int(os.environ.get("LDAP_PEOPLE", "60"))
"""10,000 as a campaign: `LDAP_PEOPLE=10000 pytest …`."""
CREW = f"cn=Contact centre FR,ou=groups,{BASE}"


@pytest.fixture
def server() -> Iterator[Slapd]:
    try:
        slapd_binary()
    except ServerMissing as missing:
        pytest.skip(f"not run: {missing}")
    with Slapd(("overlay syncprov", "syncprov-sessionlog 10000")) as made:
        for number in range(PEOPLE):
            made.add(
                name_of(number),
                objectClass="inetOrgPerson",
                cn=f"Person {number:05}",
                sn=f"Person {number:05}",
                mail=f"p{number:05}@example.com",
                title="Agent",
            )
        made.add(CREW, objectClass="groupOfNames", cn="Contact centre FR", member=name_of(1))
        yield made


def name_of(number: int) -> str:
    return f"cn=Person {number:05},ou=people,{BASE}"


def read(server: Slapd) -> ImportReport:
    settings = LdapSettings(
        url=server.url,
        security=Security.NONE,
        bind_dn=READER,
        bases=(BASE,),
        disabled_attribute="employeeType",
        disabled_values=("left",),
    )
    source = LdapSource(settings, lambda: PASSWORD)
    return import_directory(source, name="head office", now=Clock().now())


def written(target: Running, before: int) -> list[tuple[str, str]]:
    """The writes since then: method, and users or groups."""
    return [
        (one["method"], one["path"].rsplit("/v2/", 1)[-1].split("/")[0])
        for one in target.requests[before:]
        if one["method"] != "GET"
    ]


def after(server: Slapd, target: Running, job: Job) -> tuple[list[tuple[str, str]], Any]:
    """The writes that one read and one cycle make of what was changed, and the cycle."""
    before = len(target.requests)
    report = read(server)
    assert not report.whole
    run = cycle(job)
    return written(target, before), run


@pytest.mark.django_db
def test_every_change_in_ldap_is_exactly_its_requests(server: Slapd, genesys: Running):
    read(server)
    job = application(
        genesys.tenant_url,
        genesys.token,
        scope="all",
        on_deletion={"action": "delete", "after": "0d"},
    )
    first = cycle(job, approve=True)
    assert first.counts["create"] == PEOPLE

    assert after(server, genesys, job)[0] == []

    server.admin.rename_s(name_of(5), "cn=Renamed Person")
    assert after(server, genesys, job)[0] == [("PATCH", "Users")]

    server.add(f"ou=lyon,ou=people,{BASE}", objectClass="organizationalUnit", ou="lyon")
    server.admin.rename_s(name_of(6), "cn=Person 00006", f"ou=lyon,ou=people,{BASE}")
    assert after(server, genesys, job)[0] == []

    server.set(name_of(7), employeeType="left")
    assert after(server, genesys, job)[0] == [("PATCH", "Users")]
    disabled = [one for one in genesys.state()["users"] if not one["active"]]
    assert [one["userName"] for one in disabled] == ["p00007@example.com"]

    server.admin.modify_s(CREW, [(ldap.MOD_ADD, "member", [name_of(8).encode()])])
    assert after(server, genesys, job)[0] == [("PATCH", "Groups")]

    server.admin.modify_s(CREW, [(ldap.MOD_DELETE, "member", [name_of(1).encode()])])
    assert after(server, genesys, job)[0] == [("PATCH", "Groups")]

    server.admin.delete_s(name_of(9))
    writes, run = after(server, genesys, job)
    assert run.counts.get("delete", 0) + run.counts.get("disable", 0) == 1
    assert writes == [("DELETE", "Users")]

    assert after(server, genesys, job)[0] == []
