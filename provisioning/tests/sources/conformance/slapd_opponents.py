"""OpenLDAP as an opponent, in the three ways in which it can tell what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import ldap

from provisioning.core.resource import Kind
from provisioning.sources.base import DirectorySource
from provisioning.sources.ldap.settings import LdapSettings, Security
from provisioning.sources.ldap.source import LdapSource
from provisioning.tests.sources.conformance.opponent import Can, Person
from provisioning.tests.sources.slapd import BASE, PASSWORD, READER, Slapd

NOBODY = f"cn=nobody,{BASE}"


class SlapdWithLog:
    """It synchronises, and remembers who was deleted."""

    name = "OpenLDAP, synchronising with a session log"
    can = frozenset({Can.FEED, Can.DISABLE, Can.MOVE, Can.SECRET, Can.FILTER, Can.DANGLING})
    secret = PASSWORD
    overlays: tuple[str, ...] = ("overlay syncprov", "syncprov-sessionlog 10000")

    def __init__(self) -> None:
        self._server = Slapd(self.overlays)
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._people: dict[str, Person] = {}

    def source(self) -> DirectorySource:
        return self._source("")

    def filtered_source(self) -> DirectorySource:
        return self._source("(&(objectClass=inetOrgPerson)(cn=*))")

    def id_of(self, key: str) -> str:
        return self._ids.get(key, f"no {key}")

    def put_people(self, people: Iterable[Person]) -> None:
        for one in people:
            if one.key in self._people:
                self._change(one)
            else:
                self._add(one)
            self._people[one.key] = one

    def rename(self, key: str, name: str) -> None:
        old = self._names[key]
        self._server.admin.rename_s(old, f"cn={name}")
        self._names[key] = f"cn={name},{old.partition(',')[2]}"
        self._people[key] = replace(self._people[key], name=name)

    def move(self, key: str, unit: str) -> None:
        home = f"ou={unit},ou=people,{BASE}"
        self._server.add(home, objectClass="organizationalUnit", ou=unit)
        name = self._names[key].partition(",")[0]
        self._server.admin.rename_s(self._names[key], name, home)
        self._names[key] = f"{name},{home}"

    def disable(self, key: str, *, disabled: bool = True) -> None:
        self._server.set(self._names[key], employeeType="left" if disabled else None)

    def soft_delete(self, key: str, *, deleted: bool = True) -> None:
        raise NotImplementedError

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._server.admin.delete_s(self._names[key])

    def put_group(self, key: str, members: Iterable[tuple[Kind, str]]) -> None:
        name = f"cn={key},ou=groups,{BASE}"
        names = [self._names[member] for _kind, member in members] or [NOBODY]
        self._server.add(name, objectClass="groupOfNames", cn=key, member=names)
        self._names[key] = name
        self._ids[key] = self._server.uuid(name)

    def delete_group(self, key: str) -> None:
        self._server.admin.delete_s(self._names[key])

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self._members(group, ldap.MOD_ADD, member)

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self._members(group, ldap.MOD_DELETE, member)

    def expire_cursors(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._server.stop()

    def _source(self, user_filter: str) -> LdapSource:
        settings = LdapSettings(
            url=self._server.url,
            security=Security.NONE,
            bind_dn=READER,
            bases=(BASE,),
            user_filter=user_filter,
            disabled_attribute="employeeType",
            disabled_values=("left",),
            page_size=500 if len(self._people) > 100 else 3,
        )
        return LdapSource(settings, lambda: PASSWORD)

    def _add(self, one: Person) -> None:
        name = f"cn={one.name},ou=people,{BASE}"
        said: dict[str, str | list[str]] = {"cn": one.name, "sn": one.name, "uid": one.key}
        if one.mail:
            said["mail"] = one.mail
        if one.manager:
            said["manager"] = self._manager(one.manager)
        self._server.add(name, objectClass="inetOrgPerson", **said)
        self._names[one.key] = name
        self._ids[one.key] = self._server.uuid(name)

    def _change(self, one: Person) -> None:
        manager = self._manager(one.manager) if one.manager else None
        self._server.set(self._names[one.key], mail=one.mail or None, manager=manager)

    def _manager(self, key: str) -> str:
        """A manager may be named before there is one."""
        return self._names.get(key, f"cn=Person {key},ou=people,{BASE}")

    def _members(self, group: str, change: int, member: str) -> None:
        names = [self._names[member].encode()]
        self._server.admin.modify_s(self._names[group], [(change, "member", names)])


class SlapdWithoutLog(SlapdWithLog):
    """It synchronises, and names everybody who is left instead of who is gone."""

    name = "OpenLDAP, synchronising without a session log"
    overlays = ("overlay syncprov",)


class SlapdWithStamps(SlapdWithLog):
    """It does not synchronise: changes are found by entryCSN."""

    name = "OpenLDAP, entryCSN"
    overlays = ()
