"""People as real directories have them, one for each line of the weird data catalogue that a
directory can hold (directory-sources 8). None is in a contact-centre group.
"""

from __future__ import annotations

import unicodedata
import uuid

from provisioning.core.resource import Value
from provisioning.sources.base import Record
from provisioning.sources.demo.company import DOMAIN

NOBODY = "c0a7050a-ffff-4fff-bfff-ffffffffffff"
"""The id of a manager or member whom no source knows."""

_CASES: dict[str, dict[str, Value]] = {
    "w01-twin-upper": {"displayName": "Twin One", "mail": f"DUP@{DOMAIN}"},
    "w01-twin-lower": {"displayName": "Twin Two", "mail": f"dup@{DOMAIN}"},
    "w02-no-mail": {"displayName": "No Mail", "mail": None},
    "w02-no-name": {"displayName": "No User Name", "userPrincipalName": None},
    "w03-plus": {
        "displayName": "Siobhán O'Brien",
        "userPrincipalName": f"siobhan.o'brien+test@{DOMAIN}",
        "mail": f"siobhan.o'brien+test@{DOMAIN}",
    },
    "w04-guest": {
        "displayName": "Anna Gast",
        "userPrincipalName": f"anna_gast_fabrikam.example#EXT#@{DOMAIN}",
        "mail": "anna_gast@fabrikam.example",
        "userType": "Guest",
    },
    "w05-composed": {"displayName": unicodedata.normalize("NFC", "Zoé Ångström")},
    "w05-decomposed": {"displayName": unicodedata.normalize("NFD", "Zoé Ångström")},
    "w06-right-to-left": {"displayName": "\u200fמיה כהן\u202eoN\u202c", "surname": "כהן"},
    "w07-emoji": {"displayName": "Ines 👩🏽‍💻 𝒮tar", "givenName": "Ines"},
    "w08-long": {"displayName": "Long " + "and longer " * 30 + "Name", "givenName": "G" * 65},
    "w09-spaces": {"displayName": "  Double  Space ", "department": "\u00a0Quality\u00a0"},
    "w10-line-break": {"displayName": "Line Break", "streetAddress": "1 Rue A\n\tBâtiment B"},
    "w11-circle-a": {"displayName": "Circle A", "manager": "w11-circle-b"},
    "w11-circle-b": {"displayName": "Circle B", "manager": "w11-circle-a"},
    "w11-own-manager": {"displayName": "Own Manager", "manager": "w11-own-manager"},
    "w12-unknown-manager": {"displayName": "Unknown Manager", "manager": NOBODY},
    "w12-deleted-manager": {"displayName": "Deleted Manager", "manager": "w17-deleted"},
    "w16-disabled": {"displayName": "Disabled Account", "accountEnabled": False},
    "w17-deleted": {
        "displayName": "Soft Deleted",
        "accountEnabled": False,
        "deletedDateTime": "2026-11-02T08:15:00Z",
    },
    "w21-special": {"displayName": 'Comma, "Quote" <Plus+> ; # \\ Slash/'},
    "w22-markup": {"displayName": "<script>alert(1)</script>", "jobTitle": "javascript:alert(1)"},
    "w22-template": {"displayName": "{{7*7}} ${7*7}", "jobTitle": "=cmd()"},
    "w23-several-mails": {
        "displayName": "Several Mails",
        "otherMails": [f"b@{DOMAIN}", f"a@{DOMAIN}"],
    },
    "w27-phone": {"displayName": "Odd Phone", "telephoneNumber": "+49 (0) 30/123 ext. CALL"},
    "w28-leading-zeros": {"displayName": "Leading Zeros", "employeeId": "007"},
    "w28-one-digit": {"displayName": "One Digit", "employeeId": "7"},
    "w28-many-digits": {"displayName": "Many Digits", "employeeId": "12345678901234567890"},
    "w29-country": {"displayName": "Other Country", "country": "UK", "preferredLanguage": "de_DE"},
    "w30-dotted": {
        "displayName": "İpek Işık Groß Σίσυφος",
        "userPrincipalName": f"İpek.GROß.σίσυφος@{DOMAIN}",
    },
    "w31-homoglyph": {
        "displayName": "Аdele Vance",
        "userPrincipalName": f"аdele.vance@{DOMAIN}",
        "mail": f"аdele.vance@{DOMAIN}",
    },
    "w35-room": {"displayName": "Room Lille 2", "userType": None, "jobTitle": None},
    "w35-admin": {"displayName": "admin", "mail": None, "jobTitle": None},
}


def people(seed: int, most: int) -> list[Record]:
    """The first `most` of the cases, in the order of the catalogue."""
    return [_record(seed, name) for name in list(_CASES)[:most]]


def count() -> int:
    """How many cases there are."""
    return len(_CASES)


def _record(seed: int, name: str) -> Record:
    attributes: dict[str, Value] = {
        "userPrincipalName": f"{name}@{DOMAIN}",
        "mail": f"{name}@{DOMAIN}",
        "mailNickname": name,
        "department": "Quality",
        "jobTitle": "Analyst",
        "userType": "Member",
        "accountEnabled": True,
        **_CASES[name],
    }
    if (manager := attributes.get("manager")) in _CASES:
        attributes["manager"] = _identity(seed, str(manager))
    return Record(_identity(seed, name), attributes)


def _identity(seed: int, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{seed}.{name}.{DOMAIN}"))
