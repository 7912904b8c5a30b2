"""Assignments of a configuration file: names into directory objects and roles, and back.

`user` is a userPrincipalName or id, `group` a displayName or id, `role` a role's value, else its
name. Whoever is unknown or ambiguous is refused with the row that names them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.directory_keys import fold_key, guest_address
from provisioning.core.problems import Problem
from provisioning.core.resource import Kind, State
from provisioning.core.vocabulary import DEFAULT_ACCESS
from provisioning.engine.configuration.normal import Document, rows
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.models import Application, Assignment, DirectoryObject
from provisioning.models.directory import name_key

T = TypeVar("T")
_CHUNK = 400
_KINDS = {"user": Kind.USER, "group": Kind.GROUP}
_SEVERAL = {
    "user": gettext_noop("%(count)d users answer to %(text)s."),
    "group": gettext_noop("%(count)d groups answer to %(text)s."),
}
_NOBODY = {
    "user": gettext_noop("The directory has no user %(text)s."),
    "group": gettext_noop("The directory has no group %(text)s."),
}


@dataclass(frozen=True, slots=True)
class Assignee:
    """One person or group with a role's value; Default Access is the empty one."""

    object_id: uuid.UUID
    role: str


def resolve_assignments(
    given: Sequence[Document], roles: Sequence[Document], source: ConfigurationDocument
) -> tuple[set[Assignee], list[Problem]]:
    """Who is meant, and the rows that name nobody or several."""
    found = {
        key: _found([str(row[key]) for row in given if row.get(key)], kind)
        for key, kind in _KINDS.items()
    }
    assignees: set[Assignee] = set()
    problems: list[Problem] = []
    for index, row in enumerate(given):
        key = "user" if row.get("user") else "group"
        candidates = found[key][str(row[key])]
        role, complaint = _role(str(row.get("role") or DEFAULT_ACCESS), roles)
        if complaint:
            problems.append(source.problem(("assignments", index, "role"), *complaint))
        if len(candidates) != 1:
            complaint = _not_one(key, str(row[key]), candidates)
            problems.append(source.problem(("assignments", index, key), *complaint))
        else:
            assignees.add(Assignee(candidates[0].pk, role))
    return assignees, problems


def stored_assignments(application: Application) -> set[Assignee]:
    """Who is assigned now."""
    pairs = Assignment.objects.filter(application=application).values_list("object_id", "role")
    return {Assignee(object_id, role) for object_id, role in pairs}


def assignment_rows(assignees: Iterable[Assignee]) -> list[Document]:
    """The rows that resolve to exactly these, in an order that never changes."""
    wanted = sorted(assignees, key=lambda one: (str(one.object_id), one.role))
    objects = _objects({one.object_id for one in wanted})
    names = dict(_names(objects.values()))
    result: list[Document] = [
        {
            objects[one.object_id].kind: names[one.object_id],
            "role": one.role or DEFAULT_ACCESS,
        }
        for one in wanted
    ]
    return sorted(result, key=lambda row: [str(part) for pair in row.items() for part in pair])


def orphans(
    assignees: Iterable[Assignee], document: Document, source: ConfigurationDocument
) -> list[Problem]:
    """A role that somebody is still assigned with cannot be removed."""
    known = {str(role["value"]) for role in rows(document, "roles")} | {""}
    missing = sorted({one.role for one in assignees} - known)
    advice = _("Keep the role, or change these assignments in the same file.")
    return [
        source.problem(
            ("roles",), _("The role %(role)s still has assignments.") % {"role": role}, advice
        )
        for role in missing
    ]


def _role(text: str, roles: Sequence[Document]) -> tuple[str, tuple[str, str] | None]:
    if text == DEFAULT_ACCESS:
        return "", None
    for key in ("value", "name"):
        matching = [str(role["value"]) for role in roles if role[key] == text]
        if len(matching) == 1:
            return matching[0], None
        if matching:
            return "", (
                _("Several roles have the name %(text)s.") % {"text": text},
                _("Write the role's value instead."),
            )
    known = ", ".join([*(str(role["value"]) for role in roles), DEFAULT_ACCESS])
    return "", (
        _("There is no role %(text)s.") % {"text": text},
        _("Use one of %(known)s, or add it to roles.") % {"known": known},
    )


def _not_one(key: str, text: str, found: Sequence[DirectoryObject]) -> tuple[str, str]:
    if found:
        ids = ", ".join(one.source_id for one in found[:3])
        message = _(_SEVERAL[key]) % {"count": len(found), "text": text}
        return message, _("Write one of their ids: %(ids)s.") % {"ids": ids}
    name = "userPrincipalName" if key == "user" else "displayName"
    advice = _("Write its %(name)s or id as the directory has it, or import the directory first.")
    return _(_NOBODY[key]) % {"text": text}, advice % {"name": name}


def _found(texts: Iterable[str], kind: Kind) -> Mapping[str, list[DirectoryObject]]:
    """Who each text means, as `DirectoryObject.objects.find` says, in few queries."""
    wanted = sorted(set(texts))
    by_key: dict[str, list[DirectoryObject]] = {}
    of_kind = DirectoryObject.objects.filter(kind=kind.value)
    for chunk in _chunks(wanted):
        names = [name_key(guest_address(text)) for text in chunk]
        keys = [fold_key(text) for text in chunk]
        for one in [*of_kind.filter(key_name__in=names), *of_kind.filter(source_key__in=keys)]:
            for key in {one.key_name, one.source_key}:
                if one not in (known := by_key.setdefault(key, [])):
                    known.append(one)
    return {text: _best(text, by_key) or list(of_kind.find(text)) for text in wanted}


def _best(text: str, by_key: Mapping[str, list[DirectoryObject]]) -> list[DirectoryObject]:
    name, key = name_key(guest_address(text)), fold_key(text)
    found = {
        one.pk: one
        for one in [*by_key.get(name, ()), *by_key.get(key, ())]
        if one.key_name == name or one.source_key == key
    }
    present = [one for one in found.values() if one.state != State.GONE.value]
    return present or list(found.values())


def _names(objects: Iterable[DirectoryObject]) -> Iterator[tuple[uuid.UUID, str]]:
    """For each object the first of name, id and directory id that means it alone."""
    listed = list(objects)
    for kind in Kind:
        of_kind = [one for one in listed if one.kind == kind.value]
        spellings = {one.pk: _spellings(one) for one in of_kind}
        found = _found([text for texts in spellings.values() for text in texts], kind)
        for one in of_kind:
            alone = (text for text in spellings[one.pk] if [f.pk for f in found[text]] == [one.pk])
            yield one.pk, next(alone, str(one.pk))


def _spellings(one: DirectoryObject) -> list[str]:
    name = one.user_name if one.kind == Kind.USER.value else one.display_name
    printable = name if name == name.strip() and name.isprintable() else ""
    return [text for text in (printable, one.source_id) if text]


def _objects(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, DirectoryObject]:
    objects: dict[uuid.UUID, DirectoryObject] = {}
    for chunk in _chunks(sorted(ids)):
        objects.update(DirectoryObject.objects.in_bulk(chunk))
    return objects


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
