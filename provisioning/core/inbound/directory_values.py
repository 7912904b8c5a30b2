"""What a pushed resource says in the words of the directory, as a directory file would.

The other way round than Entra's default mappings. A multi-valued attribute gives its value of one
type, else its primary, else its smallest, so that an unstable order changes nobody (W23).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.json_values import as_object, elements, entry
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.urns import ENTERPRISE_USER

_PLAIN: Final = {
    "userPrincipalName": "userName",
    "displayName": "displayName",
    "givenName": "name.givenName",
    "surname": "name.familyName",
    "jobTitle": "title",
    "preferredLanguage": "preferredLanguage",
    "accountEnabled": "active",
    "department": f"{ENTERPRISE_USER}:department",
    "employeeId": f"{ENTERPRISE_USER}:employeeNumber",
    "companyName": f"{ENTERPRISE_USER}:organization",
    "division": f"{ENTERPRISE_USER}:division",
    "costCenter": f"{ENTERPRISE_USER}:costCenter",
    "manager": f"{ENTERPRISE_USER}:manager.value",
}
_OF_ADDRESS: Final = {
    "physicalDeliveryOfficeName": "formatted",
    "streetAddress": "streetAddress",
    "city": "locality",
    "state": "region",
    "postalCode": "postalCode",
    "country": "country",
}
_PATHS: Final = {name: AttributePath.parse(text) for name, text in _PLAIN.items()}
_LISTS: Final = ("roles", "entitlements")
_TAKEN: Final = frozenset(
    {"username", "name", "displayname", "title", "preferredlanguage", "active", "emails"}
    | {"phonenumbers", "addresses", "members", "groups", *_LISTS, ENTERPRISE_USER.lower()}
)


def directory_values(resource: Resource, kind: Kind) -> dict[str, Value]:
    """The columns of a row of people or of groups; None is absent."""
    if kind is Kind.GROUP:
        return {"displayName": entry(resource, "displayName"), **_others(resource, {"displayname"})}
    values = {name: path.get(resource) for name, path in _PATHS.items()}
    values["displayName"] = values["displayName"] or _full_name(resource)
    values["mail"] = _typed(resource, "emails", "work")
    values["mobile"] = _typed(resource, "phoneNumbers", "mobile", only=True)
    values["telephoneNumber"] = _typed(resource, "phoneNumbers", "work", only=True)
    address = _chosen(elements(entry(resource, "addresses")), "work", only=False)
    values |= {name: entry(address, sub) for name, sub in _OF_ADDRESS.items()}
    for name in _LISTS:
        held = [entry(as_object(one), "value") for one in elements(entry(resource, name))]
        values[name] = sorted(str(one) for one in held if one is not None) or None
    return {**_others(resource, _TAKEN), **_extended(resource), **values}


def manager_reference(resource: Resource) -> str:
    """By what the resource names its manager; empty when it names none."""
    value = _PATHS["manager"].get(resource)
    return value.strip() if isinstance(value, str) else ""


def _full_name(resource: Resource) -> Value:
    name = as_object(entry(resource, "name"))
    formatted = entry(name, "formatted")
    parts = [entry(name, "givenName"), entry(name, "familyName")]
    return formatted or " ".join(str(one) for one in parts if one) or None


def _typed(resource: Resource, attribute: str, kind: str, *, only: bool = False) -> Value:
    return entry(_chosen(elements(entry(resource, attribute)), kind, only=only), "value")


def _chosen(values: list[Value], kind: str, *, only: bool) -> Mapping[str, Value]:
    """The value of this type, of several the primary, else the smallest; `only` no other type."""
    objects = sorted((as_object(one) for one in values), key=str)
    fitting = [one for one in objects if str(entry(one, "type") or "").lower() == kind]
    if not fitting and not only:
        fitting = objects
    primary = [one for one in fitting if entry(one, "primary") is True]
    return next(iter([*primary, *fitting]), {})


def _others(resource: Resource, taken: frozenset[str] | set[str]) -> dict[str, Value]:
    """What has no other place, under its own name: plain values and lists of them."""
    return {
        name: value
        for name, value in resource.items()
        if name.lower() not in taken | {"members"} and ":" not in name and _is_plain(value)
    }


def _extended(resource: Resource) -> dict[str, Value]:
    """The plain attributes of extensions by their names; of two with one name the first URN's."""
    found: dict[str, Value] = {}
    for name, value in _extension_values(resource):
        found.setdefault(name, value)
    return found


def _extension_values(resource: Resource) -> Iterator[tuple[str, Value]]:
    for urn in sorted(name for name in resource if name.lower().startswith("urn:")):
        extension = resource[urn]
        if isinstance(extension, Mapping) and urn.lower() != ENTERPRISE_USER.lower():
            yield from (pair for pair in extension.items() if _is_plain(pair[1]))


def _is_plain(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(one, str | int | float) for one in value)
    return isinstance(value, str | int | float)
