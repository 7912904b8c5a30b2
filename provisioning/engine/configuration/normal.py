"""The normal form of a configuration: every key present, rows without what their default says.

Merging a document into it follows interface.md: an absent key stays as it is, a list that is
present replaces, `null` restores the template's default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from django.utils.translation import gettext as _

from provisioning.core.definition import TargetAction
from provisioning.core.gallery import Template
from provisioning.core.leaving import Removal
from provisioning.core.problems import Problem
from provisioning.core.vocabulary import DEFAULT_ACCESS
from provisioning.engine.configuration.read import ConfigurationDocument, path_text

Document: TypeAlias = dict[str, object]

DEFINITION_KEYS = (
    "dialect",
    "scope",
    "nested_groups",
    "exclude_default_access",
    "roles",
    "on_leaving_scope",
    "on_deletion",
    "deprovisioning",
    "deletion_guard",
    "mappings",
)
"""What a definition version holds; the other keys are settings of the application."""

KINDS = ("users", "groups")

_ATTRIBUTE_DEFAULTS: Mapping[str, object] = {
    "target": None,
    "source": None,
    "constant": None,
    "expression": None,
    "match": 0,
    "apply": "always",
    "default": None,
    "when_empty": "leave",
}
_CLAUSE_DEFAULTS: Mapping[str, object] = {
    "attribute": None,
    "operator": None,
    "value": None,
    "ignore_case": False,
    "missing": "fails",
    "regex": "full",
}


def section(document: Mapping[str, object], key: str) -> Document:
    """A mapping inside a document that the schema has judged."""
    return cast(Document, document[key])


def rows(document: Mapping[str, object], key: str) -> list[Document]:
    """A list of mappings inside a document that the schema has judged."""
    return cast(list[Document], document[key])


def merge(
    current: Mapping[str, object], given: Mapping[str, object], default: Mapping[str, object]
) -> Document:
    """`current` with what was given; credentials are not merged here but with their secret."""
    merged = {**current}
    for key, value in given.items():
        if key not in default or key in ("credentials", "assignments"):
            continue
        if value is None:
            merged[key] = default[key]
        elif isinstance(value, dict) and isinstance(default[key], dict):
            merged[key] = merge(section(merged, key), value, section(default, key))
        else:
            merged[key] = value
    return merged


def normalise(document: Document) -> Document:
    """The one spelling of a merged document: its rows and lists in their canonical form."""
    mappings: Document = {}
    for kind in KINDS:
        mapping = section(section(document, "mappings"), kind)
        mappings[kind] = {
            **mapping,
            "actions": [
                one.value for one in TargetAction if one in cast(list[str], mapping["actions"])
            ],
            "attributes": [
                _compact(row, _ATTRIBUTE_DEFAULTS) for row in rows(mapping, "attributes")
            ],
            "filters": [_filter(row) for row in rows(mapping, "filters")],
        }
    roles = [{key: role[key] for key in ("value", "name")} for role in rows(document, "roles")]
    finer = {
        event: rule and _rule(cast(Document, rule))
        for event, rule in section(document, "deprovisioning").items()
    }
    return {**document, "roles": roles, "deprovisioning": finer, "mappings": mappings}


def in_order(document: Mapping[str, object], default: Mapping[str, object]) -> Document:
    """The document with its keys in the template's order: PostgreSQL stores JSON in its own."""
    return {
        key: in_order(section(document, key), section(default, key))
        if isinstance(default[key], dict)
        else document[key]
        for key in default
    }


def definition_part(document: Mapping[str, object]) -> Document:
    """What becomes a definition version."""
    return {key: document[key] for key in DEFINITION_KEYS}


def contradictions(
    document: Mapping[str, object], template: Template, source: ConfigurationDocument
) -> list[Problem]:
    """What no single value shows: actions the server lacks, roles given twice."""
    allowed = {"users": template.user_actions, "groups": template.group_actions}
    problems = []
    for kind in KINDS:
        mapping = section(section(document, "mappings"), kind)
        for index, action in enumerate(cast(Sequence[str], mapping["actions"])):
            if action not in allowed[kind]:
                path = ("mappings", kind, "actions", index)
                message = _("%(title)s cannot %(action)s %(kind)s over SCIM.") % {
                    "title": template.title,
                    "action": action,
                    "kind": kind,
                }
                advice = _("It allows %(known)s.") % {"known": ", ".join(allowed[kind])}
                problems.append(source.problem(path, message, advice))
    problems += _group_removal_problems(document, template, source)
    return problems + _role_problems(document, source)


def _group_removal_problems(
    document: Mapping[str, object], template: Template, source: ConfigurationDocument
) -> list[Problem]:
    """A rule that deletes groups at a server whose groups cannot be deleted."""
    rule = cast(Document, section(document, "deprovisioning")["group_removed"] or {})
    if rule.get("action") != Removal.DELETE or TargetAction.DELETE in template.group_actions:
        return []
    message = _("%(title)s cannot %(action)s %(kind)s over SCIM.") % {
        "title": template.title,
        "action": TargetAction.DELETE.value,
        "kind": "groups",
    }
    path = ("deprovisioning", "group_removed", "action")
    return [source.problem(path, message, _("Write %(word)s.") % {"word": "nothing"})]


def _role_problems(document: Mapping[str, object], source: ConfigurationDocument) -> list[Problem]:
    problems = []
    seen: set[object] = set()
    for index, role in enumerate(rows(document, "roles")):
        path = ("roles", index)
        if role["value"] in seen:
            advice = _("Give each role a value of its own.")
            message = _("Two roles have the value %(value)s.") % {"value": role["value"]}
            problems.append(source.problem((*path, "value"), message, advice))
        if DEFAULT_ACCESS in (role["value"], role["name"]):
            advice = _("Remove it from the list: everybody may be assigned with it.")
            problems.append(
                source.problem(
                    path,
                    _("Default Access always exists."),
                    advice,
                )
            )
        seen.add(role["value"])
    return problems


def step_path(text: str) -> tuple[str | int, ...]:
    """The path that a text such as `mappings.users.attributes[3].match` names."""
    steps: list[str | int] = []
    for part in text.split("."):
        name, *indexes = part.replace("]", "").split("[")
        steps.extend([name, *(int(index) for index in indexes)])
    if path_text(tuple(steps)) != text:
        raise ValueError(text)
    return tuple(steps)


def _compact(row: Document, defaults: Mapping[str, object]) -> Document:
    return {
        key: row[key] for key, default in defaults.items() if row.get(key) not in (None, default)
    }


def _rule(rule: Document) -> Document:
    """What one event does; a deletion says when, as long after as `on_deletion` by default."""
    if rule["action"] != Removal.DELETE:
        return {"action": rule["action"]}
    return {"action": rule["action"], "after": rule.get("after") or "30d"}


def _filter(row: Document) -> Document:
    clauses = [_compact(clause, _CLAUSE_DEFAULTS) for clause in rows(row, "clauses")]
    title = {"title": row["title"]} if row.get("title") else {}
    return {**title, "clauses": clauses}
