"""What a real OpenLDAP does to us: certificates, limits, bases and passwords that are wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("ldap")

from provisioning.core.errors import SourceUnavailable
from provisioning.engine.importing.directory import import_directory
from provisioning.models import SourceCursor
from provisioning.models.directory import DirectoryObject
from provisioning.sources.ldap.settings import LdapSettings, Security
from provisioning.sources.ldap.source import LdapSource
from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.directories import NOW
from provisioning.tests.sources.slapd import BASE, PASSWORD, READER, Slapd, slapd_binary

PEOPLE = 30


@pytest.fixture(autouse=True)
def _slapd_is_here() -> None:
    try:
        slapd_binary()
    except ServerMissing as missing:
        pytest.skip(f"not run: {missing}")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, str]:
    """A certificate of 127.0.0.1 that nobody but its reader trusts, and slapd's lines for it."""
    crt, key = tmp_path / "crt.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", crt),
        ],
        check=True,
        capture_output=True,
    )
    return crt, f"TLSCertificateFile {crt}\nTLSCertificateKeyFile {key}"


def settings(server: Slapd, **changes: object) -> LdapSettings:
    made = LdapSettings(
        url=server.url, security=Security.NONE, bind_dn=READER, bases=(BASE,), page_size=7
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def source(server: Slapd, password: str = PASSWORD, **changes: object) -> LdapSource:
    return LdapSource(settings(server, **changes), lambda: password)


def people(server: Slapd, count: int = PEOPLE) -> None:
    for number in range(count):
        name = f"Person {number:03}"
        server.add(f"cn={name},ou=people,{BASE}", objectClass="inetOrgPerson", cn=name, sn=name)


@pytest.fixture
def server() -> Iterator[Slapd]:
    with Slapd(("overlay syncprov", "syncprov-sessionlog 100")) as made:
        people(made)
        yield made


def read(made: LdapSource) -> int:
    return import_directory(made, name="ldap", now=NOW).users.added


@pytest.mark.django_db
def test_a_wrong_password_is_named_and_never_shown(server: Slapd):
    with pytest.raises(SourceUnavailable) as caught:
        read(source(server, "not the password"))

    assert "refused the user name or the password" in caught.value.message
    assert "not the password" not in f"{caught.value!r} {caught.value.advice}"


def test_a_base_that_is_not_there_is_a_problem_of_its_field(server: Slapd):
    (problem,) = source(server, bases=(BASE, f"ou=nowhere,{BASE}")).check()

    assert problem.path == "bases"
    assert "ou=nowhere" in problem.message


def test_a_filter_that_cannot_be_read_is_told(server: Slapd):
    with pytest.raises(SourceUnavailable, match="cannot read a filter"):
        source(server, user_filter="(cn=a)(").check()


@pytest.mark.django_db
def test_W32_a_size_limit_is_a_read_cut_off_and_removes_nobody():
    with Slapd(limits="size.soft=10 size.hard=10 size.prtotal=20") as server:
        people(server, 15)
        assert read(source(server)) == 15
        people_before = DirectoryObject.objects.people().present().count()
        SourceCursor.objects.all().delete()
        for number in range(15, 30):
            name = f"Person {number:03}"
            server.add(f"cn={name},ou=people,{BASE}", objectClass="inetOrgPerson", cn=name, sn=name)

        with pytest.raises(SourceUnavailable, match="answered only a part"):
            read(source(server))

        assert DirectoryObject.objects.people().present().count() >= people_before


@pytest.mark.django_db
def test_an_account_with_a_small_size_limit_still_hears_of_every_change():
    limits = "size.soft=10 size.hard=10 size.prtotal=unlimited"
    with Slapd(("overlay syncprov",), limits=limits) as server:
        people(server)
        assert read(source(server)) == PEOPLE

        server.set(f"cn=Person 007,ou=people,{BASE}", title="Lead")
        server.admin.delete_s(f"cn=Person 008,ou=people,{BASE}")
        report = import_directory(source(server), name="ldap", now=NOW)

    assert (report.users.changed, report.users.removed) == (1, 1)


@pytest.mark.django_db
def test_several_bases_are_read_as_one_directory(server: Slapd):
    server.add(f"ou=guests,{BASE}", objectClass="organizationalUnit", ou="guests")
    guest = f"cn=Guest,ou=guests,{BASE}"
    server.add(guest, objectClass="inetOrgPerson", cn="Guest", sn="Guest")
    bases = (f"ou=people,{BASE}", f"ou=guests,{BASE}")

    assert read(source(server, bases=bases)) == PEOPLE + 1
    server.admin.delete_s(guest)
    report = import_directory(source(server, bases=bases), name="ldap", now=NOW)

    assert (report.whole, report.users.removed) == (False, 1)


@pytest.mark.django_db
def test_a_person_moved_into_sight_brings_groups_and_reports(server: Slapd):
    bases = (f"ou=people,{BASE}", f"ou=groups,{BASE}")
    server.add(f"ou=hidden,{BASE}", objectClass="organizationalUnit", ou="hidden")
    hidden = f"cn=Boss,ou=hidden,{BASE}"
    server.add(hidden, objectClass="inetOrgPerson", cn="Boss", sn="Boss")
    group = f"cn=crew,ou=groups,{BASE}"
    worker = f"cn=Person 000,ou=people,{BASE}"
    server.add(group, objectClass="groupOfNames", cn="crew", member=[hidden, worker])
    server.set(worker, manager=hidden)
    read(source(server, bases=bases))

    server.admin.rename_s(hidden, "cn=Boss", f"ou=people,{BASE}")
    report = import_directory(source(server, bases=bases), name="ldap", now=NOW)

    assert not report.whole
    assert (report.users.added, report.memberships.added) == (1, 1)
    boss = server.uuid(f"cn=Boss,ou=people,{BASE}")
    row = DirectoryObject.objects.people().get(display_name="Person 000")
    assert row.manager_key == boss


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_unknown_certificate_is_refused_and_a_given_one_trusted(certificate, security: Security):
    crt, lines = certificate
    with Slapd(tls=lines, ldaps=security is Security.TLS) as server:
        scheme = "ldaps" if security is Security.TLS else "ldap"
        url = f"{scheme}://127.0.0.1:{server.port}"
        ours = {"url": url, "security": security}

        with pytest.raises(SourceUnavailable, match=r"cannot be reached|did not do"):
            source(server, **ours).check()
        assert source(server, **ours, ca_certificate=crt.read_text()).check() == []
