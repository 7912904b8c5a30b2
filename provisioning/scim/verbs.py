"""What a SCIM request is for. The same status means different things for different verbs."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """The purpose of a request."""

    DISCOVER = "discover"
    LIST = "list"
    READ = "read"
    CREATE = "create"
    MODIFY = "modify"
    REPLACE = "replace"
    DELETE = "delete"

    @property
    def method(self) -> str:
        """The HTTP method that carries it."""
        return METHODS[self]

    @property
    def writes(self) -> bool:
        """True when a repetition could change something."""
        return self in (Verb.CREATE, Verb.MODIFY, Verb.REPLACE, Verb.DELETE)


METHODS = {
    Verb.DISCOVER: "GET",
    Verb.LIST: "GET",
    Verb.READ: "GET",
    Verb.CREATE: "POST",
    Verb.MODIFY: "PATCH",
    Verb.REPLACE: "PUT",
    Verb.DELETE: "DELETE",
}
