"""Everybody else at Contoso: a tree of managers, and the shares of disabled, deleted, guest and
service accounts that directories have (directory-sources 7).

A person depends on the seed and on the position alone, so that a larger demo holds the smaller one.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from provisioning.core.resource import Value
from provisioning.sources.base import Record
from provisioning.sources.demo import company
from provisioning.sources.demo.awkward import NOBODY
from provisioning.sources.demo.names import Name, Names, ascii_letters

_DISABLED, _DELETED, _GUEST, _SERVICE = 0.04, 0.02, 0.08, 0.01
_NO_MANAGER, _UNKNOWN_MANAGER, _CIRCLE = 0.01, 0.005, 0.001
_SPAN_MEDIAN_LOG, _SPAN_SPREAD, _WIDEST_SPAN = 2.08, 0.6, 150  # e^2.08 = 8 people


@dataclass(frozen=True, slots=True)
class Colleague:
    """A generated person, with what groups are formed by."""

    record: Record
    department: str
    country: str
    is_member: bool


class Workforce:
    """`count` generated people of one seed."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed = seed
        self._count = count

    def __iter__(self) -> Iterator[Colleague]:
        taken: dict[str, int] = {}
        for position in range(self._count):
            yield self._colleague(position, taken)

    def identity(self, position: int) -> str:
        """The source id of the person at a position."""
        return _identity(self._seed, position)

    @cached_property
    def _names(self) -> Names:
        return Names(self._seed)

    @cached_property
    def _managers(self) -> list[int]:
        """For each position the manager's, level by level; spans of control are log-normal."""
        dice = random.Random(f"{self._seed}/tree")  # noqa: S311  a demo, not a secret
        managers = [-1]
        manager = 0
        while len(managers) < self._count:
            span = min(int(dice.lognormvariate(_SPAN_MEDIAN_LOG, _SPAN_SPREAD)) + 1, _WIDEST_SPAN)
            managers.extend([manager] * span)
            manager += 1
        return managers[: self._count]

    def _colleague(self, position: int, taken: dict[str, int]) -> Colleague:
        dice = random.Random(f"{self._seed}/{position}")  # noqa: S311  a demo, not a secret
        name = self._names.draw(dice)
        department = company.department(dice)
        lot = dice.random()
        if position and lot < _SERVICE:
            record = self._service_account(position)
            return Colleague(record, "", name.country, is_member=False)
        is_guest = bool(position) and lot < _SERVICE + _GUEST
        attributes = self._attributes(dice, name, department, position)
        attributes.update(_addresses(name, position, taken, dice if is_guest else None))
        if position:
            attributes.update(_life(dice))
            attributes["manager"] = self._manager(dice, position)
        else:
            attributes["jobTitle"] = "Chief executive"
        record = Record(self.identity(position), attributes)
        return Colleague(record, department, name.country, is_member=not is_guest)

    def _attributes(
        self, dice: random.Random, name: Name, department: str, position: int
    ) -> dict[str, Value]:
        city = company.office(dice, name.country)
        return {
            "displayName": name.display,
            "givenName": name.given,
            "surname": name.family,
            "jobTitle": company.title(dice, department),
            "department": department,
            "employeeId": f"{position + 1000:06d}",
            "telephoneNumber": company.work_phone(dice, name.country),
            "mobile": company.mobile_phone(dice, name.country) if dice.random() < 0.7 else None,
            "physicalDeliveryOfficeName": f"{city} {dice.randrange(1, 5)}.{dice.randrange(40):02d}",
            "city": city,
            "country": name.country,
            "preferredLanguage": name.language,
        }

    def _service_account(self, position: int) -> Record:
        user_name = f"svc-{position:06d}"
        return Record(
            self.identity(position),
            {
                "userPrincipalName": f"{user_name}@{company.DOMAIN}",
                "mailNickname": user_name,
                "userType": "Member",
                "accountEnabled": True,
            },
        )

    def _manager(self, dice: random.Random, position: int) -> str | None:
        lot = dice.random()
        if lot < _NO_MANAGER:
            return None
        if lot < _NO_MANAGER + _UNKNOWN_MANAGER:
            return NOBODY
        if lot < _NO_MANAGER + _UNKNOWN_MANAGER + _CIRCLE:
            return self.identity(position)
        return self.identity(self._managers[position])


@lru_cache(maxsize=10_000)
def _identity(seed: int, position: int) -> str:
    """Remembered, because a manager's id is asked for once per subordinate."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{seed}.{position}.{company.DOMAIN}"))


def _addresses(
    name: Name, position: int, taken: dict[str, int], guest: random.Random | None
) -> dict[str, Value]:
    """User name and mail; a name that is taken gets a number, as everywhere."""
    given, family = ascii_letters(name.given), ascii_letters(name.family)
    local = f"{given}.{family}" if given and family else f"{name.country.lower()}.{position:06d}"
    taken[local] = taken.get(local, 0) + 1
    if taken[local] > 1:
        local = f"{local}.{taken[local]}"
    if guest is None:
        address = f"{local}@{company.DOMAIN}"
        user_name, kind = address, "Member"
    else:
        partner = guest.choice(company.PARTNERS)
        address = f"{local}@{partner}"
        user_name, kind = f"{local}_{partner}#EXT#@{company.DOMAIN}", "Guest"
    return {
        "userPrincipalName": user_name,
        "mail": address,
        "mailNickname": local,
        "userType": kind,
    }


def _life(dice: random.Random) -> dict[str, Value]:
    lot = dice.random()
    if lot < _DELETED:
        deleted = f"2026-11-{dice.randrange(1, 20):02d}T{dice.randrange(24):02d}:00:00Z"
        return {"accountEnabled": False, "deletedDateTime": deleted}
    return {"accountEnabled": lot >= _DELETED + _DISABLED}
