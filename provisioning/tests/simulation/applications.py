"""An application of a world, and the configuration file that says how it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from provisioning.simulator.state import Stored
from provisioning.tests.simulation.company import Settings
from provisioning.tests.simulation.network import Target


@dataclass
class Application:
    """One application: its job, its target, its settings as they are and as they were."""

    slug: str
    template: str
    target: Target
    settings: Settings
    job: int = 0
    on: bool = True
    past: list[tuple[float, Settings]] = field(default_factory=list)
    first_accounts: list[Stored] = field(default_factory=list)
    """What the target held before we were there."""


def document(
    one: Application, people: Collection[str], at_least: int, variable: str
) -> dict[str, object]:
    """What a person would write; only whom the directory knows (`people`) can be assigned."""
    settings = one.settings
    assignments = [
        {"user": key, "role": role or "Default Access"}
        for key, role in settings.people.items()
        if key in people
    ]
    assignments += [
        {"group": key, "role": role or "Default Access"} for key, role in settings.groups.items()
    ]
    title: dict[str, object] = {"target": "title", "source": "jobTitle"}
    if settings.title:
        title = {"target": "title", "constant": settings.title}
    clauses = [{"attribute": "department", "operator": "EQUALS", "value": settings.department}]
    filters = [{"title": "one department", "clauses": clauses}] if settings.department else []
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    return {
        "name": one.slug,
        "slug": one.slug,
        "template": one.template,
        "provisioning": {"mode": "automatic", "status": "on", "interval": "5m"},
        "credentials": {
            "tenant_url": one.target.tenant_url,
            "secret_token": {"env": variable},
        },
        "notification": {"email": ["identity@contoso.example"], "on_failure": True},
        "scope": settings.scope,
        "roles": [{"value": "agent", "name": "Agent"}],
        "assignments": assignments,
        "on_leaving_scope": settings.leaving,
        "on_deletion": {"action": settings.deletion, "after": "1d"},
        "deletion_guard": {"percent": 5, "at_least": at_least, "at_most": 100},
        "mappings": {
            "users": {
                "actions": ["create", "update", "delete"],
                "filters": filters,
                "attributes": [
                    {"target": "userName", "source": "userPrincipalName", "match": 1},
                    {"target": "active", "expression": "Not([IsSoftDeleted])"},
                    {"target": "displayName", "source": "displayName"},
                    {"target": "externalId", "source": "objectId"},
                    {"target": 'emails[type eq "work"].value', "source": "mail"},
                    title,
                    {"target": f"{enterprise}:department", "source": "department"},
                    {"target": f"{enterprise}:manager", "source": "manager"},
                ],
            },
            "groups": {"enabled": True, "actions": ["update"]},
        },
    }
