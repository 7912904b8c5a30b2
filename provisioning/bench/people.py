"""A population made by rule: people, their accounts, and what must be decided about each.

Nothing is stored: person n is a function of n, so that any number of them needs no memory, and the
right decision is known without asking the code that is measured.
"""

from __future__ import annotations

from provisioning.core.app_roles import Assigned
from provisioning.core.entitlement import Subject
from provisioning.core.evaluate import Account
from provisioning.core.resource import Kind, Resource, SourceObject, State, Value
from provisioning.core.urns import ENTERPRISE_USER
from provisioning.core.vocabulary import Operation

COUNTRIES = ("FR", "DE", "GB", "PL")
LANGUAGES = ("fr-FR", "de-DE", "en-GB", "en-GB")

EXPECTED = (
    *[Operation.CREATE] * 3,
    *[Operation.UNCHANGED] * 2,
    *[Operation.UPDATE] * 2,
    *[Operation.SKIP] * 3,
)
"""What must be decided about ten people in a row."""

PROMOTED = (5, 6)
DEFAULT_ACCESS, UNASSIGNED, FILTERED_OUT = 7, 8, 9
"""Which of ten differ from their account, and why three of them are left out."""


def subject(number: int) -> Subject:
    """Person `number` with their assignment."""
    place = number % 10
    role = "" if place == DEFAULT_ACCESS else "agent"
    assigned = [] if place == UNASSIGNED else [Assigned(role, "Contact centre")]
    name = f"Person{number}"
    attributes: dict[str, Value] = {
        "userPrincipalName": f"{name}.Example@contoso.example",
        "givenName": name,
        "surname": "Example-Müller",
        "mail": f"{name}@contoso.example",
        "jobTitle": "Lead" if place in PROMOTED else "Agent",
        "telephoneNumber": f"+33 (1) 99-{number:06}",
        "country": COUNTRIES[number % 4],
        "city": "Lyon",
        "department": "Legal" if place == FILTERED_OUT else "Sales",
        "employeeId": "none" if place == FILTERED_OUT else f"E{number:06}",
        "hired": f"2024-03-{number % 28 + 1:02}",
        "manager": f"{number // 10:08}",
    }
    return Subject(SourceObject(f"{number:08}", Kind.USER, State.ACTIVE, attributes), assigned)


def account(number: int) -> Account | None:
    """Their account as the application keeps it: of ten people four have one."""
    if EXPECTED[number % 10] not in (Operation.UNCHANGED, Operation.UPDATE):
        return None
    name = f"Person{number}"
    department = "Sales France" if COUNTRIES[number % 4] == "FR" else "Sales"
    resource: Resource = {
        "id": f"t{number}",
        "userName": f"{name}.Example@contoso.example".lower(),
        "active": True,
        "displayName": f"{name} Example-Müller",
        "emails": [{"type": "work", "value": f"{name}@contoso.com"}],
        "title": "Agent",
        "phoneNumbers": [{"type": "work", "value": f"+33199{number:06}"}],
        "preferredLanguage": LANGUAGES[number % 4],
        ENTERPRISE_USER: {
            "department": department,
            "employeeNumber": f"{number:06}",
            "costCenter": f"{number % 28 + 1:02}.03.2024",
            "division": "Europe",
        },
    }
    return Account(f"t{number}", resource)
