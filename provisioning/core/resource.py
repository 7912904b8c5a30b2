"""What decisions are about: an object of the directory, and a resource at the target.

Both are plain frozen values. A target resource is the JSON object of RFC 7643, addressed by
attribute paths; it is never validated against a model, because real targets deviate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | bool | int | float | Sequence[Value] | Mapping[str, Value] | None"
"""A JSON value, as the directory stores it, expressions compute it and SCIM transports it."""

Resource: TypeAlias = Mapping[str, Value]
"""A SCIM resource as the target sends it."""


class Kind(StrEnum):
    """The two kinds of object that are provisioned."""

    USER = "user"
    GROUP = "group"


class State(StrEnum):
    """What the directory says about an object's life (directory-sources table 1.2)."""

    ACTIVE = "active"
    DISABLED = "disabled"
    SOFT_DELETED = "soft_deleted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One revision of one directory object.

    `attributes` holds what was read, an absent value being absent; `manager` there is the source id
    of another object.
    """

    source_id: str
    kind: Kind
    state: State
    attributes: Mapping[str, Value] = field(default_factory=dict)

    @property
    def display_name(self) -> str:
        """The best name a person can recognise the object by."""
        for name in ("displayName", "userPrincipalName", "mail"):
            if (value := self.attributes.get(name)) and isinstance(value, str):
                return value
        return self.source_id
