"""The people and groups that the tutorial names: the same in every demo directory.

Adele is to be assigned herself, Karim to keep Default Access only: neither is in a contact-centre
group. Bianca and Mona come in through their groups.
"""

from __future__ import annotations

from provisioning.core.resource import Value
from provisioning.sources.base import Record
from provisioning.sources.demo.company import CONTACT_CENTRE, DOMAIN, SALES

CONTACT_CENTRE_FR = "Contact centre FR"
CONTACT_CENTRE_EU = "Contact centre EU"
SALES_FR = "Sales FR"

ADELE = "c0a7050a-0000-4000-8000-000000000001"
KARIM = "c0a7050a-0000-4000-8000-000000000002"
MONA = "c0a7050a-0000-4000-8000-000000000003"
BIANCA = "c0a7050a-0000-4000-8000-000000000004"

GROUP_IDS = {
    CONTACT_CENTRE_FR: "c0a7050a-0000-4000-8000-0000000000f1",
    CONTACT_CENTRE_EU: "c0a7050a-0000-4000-8000-0000000000f2",
    SALES_FR: "c0a7050a-0000-4000-8000-0000000000f3",
}
MEMBERS = {
    CONTACT_CENTRE_FR: (BIANCA,),
    CONTACT_CENTRE_EU: (MONA,),
    SALES_FR: (KARIM,),
}


def people() -> list[Record]:
    """Everybody the tutorial names; Adele leads the two agents."""
    return [
        _person(ADELE, "Adèle", "Vance", {"jobTitle": "Supervisor", "country": "FR"}),
        _person(
            KARIM,
            "Karim",
            "Lopez",
            {"jobTitle": "Account manager", "department": SALES, "country": "FR"},
        ),
        _person(MONA, "Mona", "Lind", {"jobTitle": "Agent", "country": "SE", "manager": ADELE}),
        _person(
            BIANCA, "Bianca", "Pisani", {"jobTitle": "Agent", "country": "FR", "manager": ADELE}
        ),
    ]


def groups() -> list[Record]:
    """The groups that the tutorial assigns."""
    return [
        Record(identity, {"displayName": name, "securityEnabled": True})
        for name, identity in GROUP_IDS.items()
    ]


def _person(identity: str, given: str, surname: str, more: dict[str, Value]) -> Record:
    nickname = f"{given.replace('è', 'e')}.{surname}".lower()
    number = int(identity[-2:], 16)
    attributes: dict[str, Value] = {
        "userPrincipalName": f"{nickname}@{DOMAIN}",
        "displayName": f"{given} {surname}",
        "givenName": given,
        "surname": surname,
        "mail": f"{nickname}@{DOMAIN}",
        "mailNickname": nickname,
        "department": CONTACT_CENTRE,
        "employeeId": f"{number:06d}",
        "telephoneNumber": f"+3319900{number:04d}",
        "mobile": f"+3363998{number:04d}",
        "city": "Lille",
        "preferredLanguage": "fr-FR",
        "userType": "Member",
        "accountEnabled": True,
    }
    return Record(identity, {**attributes, **more})
