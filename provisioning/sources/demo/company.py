"""What Contoso looks like: departments, titles, offices, telephone numbers.

Three people in four answer customers; departments have very different sizes. Telephone numbers are
from ranges reserved for fiction, addresses end in the reserved `.example`.
"""

from __future__ import annotations

import random

DOMAIN = "contoso.example"
PARTNERS = ("fabrikam.example", "northwind.example", "adatum.example")
CONTACT_CENTRE = "Contact centre"
SALES = "Sales"

_DEPARTMENTS = {
    CONTACT_CENTRE: 750,
    SALES: 80,
    "Technical support": 50,
    "Workforce management": 30,
    "Quality": 25,
    "Finance": 20,
    "Information technology": 20,
    "People and culture": 15,
    "Legal": 6,
    "Communication": 4,
}
_TITLES = {
    CONTACT_CENTRE: {
        "Agent": 78,
        "Senior agent": 12,
        "Team leader": 6,
        "Supervisor": 3,
        "Coach": 1,
    },
    SALES: {"Account manager": 60, "Sales representative": 40},
}
_OTHER_TITLES = {"Specialist": 60, "Analyst": 25, "Coordinator": 10, "Head of department": 5}
_OFFICES = {
    "FR": ("Lille", "Lyon", "Nantes"),
    "DE": ("Köln", "Leipzig"),
    "ES": ("Málaga",),
    "PL": ("Łódź", "Kraków"),
    "IT": ("Forlì",),
    "SE": ("Malmö",),
    "TR": ("İzmir",),
    "GR": ("Θεσσαλονίκη",),
    "BG": ("София",),
    "UA": ("Львів",),
    "SA": ("جدة",),
    "IL": ("חיפה",),
    "IN": ("पुणे",),
    "TH": ("เชียงใหม่",),
    "JP": ("札幌",),
    "CN": ("成都",),
    "KR": ("부산",),
}


def department(dice: random.Random) -> str:
    """A department by its size."""
    return _by_weight(dice, _DEPARTMENTS)


def departments() -> tuple[str, ...]:
    """All of them, the largest first."""
    return tuple(_DEPARTMENTS)


def title(dice: random.Random, name: str) -> str:
    """A job title that the department has."""
    return _by_weight(dice, _TITLES.get(name, _OTHER_TITLES))


def office(dice: random.Random, country: str) -> str:
    """A city where the company sits in the country."""
    return dice.choice(_OFFICES[country])


def work_phone(dice: random.Random, country: str) -> str:
    """A landline number of a range reserved for fiction, in E.164 form."""
    if country == "FR":
        return f"+3319900{dice.randrange(10_000):04d}"
    if country == "DE":
        return f"+493023125{dice.randrange(1000):03d}"
    return f"+442079460{dice.randrange(1000):03d}"


def mobile_phone(dice: random.Random, country: str) -> str:
    """A mobile number of a range reserved for fiction, in E.164 form."""
    if country == "FR":
        return f"+3363998{dice.randrange(10_000):04d}"
    return f"+447700900{dice.randrange(1000):03d}"


def _by_weight(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
