"""A small tenant: three people in a line of command, two groups, one application."""

from __future__ import annotations

ANA, BEN, CLEO, DEVICE = (f"0000000{n}-1111-4222-8333-444444444444" for n in (1, 2, 3, 9))
SALES, STAFF = (f"0000000{n}-aaaa-4222-8333-444444444444" for n in (1, 2))
APP = "0000000a-bbbb-4222-8333-444444444444"


def company() -> dict[str, object]:
    """The seed."""
    return {
        "others": [{"type": "device", "id": DEVICE}],
        "users": [
            {"id": ANA, "displayName": "Ana", "userPrincipalName": "ana@contoso.example"},
            {
                "id": BEN,
                "displayName": "Ben",
                "userPrincipalName": "ben@contoso.example",
                "department": "Sales",
                "manager": ANA,
            },
            {"id": CLEO, "displayName": "Cleo", "manager": BEN, "mail": None},
        ],
        "groups": [
            {"id": SALES, "displayName": "Sales", "members": [BEN, CLEO, DEVICE]},
            {"id": STAFF, "displayName": "Staff", "members": [ANA, SALES]},
        ],
        "apps": [
            {
                "id": APP,
                "displayName": "Genesys Cloud",
                "appRoles": [{"value": "agent", "displayName": "Agent"}],
                "assignments": [
                    {"principal": SALES, "role": "agent"},
                    {"principal": ANA, "role": ""},
                ],
            }
        ],
    }


def crowd(people: int) -> dict[str, object]:
    """So many people, one group with all of them."""
    ids = [f"{n:08x}-1111-4222-8333-444444444444" for n in range(people)]
    return {
        "users": [
            {"id": one, "displayName": f"Person {n}", "mail": f"p{n}@contoso.example"}
            for n, one in enumerate(ids)
        ],
        "groups": [{"id": SALES, "displayName": "All", "members": ids}],
    }
