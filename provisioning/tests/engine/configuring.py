"""Applies configuration texts, and puts people and groups into the directory for them."""

from __future__ import annotations

import textwrap
import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from provisioning.core.directory_keys import fold_key, guest_address
from provisioning.core.problems import Problem, UsageProblems
from provisioning.core.resource import Kind, State
from provisioning.engine.configuration.applying import Applied, apply_configuration
from provisioning.engine.configuration.read import ConfigurationText
from provisioning.models import ChangeNumber, DirectoryObject, Membership, Source
from provisioning.models.directory import name_key

WHEN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TOKEN = "token-of-the-target-0123456789"

GENESYS = """
    name: Genesys Cloud EU
    slug: genesys-eu
    template: genesys-cloud
"""


def apply_text(*texts: str, dry_run: bool = False, prune: bool = False) -> Applied:
    """Apply texts as files named a.yaml, b.yaml and so on."""
    files = [
        ConfigurationText(f"{chr(ord('a') + index)}.yaml", textwrap.dedent(text).encode())
        for index, text in enumerate(texts)
    ]
    return apply_configuration(None, files, dry_run=dry_run, prune=prune)


def refusals(*texts: str) -> tuple[Problem, ...]:
    """The problems that applying the texts is refused with."""
    with pytest.raises(UsageProblems) as caught:
        apply_text(*texts)
    return caught.value.problems


def person(source_id: str, *, state: State = State.ACTIVE, **attributes: str) -> DirectoryObject:
    """A person of the directory; the userPrincipalName is the id at contoso.example."""
    name = attributes.setdefault("userPrincipalName", f"{source_id}@contoso.example")
    row = _object(Kind.USER, source_id, state, attributes)
    row.user_name = guest_address(name)
    row.key_name = name_key(row.user_name)
    row.save()
    return row


def group(
    source_id: str, name: str, *, members: list[DirectoryObject] | None = None
) -> DirectoryObject:
    """A group with these members."""
    row = _object(Kind.GROUP, source_id, State.ACTIVE, {"displayName": name})
    row.key_name = name_key(name)
    row.save()
    for member in members or []:
        Membership.objects.create(
            group=row,
            member=member,
            member_key=member.source_key,
            member_kind=member.kind,
            added_change=row.change_number,
        )
    return row


def _object(
    kind: Kind, source_id: str, state: State, attributes: dict[str, str]
) -> DirectoryObject:
    origin, _ = Source.objects.get_or_create(
        name="files", defaults={"kind": "files", "created": WHEN}
    )
    with transaction.atomic():
        change = ChangeNumber.take()
    return DirectoryObject(
        id=uuid.uuid4(),
        origin=origin,
        source_id=source_id,
        source_key=fold_key(source_id),
        kind=kind.value,
        state=state.value,
        attributes=attributes,
        display_name=attributes.get("displayName", source_id),
        change_number=change,
        created=WHEN,
        updated=WHEN,
    )
