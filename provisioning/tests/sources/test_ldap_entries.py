"""Values and states of LDAP entries, and members that come in pieces (directory-sources 3, 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

pytest.importorskip("ldap")

from provisioning.core.resource import Kind
from provisioning.sources.base import Part
from provisioning.sources.ldap.connection import Connection, Entry
from provisioning.sources.ldap.entries import shape_of
from provisioning.sources.ldap.members import roster_of, whole_entry
from provisioning.sources.ldap.references import References, normal
from provisioning.sources.ldap.server import Product, Server
from provisioning.sources.ldap.settings import LdapSettings


def server(product: Product) -> Server:
    return Server(product, "entryUUID", "entryCSN", synchronises=False)


def said(product: Product, values: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    shape = shape_of(server(product), LdapSettings("ldap://x", **settings), Part.USERS)
    stored = {name.lower(): some for name, some in values.items()}
    return cast("dict[str, Any]", shape.attributes(Entry("cn=x", stored))[0])


@pytest.mark.parametrize(
    ("flags", "enabled"),
    [(b"512", True), (b"514", False), (b"66048", True), (b"66050", False), (b"528", True)],
)
def test_active_directory_disables_by_one_bit_and_lockout_is_no_such_thing(flags, enabled):
    found = said(Product.ACTIVE_DIRECTORY, {"userAccountControl": [flags]})

    assert found["accountEnabled"] is enabled


def test_389_disables_by_nsaccountlock_and_others_by_what_the_administrator_names():
    assert said(Product.DS389, {"nsAccountLock": [b"TRUE"]})["accountEnabled"] is False
    assert said(Product.OPENLDAP, {})["accountEnabled"] is True
    locked: dict[str, Any] = {"disabled_attribute": "pwdAccountLockedTime"}
    assert said(Product.OPENLDAP, {"pwdAccountLockedTime": [b"0"]}, **locked) == said(
        Product.OPENLDAP, {"pwdAccountLockedTime": [b"1"]}, **locked
    )
    by_value: dict[str, Any] = {
        "disabled_attribute": "employeeType",
        "disabled_values": ("Left",),
    }
    assert (
        said(Product.OPENLDAP, {"employeeType": [b"left"]}, **by_value)["accountEnabled"] is False
    )
    assert (
        said(Product.OPENLDAP, {"employeeType": [b"staff"]}, **by_value)["accountEnabled"] is True
    )


def test_W22_a_value_that_is_no_text_costs_that_attribute_only():
    shape = shape_of(server(Product.OPENLDAP), LdapSettings("ldap://x"), Part.USERS)

    found, unreadable = shape.attributes(Entry("cn=x", {"title": [b"\xff\xfe"], "sn": [b"Ruiz"]}))

    assert (found["jobTitle"], found["surname"]) == (None, "Ruiz")
    assert unreadable == ["title"]


def test_W10_a_NUL_is_replaced_because_no_database_holds_it():
    assert (
        said(Product.OPENLDAP, {"title": [b"a\x00b"]})["jobTitle"] == "a\N{REPLACEMENT CHARACTER}b"
    )


def test_W23_of_several_values_the_smallest_counts_in_whatever_order_they_come():
    one = said(Product.OPENLDAP, {"mail": [b"b@x", b"a@x"]})
    other = said(Product.OPENLDAP, {"mail": [b"a@x", b"b@x"]})

    assert one["mail"] == other["mail"] == "a@x"


def test_W24_an_empty_value_is_an_absent_one():
    assert said(Product.OPENLDAP, {"title": [b" "]})["jobTitle"] is None


def test_photos_certificates_and_sids_are_never_asked_for():
    for product in Product:
        wanted = shape_of(server(product), LdapSettings("ldap://x"), Part.USERS).wanted()
        assert set(wanted).isdisjoint(
            {"jpegPhoto", "thumbnailPhoto", "userCertificate", "objectSid", "userPassword"}
        )


def test_an_objectguid_is_read_little_endian():
    made = Server(Product.ACTIVE_DIRECTORY, "objectGUID", "uSNChanged", synchronises=False)
    octets = bytes.fromhex("33221100554477668899aabbccddeeff")

    found = made.id_of(Entry("cn=x", {"objectguid": [octets]}))

    assert found == "00112233-4455-6677-8899-aabbccddeeff"
    assert made.id_of(Entry("cn=x", {"objectguid": [b"short"]})) == ""


def test_389_names_the_same_entry_in_two_forms():
    made = server(Product.DS389)

    assert made.id_of_uuid("00112233-4455-6677-8899-aabbccddeeff") == (
        "00112233-44556677-8899aabb-ccddeeff"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Ana Ruiz,OU=A", "cn=ana  ruiz,ou=a"),
        ("cn=Doe\\, John,dc=x", "CN=Doe\\2C John,DC=x"),
        ("cn=a+sn=b,dc=x", "sn=B+cn=A,dc=x"),
        ('cn="a,b",dc=x', "cn=a\\,b,dc=x"),
    ],
)
def test_W21_two_spellings_of_one_name_are_one(one, other):
    assert normal(one) == normal(other)


class Ranged:
    """A server that hands out three values at a time."""

    def __init__(self, values: list[bytes]) -> None:
        self._values = values

    def read(self, _dn: str, attributes: tuple[str, ...], _query: str = "") -> Entry:
        start = int(attributes[0].partition("=")[2].partition("-")[0])
        return self.entry(start)

    def entry(self, start: int) -> Entry:
        end = start + 3
        bounds = f"{start}-*" if end >= len(self._values) else f"{start}-{end - 1}"
        return Entry("cn=g", {f"member;range={bounds}": self._values[start:end]})


@pytest.mark.parametrize("count", [1, 3, 4, 6, 10])
def test_members_that_come_in_ranges_are_put_together(count):
    members = [f"cn=p{number}".encode() for number in range(count)]
    made = Ranged(members)

    entry = whole_entry(cast("Connection", made), made.entry(0))

    assert entry.values == {"member": members}


class Known:
    """Names of two people and a group."""

    def find(self, part: Part, name: str) -> str:
        known = {Part.USERS: {"cn=a": "1", "cn=b": "2"}, Part.GROUPS: {"cn=g": "9"}}
        return known[part].get(name, "")

    def people_with(self, uids: list[str]) -> dict[str, str]:
        return {uid: "1" for uid in uids if uid == "ana"}


def test_members_are_people_and_groups_and_strangers_are_counted():
    entry = Entry(
        "cn=all",
        {
            "member": [b"cn=a", b"cn=g", b"cn=printer"],
            "uniquemember": [b"cn=b#'0101'B"],
            "memberuid": [b"ana", b"nobody"],
        },
    )

    roster = roster_of("7", entry, cast("References", Known()))

    found = {(one.member_kind, one.member) for one in roster.edges}
    assert found == {(Kind.USER, "1"), (Kind.USER, "2"), (Kind.GROUP, "9")}
    assert roster.strangers == 2
