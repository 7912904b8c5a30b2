"""Active Directory as an opponent: one Samba domain for the session, a unit of its own a test."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import count
from uuid import UUID

import ldap

from provisioning.core.resource import Kind
from provisioning.sources.base import DirectorySource
from provisioning.sources.ldap.settings import LdapSettings, Security
from provisioning.sources.ldap.source import LdapSource
from provisioning.tests.sources.conformance.opponent import Can, Person
from provisioning.tests.sources.samba import ADMINISTRATOR, DOMAIN, PASSWORD, SambaDomain

_ENABLED, _DISABLED = b"544", b"546"
_numbers = count(1)


@cache
def _domain() -> SambaDomain:
    made = SambaDomain()
    atexit.register(made.stop)
    return made


class ActiveDirectory:
    """Changes by uSNChanged, deletions by the list of ids."""

    name = "Samba AD DC, uSNChanged"
    can = frozenset({Can.FEED, Can.DISABLE, Can.MOVE, Can.SECRET, Can.FILTER, Can.EMPTY_GROUP})
    secret = PASSWORD
    crowd = 150

    def __init__(self) -> None:
        self._server = _domain()
        self._number = next(_numbers)
        self._base = f"ou=t{self._number},{DOMAIN}"
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._add(self._base, objectClass="organizationalUnit")

    def source(self) -> DirectorySource:
        return self._source("")

    def filtered_source(self) -> DirectorySource:
        return self._source("(&(objectCategory=person)(objectClass=user)(cn=*))")

    def id_of(self, key: str) -> str:
        return self._ids.get(key, f"no {key}")

    def put_people(self, people: Iterable[Person]) -> None:
        """Managers last: Active Directory knows no name that is nobody's."""
        wanted = list(people)
        for one in wanted:
            if one.key not in self._people:
                self._put(one)
            self._people[one.key] = one
        for one in wanted:
            self._set(one.key, "mail", one.mail)
            self._set(one.key, "manager", self._names.get(one.manager, ""))

    def rename(self, key: str, name: str) -> None:
        old = self._names[key]
        self._server.admin.rename_s(old, f"cn={name}")
        self._names[key] = f"cn={name},{old.partition(',')[2]}"
        self._people[key] = replace(self._people[key], name=name)

    def move(self, key: str, unit: str) -> None:
        home = f"ou={unit},{self._base}"
        self._add(home, objectClass="organizationalUnit")
        name = self._names[key].partition(",")[0]
        self._server.admin.rename_s(self._names[key], name, home)
        self._names[key] = f"{name},{home}"

    def disable(self, key: str, *, disabled: bool = True) -> None:
        flags = [_DISABLED if disabled else _ENABLED]
        changes = [(ldap.MOD_REPLACE, "userAccountControl", flags)]
        self._server.admin.modify_s(self._names[key], changes)

    def soft_delete(self, key: str, *, deleted: bool = True) -> None:
        raise NotImplementedError

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._server.admin.delete_s(self._names[key])

    def put_group(self, key: str, members: Iterable[tuple[Kind, str]]) -> None:
        name = f"cn={key},{self._base}"
        self._add(name, objectClass="group", sAMAccountName=f"{key}{self._number}")
        self._names[key], self._ids[key] = name, self._guid(name)
        names = [self._names[member].encode() for _kind, member in members]
        if names:
            self._server.admin.modify_s(name, [(ldap.MOD_ADD, "member", names)])

    def delete_group(self, key: str) -> None:
        self._server.admin.delete_s(self._names[key])

    def add_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self._members(group, ldap.MOD_ADD, member)

    def remove_member(self, group: str, member: str, kind: Kind = Kind.USER) -> None:
        self._members(group, ldap.MOD_DELETE, member)

    def expire_cursors(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """The domain serves the next test; whose people are in another unit."""

    def _source(self, user_filter: str) -> LdapSource:
        settings = LdapSettings(
            url=self._server.url,
            security=Security.NONE,
            bind_dn=ADMINISTRATOR,
            bases=(self._base,),
            user_filter=user_filter,
            page_size=500 if len(self._people) > 100 else 3,
        )
        return LdapSource(settings, lambda: PASSWORD)

    def _put(self, one: Person) -> None:
        name = f"cn={one.name},{self._base}"
        account = f"{one.key}t{self._number}"
        self._add(name, objectClass="user", sAMAccountName=account, userAccountControl="544")
        self._names[one.key], self._ids[one.key] = name, self._guid(name)

    def _set(self, key: str, attribute: str, value: str) -> None:
        values = [value.encode()] if value else None
        changes = [(ldap.MOD_REPLACE, attribute, values)]
        self._server.admin.modify_s(self._names[key], changes)

    def _members(self, group: str, change: int, member: str) -> None:
        names = [self._names[member].encode()]
        self._server.admin.modify_s(self._names[group], [(change, "member", names)])

    def _add(self, name: str, **attributes: str) -> None:
        self._server.admin.add_s(name, [(one, [two.encode()]) for one, two in attributes.items()])

    def _guid(self, name: str) -> str:
        found = self._server.admin.search_s(name, ldap.SCOPE_BASE, attrlist=["objectGUID"])
        return str(UUID(bytes_le=found[0][1]["objectGUID"][0]))
