"""A running simulator with a session that talks to it: `with calling(quota=0) as target:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Unpack

import requests

from provisioning.simulator import Running, StartOptions, start

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PURECLOUD = "urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
TIMEOUT = 10


@dataclass
class Caller:
    """Sends requests as a client does."""

    running: Running
    session: requests.Session

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request below the Tenant URL."""
        url = path if path.startswith("http") else f"{self.running.tenant_url}{path}"
        options.setdefault("timeout", TIMEOUT)
        return self.session.request(method, url, **options)

    def get(self, path: str, headers: Mapping[str, str] | None = None, **parameters: Any) -> Any:
        """Read an address."""
        return self.send("GET", path, headers=headers, params=parameters)

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        """Create at an address."""
        return self.send("POST", path, json=body, headers=headers)

    def put(self, path: str, body: object, **headers: str) -> requests.Response:
        """Replace at an address."""
        return self.send("PUT", path, json=body, headers=headers)

    def delete(self, path: str, **headers: str) -> requests.Response:
        """Delete at an address."""
        return self.send("DELETE", path, headers=headers)

    def patch(self, path: str, *operations: object, **headers: str) -> requests.Response:
        """Modify at an address."""
        body = {"schemas": [PATCH_OP], "Operations": list(operations)}
        return self.send("PATCH", path, json=body, headers=headers)

    def user(self, name: str = "ana@example.org", /, **attributes: object) -> dict[str, Any]:
        """Create a user and return it as answered."""
        answer = self.post("/Users", person(name, **attributes))
        assert answer.status_code in (200, 201), answer.text
        created: dict[str, Any] = answer.json()
        return created

    def group(self, name: str) -> dict[str, Any]:
        """Return the group of that name."""
        found = self.get("/Groups", filter=f'displayName eq "{name}"').json()["Resources"]
        return dict(found[0])

    def names(self, **parameters: Any) -> list[str]:
        """Return the userNames that a listing shows."""
        listed = self.get("/Users", **parameters).json()["Resources"]
        return [user["userName"] for user in listed]


def person(name: str = "ana@example.org", /, **attributes: object) -> dict[str, object]:
    """Return the body that creates a user."""
    return {"schemas": [USER], "userName": name, "displayName": name.split("@")[0], **attributes}


def op(kind: str, path: str | None = None, value: object = None) -> dict[str, object]:
    """Return one operation of a PATCH."""
    operation: dict[str, object] = {"op": kind}
    if path is not None:
        operation["path"] = path
    if value is not None:
        operation["value"] = value
    return operation


@dataclass
class Clock:
    """A clock that stands still until it is told to move."""

    moment: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the present moment."""
        return self.moment

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += seconds


@contextmanager
def calling(**options: Unpack[StartOptions]) -> Iterator[Caller]:
    """Run a simulator without a quota, unless one is given, and talk to it."""
    options.setdefault("quota", 0)
    with start(**options) as running, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {running.token}"
        session.headers["Content-Type"] = "application/scim+json"
        yield Caller(running, session)
