"""Which attributes of the directory any application asks for: what a source should read."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.core.definition import ObjectMapping
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import OF_MANAGER
from provisioning.models import Application
from provisioning.sources.base import Part

_PARTS = {Kind.USER: Part.USERS, Kind.GROUP: Part.GROUPS}


def attributes_in_use() -> dict[Part, frozenset[str]]:
    """The names in mappings and filters of all applications, by the part that holds them. An
    attribute of the manager is one of people.
    """
    found: dict[Part, set[str]] = {part: set() for part in _PARTS.values()}
    applications = Application.objects.select_related("job__definition")
    for application in applications:
        if application.job.definition is None:
            continue
        definition = application.job.definition.as_definition()
        for kind, part in _PARTS.items():
            found[part].update(_names(definition.of(kind)))
    return {part: frozenset(names) for part, names in found.items()}


def _names(mapping: ObjectMapping) -> Iterator[str]:
    for rule in mapping.attributes:
        yield from (name.removeprefix(OF_MANAGER) for name in rule.source.attributes)
    for candidate in mapping.filters:
        for clause in candidate.clauses:
            yield clause.attribute.removeprefix(OF_MANAGER)
