"""Attribute mappings: what an account should hold, from what the directory says of the person.

Direct, constant or expression; always or on creation only; a default on creation; an empty value
leaves the target alone (Entra) or clears it, as the mapping says (entra-provisioning 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from json import dumps
from typing import TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.expressions import Context, Expression, Step, Traced
from provisioning.core.expressions.nodes import Attribute
from provisioning.core.resource import Value
from provisioning.core.schema import DEFAULT, Characteristics, Mutability, Type, typed

SOFT_DELETED = "IsSoftDeleted"
"""The computed source flag: blocked, deleted or out of scope (entra-provisioning 6.9)."""


class Apply(StrEnum):
    """When a mapping acts."""

    ALWAYS = "always"
    ON_CREATE = "on_create"


class WhenEmpty(StrEnum):
    """What an empty value does to a value the account has."""

    LEAVE = "leave"
    CLEAR = "clear"


class Flow(StrEnum):
    """What becomes of the value that a mapping gives."""

    VALUE = "value"
    DEFAULT = "default"
    CLEARED = "cleared"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Direct:
    """The source attribute as it is."""

    attribute: str

    @property
    def attributes(self) -> frozenset[str]:
        """The one attribute that is read."""
        return frozenset({self.attribute})

    def evaluate(self, attributes: Mapping[str, Value], context: Context) -> Value:
        """The attribute's value, `None` when it is absent."""
        return attributes.get(self.attribute)

    def traced(self, attributes: Mapping[str, Value], context: Context) -> Traced:
        """The value, whose one step is that it was read."""
        value = self.evaluate(attributes, context)
        return Traced((Step(Attribute(self.attribute), value=value),), value)

    def __str__(self) -> str:
        return f"[{self.attribute}]"


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for everybody."""

    value: Value

    @property
    def attributes(self) -> frozenset[str]:
        """Nothing is read."""
        return frozenset()

    def evaluate(self, attributes: Mapping[str, Value], context: Context) -> Value:
        """The constant."""
        return self.value

    def traced(self, attributes: Mapping[str, Value], context: Context) -> Traced:
        """The constant, which came about in no step."""
        return Traced(value=self.value)

    def __str__(self) -> str:
        return dumps(self.value, ensure_ascii=False)


MappingSource: TypeAlias = Direct | Constant | Expression


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """One rule that fills one target attribute."""

    target: AttributePath
    source: MappingSource
    match: int = 0
    apply: Apply = Apply.ALWAYS
    default: Value = None
    when_empty: WhenEmpty = WhenEmpty.LEAVE
    rules: Characteristics = DEFAULT
    """What the target's schema says of the attribute, else what ours does."""
    undeclared: bool = False
    """Whether the target publishes a schema, and this attribute is not in it."""

    @property
    def redacts(self) -> bool:
        """Whether only the application may see the value."""
        if self.rules.mutability is Mutability.WRITE_ONLY:
            return True
        return isinstance(self.source, Expression) and self.source.redacts

    @property
    def selects_unique(self) -> bool:
        """Whether the value is chosen so that nobody has it in the application yet."""
        return isinstance(self.source, Expression) and self.source.selects_unique

    @property
    def tells_leaving(self) -> bool:
        """Whether the account is told of a leaver through this attribute."""
        return SOFT_DELETED in self.source.attributes

    @property
    def needs_a_value(self) -> bool:
        """Whether the schema wants the attribute in every resource: not only in a part of one."""
        whole = self.target.sub is None and self.target.filter is None
        return whole and self.rules.required and self.rules.type is not Type.REFERENCE

    @property
    def written_once(self) -> bool:
        """Whether a later difference can be seen, but not be written."""
        once = self.rules.mutability in (Mutability.IMMUTABLE, Mutability.READ_ONLY)
        return once and self.apply is Apply.ALWAYS

    def value(self, attributes: Mapping[str, Value], context: Context) -> Value:
        """The value for one person; what is drawn by chance is drawn for this attribute alone."""
        return self.source.evaluate(attributes, self._place(context))

    def traced(self, attributes: Mapping[str, Value], context: Context) -> Traced:
        """As `value`, with how it came about; an error is told, not raised."""
        return self.source.traced(attributes, self._place(context))

    def _place(self, context: Context) -> Context:
        if isinstance(self.source, Expression) and self.source.varies:
            return context.for_place(str(self.target))
        return context

    def acts(self, *, creating: bool) -> bool:
        """Whether the mapping has a say at all: some act on creation only.

        So do those of attributes that can be written once, or never be read and compared
        (RFC 7643, section 7: immutable, writeOnly).
        """
        changeable = self.rules.mutability is Mutability.READ_WRITE
        return creating or (changeable and self.apply is not Apply.ON_CREATE)

    def flow(self, value: Value, *, creating: bool) -> tuple[Flow, Value]:
        """What becomes of a value, and what the account should then hold.

        Where nothing is there a default steps in on creation; later the target is left alone, or
        cleared (entra-provisioning 6.5).
        """
        if not empty(value):
            return Flow.VALUE, self._typed(value)
        if creating and not empty(self.default):
            return Flow.DEFAULT, self._typed(self.default)
        if self.clears and not creating:
            return Flow.CLEARED, None
        return Flow.EMPTY, None

    def _typed(self, value: Value) -> Value:
        """In the attribute's type; a reference keeps the id of the directory until it is known."""
        if self.rules.type is Type.REFERENCE:
            return value
        return typed(self.target, self.rules, value)

    @property
    def clears(self) -> bool:
        """Whether an empty value takes away what the account has."""
        ignored = isinstance(self.source, Expression) and self.source.ignores_empty
        return self.when_empty is WhenEmpty.CLEAR and not ignored


def empty(value: Value) -> bool:
    """Whether a value counts as none: absent, empty text, empty list (W24)."""
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


def desired_values(
    mappings: Iterable[AttributeMapping],
    attributes: Mapping[str, Value],
    context: Context,
    *,
    creating: bool,
) -> dict[AttributePath, Value]:
    """What each mapped attribute should hold; `None` asks for it to be cleared.

    An attribute that the rules leave alone is not in the answer. Expressions always see the whole
    object, so an unchanged input never blanks a value (Entra's defect, 6.11). Raises
    `ExpressionError` when an expression cannot be evaluated for these attributes.
    """
    wanted: dict[AttributePath, Value] = {}
    for mapping in mappings:
        if not mapping.acts(creating=creating):
            continue
        flow, value = mapping.flow(mapping.value(attributes, context), creating=creating)
        if flow is not Flow.EMPTY:
            wanted[mapping.target] = value
    return wanted


def matching_value(
    mapping: AttributeMapping, attributes: Mapping[str, Value], context: Context
) -> Value:
    """The mapped value that a matching attribute is looked up with, `None` when there is none."""
    value = mapping.value(attributes, context)
    return None if empty(value) else value
