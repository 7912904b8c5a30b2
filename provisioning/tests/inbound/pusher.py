"""A system that pushes: requests to the service in this process, by a token of its source."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from provisioning.core.resource import Kind
from provisioning.engine.inbound.endpoints import add_endpoint, make_token, opened_by, tenant_url
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.service import answer
from provisioning.models import DirectoryObject, InboundEndpoint, Membership
from provisioning.tests.sources.directories import NOW

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


@dataclass
class Pusher:
    """One inbound source with its token."""

    source: str = "entra"
    now: datetime = NOW
    endpoint: InboundEndpoint = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.endpoint = add_endpoint(None, self.source, NOW)
        self.token = make_token(None, self.endpoint, NOW).secret.reveal()

    @property
    def base(self) -> str:
        return tenant_url(self.endpoint)

    def ask(
        self, method: str, path: str, body: Any = None, *, match: str = "", none_match: str = ""
    ) -> Answer:
        """One request; a body of bytes is sent as it is."""
        endpoint = opened_by(self.endpoint.slug, f"Bearer {self.token}", self.now)
        assert endpoint is not None
        address, _, query = path.partition("?")
        call = Call(
            endpoint,
            self.base,
            method,
            tuple(part for part in address.split("/") if part),
            dict(parse_qsl(query)),
            body if isinstance(body, bytes) else json.dumps(body).encode(),
            match,
            none_match,
        )
        return answer(call, self.now)

    def get(self, path: str) -> Any:
        """What is answered to a GET that succeeds."""
        said = self.ask("GET", path)
        assert said.status == 200, said.document
        return _as_sent(said)

    def post(self, path: str, body: Any) -> Any:
        """What is answered to a POST that creates."""
        said = self.ask("POST", path, body)
        assert said.status == 201, said.document
        return _as_sent(said)

    def user(self, login: str, **attributes: Any) -> str:
        """A new user's id."""
        document = {"schemas": [USER], "userName": f"{login}@example.com", **attributes}
        return str(self.post("Users", document)["id"])

    def group(self, name: str, *members: str) -> str:
        """A new group's id."""
        document = {
            "schemas": [GROUP],
            "displayName": name,
            "members": [{"value": m} for m in members],
        }
        return str(self.post("Groups", document)["id"])

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        """What is answered to a PATCH that succeeds."""
        said = self.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)})
        assert said.status == 200, said.document
        return _as_sent(said)

    def refused(self, method: str, path: str, body: Any = None, match: str = "") -> tuple[int, str]:
        """Status and scimType of what must be refused."""
        said = self.ask(method, path, body, match=match)
        told = _as_sent(said)
        assert told["detail"]
        assert told["status"] == str(said.status)
        return said.status, told.get("scimType", "")


def _as_sent(said: Answer) -> Any:
    """The document as the other side reads it."""
    return json.loads(json.dumps(said.document))


def stored(identifier: str, kind: Kind = Kind.USER) -> DirectoryObject:
    """What the directory holds of a pushed resource."""
    return DirectoryObject.objects.get(source_id=identifier, kind=kind.value)


def members(group: str) -> set[str]:
    """The ids of a group's members in the directory, known or not."""
    rows = Membership.objects.current().filter(group__source_id=group)
    return set(rows.values_list("member_key", flat=True))
