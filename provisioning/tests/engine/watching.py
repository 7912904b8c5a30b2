"""What a target was asked since somebody began to watch it, and small worlds to ask it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import requests

from provisioning import simulator
from provisioning.core.gallery import find_template
from provisioning.models import LogEntry
from provisioning.simulator import Running

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LONGEST = 10


class Watch:
    """The requests of one target from now on."""

    def __init__(self, target: Running) -> None:
        self._target = target
        self._from = len(target.requests)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every request since then."""
        return self._target.requests[self._from :]

    @property
    def writes(self) -> list[dict[str, Any]]:
        """The requests that could change something."""
        return [one for one in self.requests if one["method"] != "GET"]

    @property
    def methods(self) -> dict[str, int]:
        """How many requests by method."""
        return dict(Counter(one["method"] for one in self.requests))

    def operations(self) -> list[dict[str, Any]]:
        """The operations of the one PATCH that was sent."""
        (request,) = self.writes
        assert request["method"] == "PATCH"
        return list(request["body"]["Operations"])


def accounts(target: Running) -> dict[str, dict[str, Any]]:
    """Accounts by the part of the user name before the @, deleted ones left out."""
    users = [user for user in target.state()["users"] if user["state"] != "deleted"]
    return {user["userName"].partition("@")[0]: user for user in users}


def group_named(target: Running, name: str) -> dict[str, Any]:
    """The one group of this name."""
    (group,) = [one for one in target.state()["groups"] if one["displayName"] == name]
    return group


def member_names(target: Running, name: str) -> list[str]:
    """The user names, before the @, of a group's members."""
    by_id = {user["id"]: user["userName"] for user in target.state()["users"]}
    members = group_named(target, name)["members"]
    return sorted(by_id[member["value"]].partition("@")[0] for member in members)


def account(name: str, **attributes: Any) -> dict[str, Any]:
    """An account that agrees with what `Directory.person` writes down."""
    return {
        "userName": f"{name}@contoso.example",
        "displayName": f"Person {name}",
        "active": True,
        "title": "Agent",
        "emails": [{"type": "work", "value": f"{name}@contoso.example", "primary": True}],
        **attributes,
    }


def seeded(users: Iterable[Mapping[str, Any]], **options: Any) -> Running:
    """A target that has these accounts already, without a quota; a context manager."""
    seed = {"users": [dict(user) for user in users], "groups": []}
    return simulator.start(quota=0, seed=seed, **options)


def from_outside(
    target: Running, method: str, path: str, *operations: Mapping[str, Any]
) -> requests.Response:
    """A change by somebody else, an administrator of the target."""
    body = {"schemas": [PATCH_OP], "Operations": [dict(one) for one in operations]}
    return _ask(target, method, path, body if operations else None)


def post_from_outside(target: Running, path: str, resource: Mapping[str, Any]) -> requests.Response:
    """An account that somebody else creates."""
    return _ask(target, "POST", path, dict(resource))


def put_from_outside(target: Running, path: str, resource: Mapping[str, Any]) -> requests.Response:
    """An account that somebody else puts back, changed."""
    return _ask(target, "PUT", path, dict(resource))


def _ask(target: Running, method: str, path: str, body: object) -> requests.Response:
    answer = requests.request(
        method,
        f"{target.tenant_url}{path}",
        json=body,
        headers={"Authorization": f"Bearer {target.token}"},
        timeout=LONGEST,
    )
    assert answer.ok, answer.text
    return answer


def mappings_with(*changed: Mapping[str, Any], template: str = "genesys-cloud") -> dict[str, Any]:
    """The template's mappings of people, with these instead of those of the same target."""
    document = find_template(template).document()
    mappings: Any = document["mappings"]
    replaced = {one["target"] for one in changed}
    kept = [row for row in mappings["users"]["attributes"] if row["target"] not in replaced]
    return {**mappings, "users": {**mappings["users"], "attributes": [*kept, *changed]}}


def entries(**having: Any) -> list[LogEntry]:
    """Log entries, oldest first."""
    return list(LogEntry.objects.filter(**having).order_by("at", "pk"))
