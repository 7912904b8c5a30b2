"""Definitions for core tests: the Genesys template with a few keys changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from provisioning.core.app_roles import Assigned
from provisioning.core.definition import JobDefinition, read_definition
from provisioning.core.entitlement import Subject
from provisioning.core.gallery import find_template
from provisioning.core.resource import Kind, SourceObject, State, Value


def document(**changes: Any) -> dict[str, Any]:
    """The template's document; a key of `users` replaces one of the user mapping."""
    content: dict[str, Any] = deepcopy(find_template("genesys-cloud").document())
    content["mappings"]["users"].update(changes.pop("users", {}))
    content["mappings"]["groups"].update(changes.pop("groups", {}))
    content.update(changes)
    return content


def definition(**changes: Any) -> JobDefinition:
    """The definition of such a document."""
    return read_definition(document(**changes), ("userName", "displayName"))


def ana(
    *roles: str, state: State = State.ACTIVE, kind: Kind = Kind.USER, **attributes: Value
) -> Subject:
    """Ana, assigned with these roles; the empty role is Default Access."""
    known: dict[str, Value] = {
        "userPrincipalName": "ana@contoso.example",
        "displayName": "Ana Ruiz",
        "mail": "ana@contoso.example",
        "jobTitle": "Agent",
    }
    source = SourceObject("ana", kind, state, {**known, **attributes})
    return Subject(source, [Assigned(role) for role in roles])
