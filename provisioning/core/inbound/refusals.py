"""What is answered to a request that cannot be done (RFC 7644, section 3.12, table 9)."""

from __future__ import annotations

from typing import Final

from provisioning.core.resource import Value

ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"


class Refusal(Exception):
    """A request that is not done: its HTTP status, its `scimType` and a sentence for a person.

    It is told to the system that pushed, in English as all of SCIM is, and kept with the pushes.
    """

    def __init__(self, status: int, detail: str, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type = scim_type

    def document(self) -> dict[str, Value]:
        """The body of the answer."""
        named: dict[str, Value] = {"scimType": self.scim_type} if self.scim_type else {}
        return {"schemas": [ERROR], "status": str(self.status), **named, "detail": self.detail}


def invalid_syntax(detail: str) -> Refusal:
    """The body is not what the request needs."""
    return Refusal(400, detail, "invalidSyntax")


def invalid_value(detail: str) -> Refusal:
    """A value is missing, or its attribute cannot hold it."""
    return Refusal(400, detail, "invalidValue")


def invalid_path(detail: str) -> Refusal:
    """The path of an operation is none."""
    return Refusal(400, detail, "invalidPath")


def read_only(name: str) -> Refusal:
    """The attribute is Rollcall's to write."""
    return Refusal(400, f"{name} is read-only: leave it out.", "mutability")


def not_found(what: str) -> Refusal:
    """There is no such resource or address."""
    return Refusal(404, f"There is no {what} here.")
