"""What a cycle is bound to: one immutable version of mappings, filters, scope, roles and rules.

The document it is read from is the configuration file's part of the same names (interface.md), in
its normal form: every key present. Reading reports all problems at once, each with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from json import dumps, loads
from typing import TypeVar

from provisioning.core import expressions
from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import ConfigurationError, MappingError
from provisioning.core.leaving import Event, Leaving, Removal, read_rule
from provisioning.core.mapping import Apply, AttributeMapping, Constant, Direct, WhenEmpty
from provisioning.core.mapping_checks import (
    check_against_schema,
    check_mapping,
    problems_together,
)
from provisioning.core.patch import Dialect
from provisioning.core.problems import Problem, ToldProblem, UsageProblems
from provisioning.core.resource import Kind, Value
from provisioning.core.scoping import Clause, Filter, Operator
from provisioning.core.target_schema import UNKNOWN, TargetSchema
from provisioning.core.vocabulary import MEMBER_OF, OF_MANAGER
from provisioning.core.wording import gettext_noop

Document = Mapping[str, object]
"""A mapping as YAML or JSON gives it."""

T = TypeVar("T")


class ScopeMode(StrEnum):
    """Who may be provisioned at all (`scope`)."""

    ASSIGNED = "assigned"
    ALL = "all"


class TargetAction(StrEnum):
    """What an object mapping may do at the target (entra-provisioning 6.4)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class AppRole:
    """A role people are assigned with; Default Access has the empty value and is not listed."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How many removals need no person: min(max(⌊percent·linked⌋, at_least), at_most)."""

    percent: int = 5
    at_least: int = 3
    at_most: int = 100


@dataclass(frozen=True, slots=True)
class ObjectMapping:
    """How one kind of object is provisioned."""

    kind: Kind
    enabled: bool
    actions: frozenset[TargetAction]
    attributes: tuple[AttributeMapping, ...]
    filters: tuple[Filter, ...]
    # What the target asks of an account before it can be created.
    required: tuple[AttributePath, ...] = ()

    @property
    def matching(self) -> tuple[AttributeMapping, ...]:
        """The matching attributes by ascending precedence."""
        return tuple(sorted((m for m in self.attributes if m.match), key=lambda m: m.match))

    @property
    def redacted(self) -> list[str]:
        """The target attributes that nobody but the application may see."""
        return [str(rule.target) for rule in self.attributes if rule.redacts]

    @property
    def secret_sources(self) -> frozenset[str]:
        """The source attributes that are behind what nobody else may see."""
        hidden = [rule.source.attributes for rule in self.attributes if rule.redacts]
        return frozenset().union(*hidden)

    @property
    def unique(self) -> list[str]:
        """The target attributes whose values are chosen so that nobody has them yet."""
        return [str(rule.target) for rule in self.attributes if rule.selects_unique]

    @property
    def asks_for_groups(self) -> bool:
        """Whether a filter or a mapping wants to know which groups somebody is in."""
        clauses = (clause for candidate in self.filters for clause in candidate.clauses)
        return any(
            clause.attribute == MEMBER_OF or clause.operator is Operator.IS_MEMBER_OF
            for clause in clauses
        ) or any(MEMBER_OF in rule.source.attributes for rule in self.attributes)

    @property
    def asks_for_managers(self) -> bool:
        """Whether a filter or a mapping wants to know something of somebody's manager."""
        clauses = (clause for candidate in self.filters for clause in candidate.clauses)
        return any(clause.attribute.startswith(OF_MANAGER) for clause in clauses) or any(
            name.startswith(OF_MANAGER)
            for rule in self.attributes
            for name in rule.source.attributes
        )


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """Everything that decides, except the directory and who is assigned."""

    scope: ScopeMode
    exclude_default_access: bool
    nested_groups: bool
    roles: tuple[AppRole, ...]
    leaving: Leaving
    guard: GuardLimits
    dialect: Dialect
    users: ObjectMapping
    groups: ObjectMapping
    _by_kind: Mapping[Kind, ObjectMapping] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_kind", {Kind.USER: self.users, Kind.GROUP: self.groups})

    def of(self, kind: Kind) -> ObjectMapping:
        """The mapping for one kind of object."""
        return self._by_kind[kind]


def read_definition(
    document: Document, required: Sequence[str] = (), published: TargetSchema = UNKNOWN
) -> JobDefinition:
    """The definition a document in normal form describes; `required` of a person at the target.

    `published` is what the target says of its attributes; what it does not say, our schemas do.
    Raises `UsageProblems` with every wrong expression, path, filter and contradiction.
    """
    problems: list[Problem] = []
    mappings = _mapping(document["mappings"])
    users = _object_mapping(Kind.USER, _mapping(mappings["users"]), problems)
    groups = _object_mapping(Kind.GROUP, _mapping(mappings["groups"]), problems)
    guard = _mapping(document["deletion_guard"])
    if problems:
        raise UsageProblems(problems)
    return JobDefinition(
        scope=ScopeMode(str(document["scope"])),
        exclude_default_access=bool(document["exclude_default_access"]),
        nested_groups=bool(document["nested_groups"]),
        roles=tuple(
            AppRole(str(role["value"]), str(role["name"])) for role in _rows(document["roles"])
        ),
        leaving=_leaving(document),
        guard=GuardLimits(**{name: int(str(guard[name])) for name in guard}),
        dialect=Dialect(str(document["dialect"])),
        users=_judged_by(published, users, required),
        groups=_judged_by(published, groups, ("displayName",)),
    )


def schema_problems(definition: JobDefinition, known: JobDefinition | None) -> list[Problem]:
    """What the target's schema rules out, each at its place; what was `known` before stays so."""
    problems: list[Problem] = []
    for mapping in (definition.users, definition.groups):
        stored = known.of(mapping.kind).attributes if known else ()
        for index, rule in enumerate(mapping.attributes):
            try:
                if rule not in stored:
                    check_against_schema(rule)
            except MappingError as error:
                place = f"mappings.{mapping.kind}s.attributes[{index}]"
                problems.append(ToldProblem.of(place, error))
    return problems


def cached_definition(
    content: Document, required: tuple[str, ...] = (), published: object = None
) -> JobDefinition:
    """As `read_definition`, parsing the same stored content once in a process."""
    return _cached(dumps(content, sort_keys=True), required, dumps(published, sort_keys=True))


@lru_cache(maxsize=64)
def _cached(content: str, required: tuple[str, ...], published: str) -> JobDefinition:
    return read_definition(loads(content), required, TargetSchema.stored(loads(published)))


def _judged_by(
    published: TargetSchema, mapping: ObjectMapping, required: Sequence[str]
) -> ObjectMapping:
    """The mapping with what the target's schema says of each attribute.

    What only the schema calls required counts where it is mapped: else nobody could be created.
    """
    rules = [published.rules(one.target, mapping.kind) for one in mapping.attributes]
    attributes = tuple(
        replace(one, rules=of, undeclared=published.lacks(one.target, mapping.kind))
        for one, of in zip(mapping.attributes, rules, strict=True)
    )
    needed = [AttributePath.parse(name) for name in required]
    needed += [one.target for one in attributes if one.needs_a_value and one.target not in needed]
    return replace(mapping, attributes=attributes, required=tuple(needed))


def _object_mapping(kind: Kind, document: Document, problems: list[Problem]) -> ObjectMapping:
    path = f"mappings.{kind}s"
    attributes = _each(
        _rows(document["attributes"]), f"{path}.attributes", _attribute_mapping, problems
    )
    filters = _each(_rows(document["filters"]), f"{path}.filters", _filter, problems)
    enabled = bool(document.get("enabled", True))
    problems += problems_together(attributes, f"{path}.attributes")
    return ObjectMapping(
        kind=kind,
        enabled=enabled,
        actions=frozenset(TargetAction(str(action)) for action in _list(document["actions"])),
        attributes=tuple(attributes),
        filters=tuple(filters),
    )


def _each(
    rows: Iterable[Document],
    path: str,
    read: Callable[[Document], T],
    problems: list[Problem],
) -> list[T]:
    """What `read` makes of the good rows; the others become problems at their place."""
    values = []
    for index, row in enumerate(rows):
        try:
            values.append(read(row))
        except ConfigurationError as error:
            problems.append(ToldProblem.of(f"{path}[{index}]", error))
    return values


def _attribute_mapping(row: Document) -> AttributeMapping:
    mapping = AttributeMapping(
        target=AttributePath.parse(str(row["target"])),
        source=_mapping_source(row),
        match=int(str(row.get("match") or 0)),
        apply=Apply(str(row.get("apply") or Apply.ALWAYS)),
        default=None if row.get("default") is None else _value(row["default"]),
        when_empty=WhenEmpty(str(row.get("when_empty") or WhenEmpty.LEAVE)),
    )
    check_mapping(mapping)
    return mapping


def _mapping_source(row: Document) -> Direct | Constant | expressions.Expression:
    given = [name for name in ("source", "constant", "expression") if row.get(name) is not None]
    if len(given) != 1:
        raise MappingError(
            gettext_noop("A mapping needs exactly one of source, constant and expression."),
            advice=gettext_noop("Keep the one that should fill the attribute."),
        )
    if given == ["source"]:
        return Direct(str(row["source"]))
    if given == ["constant"]:
        return Constant(_value(row["constant"]))
    return expressions.parse(str(row["expression"]))


def _filter(row: Document) -> Filter:
    clauses = tuple(Clause.parse(clause) for clause in _rows(row["clauses"]))
    return Filter(title=str(row.get("title") or ""), clauses=clauses)


def _leaving(document: Document) -> Leaving:
    finer = _mapping(document.get("deprovisioning") or {})
    return Leaving.of(
        {Event(name): read_rule(_mapping(rule)) for name, rule in finer.items() if rule},
        Removal(str(document["on_leaving_scope"])),
        read_rule(_mapping(document["on_deletion"])),
    )


def _mapping(value: object) -> Document:
    if not isinstance(value, Mapping):
        raise _unexpected(gettext_noop("Expected keys with values, found %(kind)s."), value)
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _unexpected(gettext_noop("Expected a list, found %(kind)s."), value)
    return value


def _unexpected(message: str, value: object) -> ConfigurationError:
    return ConfigurationError(message, params={"kind": type(value).__name__})


def _rows(value: object) -> list[Document]:
    return [_mapping(row) for row in _list(value)]


def _value(value: object) -> Value:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise MappingError(
        gettext_noop("Only text, numbers, true and false can be constants or defaults.")
    )
