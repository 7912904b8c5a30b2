"""What a mapping may not be, and what it should rather not be, told when it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import MappingError
from provisioning.core.expressions import Expression
from provisioning.core.mapping import Apply, AttributeMapping, Constant, empty
from provisioning.core.problems import Problem, ToldProblem
from provisioning.core.resource import Kind, Value
from provisioning.core.schema import DEFAULT, Mutability, Type, characteristics, typed
from provisioning.core.wording import gettext_noop

CHANGES_EACH_TIME = gettext_noop(
    "The value changes each time: the application would be written to in every cycle. Apply this"
    " mapping only during object creation."
)


NEVER_COMPARED = gettext_noop(
    "The application never shows this value, so nothing can be compared: it is sent when an account"
    " is created, and not again."
)
NOT_IN_SCHEMA = gettext_noop(
    "The application's schema does not name this attribute: it may ignore or refuse it."
)

_EXAMPLES: Final = {
    Type.BOOLEAN: gettext_noop("Write true or false."),
    Type.INTEGER: gettext_noop("Write a whole number, such as 3."),
    Type.DECIMAL: gettext_noop("Write a number, such as 4.5."),
}


def check_mapping(mapping: AttributeMapping) -> None:
    """Refuses a mapping that could not do what it says: `MappingError` with the reason."""
    _check_target(mapping.target)
    if isinstance(mapping.source, Expression):
        _check_expression(mapping, mapping.source)


def check_against_schema(mapping: AttributeMapping) -> None:
    """Refuses what the schema of the target's attribute rules out: `MappingError`.

    Asked when a mapping is saved, never of one that is stored: what a target says of itself later
    stops nothing that worked.
    """
    if mapping.rules.mutability is Mutability.READ_ONLY and not mapping.match:
        raise MappingError(
            gettext_noop("%(target)s belongs to the application: nobody else may write it."),
            params={"target": str(mapping.target)},
            advice=gettext_noop("Remove the mapping, or fill another attribute."),
        )
    _check_shape(mapping)
    given = mapping.source.value if isinstance(mapping.source, Constant) else None
    for value in (given, mapping.default):
        _check_kind(mapping, value)


def warning_about(mapping: AttributeMapping) -> str:
    """A sentence of the catalogue about a mapping that works, but not well; mostly empty."""
    if mapping.undeclared:
        return NOT_IN_SCHEMA
    if mapping.rules.mutability is Mutability.WRITE_ONLY and mapping.apply is Apply.ALWAYS:
        return NEVER_COMPARED
    varies = isinstance(mapping.source, Expression) and mapping.source.varies
    return CHANGES_EACH_TIME if varies and mapping.apply is Apply.ALWAYS else ""


def problems_together(attributes: Sequence[AttributeMapping], path: str) -> list[Problem]:
    """What is wrong with the mappings of one kind of object beside one another."""
    problems: list[Problem] = []
    seen: set[AttributePath] = set()
    for index, mapping in enumerate(attributes):
        place = f"{path}[{index}].target"
        if mapping.target in seen:
            problems.append(ToldProblem.of(place, _mapped_twice(mapping.target)))
        if str(mapping.target) == "id":
            problems.append(ToldProblem.of(place, _of_the_application()))
        seen.add(mapping.target)
    if not any(mapping.match for mapping in attributes):
        problems.append(ToldProblem.of(path, _nothing_matches()))
    return problems


def _mapped_twice(target: AttributePath) -> MappingError:
    return MappingError(
        gettext_noop("%(target)s is mapped twice."),
        params={"target": str(target)},
        advice=gettext_noop("Keep one mapping per attribute."),
    )


def _of_the_application() -> MappingError:
    return MappingError(
        gettext_noop("id belongs to the application and cannot be mapped."),
        advice=gettext_noop("Remove it."),
    )


def _nothing_matches() -> MappingError:
    return MappingError(
        gettext_noop("No mapping is a matching attribute, so nobody could be found."),
        advice=gettext_noop("Add match: 1 to the mapping of a unique attribute."),
    )


def _check_shape(mapping: AttributeMapping) -> None:
    """A whole that has parts takes no text; one value takes no list."""
    rules, whole = mapping.rules, mapping.target.sub is None and mapping.target.filter is None
    if whole and rules.type is Type.COMPLEX and not rules.multi_valued:
        raise MappingError(
            gettext_noop("%(target)s has parts, and no value of its own."),
            params={"target": str(mapping.target)},
            advice=gettext_noop("Name one of its parts, such as name.familyName."),
        )
    gives_list = isinstance(mapping.source, Expression) and mapping.source.gives_list
    if whole and gives_list and rules is not DEFAULT and not rules.multi_valued:
        raise _list_for_one(mapping)


def _check_kind(mapping: AttributeMapping, value: Value) -> None:
    """What is typed as a constant or a default must be of the attribute's type."""
    kind = mapping.rules.type
    if empty(value) or kind not in _EXAMPLES:
        return
    given = typed(mapping.target, mapping.rules, value)
    fits = isinstance(given, bool) if kind is Type.BOOLEAN else isinstance(given, int | float)
    if not fits or (kind is not Type.BOOLEAN and isinstance(given, bool)):
        raise MappingError(
            gettext_noop("%(target)s cannot hold %(value)s: its type is %(type)s."),
            params={"target": str(mapping.target), "value": str(value)[:60], "type": kind.value},
            advice=_EXAMPLES[kind],
        )


def _check_target(target: AttributePath) -> None:
    """A target must name one value: which of several e-mail addresses, for example."""
    unclear = target.filter is None and target.sub is not None and _is_list(target)
    if unclear or (target.filter is not None and target.discriminators is None):
        raise MappingError(
            gettext_noop("%(target)s does not name one value of a list."),
            params={"target": str(target)},
            advice=gettext_noop(
                'Say which one by a simple filter, such as emails[type eq "work"].value.'
            ),
        )


def _is_list(target: AttributePath) -> bool:
    return characteristics(replace(target, sub=None), Kind.USER).multi_valued


def _check_expression(mapping: AttributeMapping, expression: Expression) -> None:
    if expression.gives_list and mapping.target.sub is not None:
        raise _list_for_one(mapping)
    if mapping.selects_unique:
        _check_unique(mapping)


def _list_for_one(mapping: AttributeMapping) -> MappingError:
    return MappingError(
        gettext_noop("The expression gives a list, but %(target)s holds one value."),
        params={"target": str(mapping.target)},
        advice=gettext_noop("Pick one with Item, or put them into one text with Join."),
    )


def _check_unique(mapping: AttributeMapping) -> None:
    """Entra's rules: the value is chosen once, and nobody can be found by it."""
    if mapping.match:
        raise MappingError(
            gettext_noop("SelectUniqueValue cannot fill a matching attribute."),
            advice=gettext_noop("Match by an attribute of the directory, such as mail."),
        )
    if mapping.apply is Apply.ALWAYS:
        raise MappingError(
            gettext_noop("SelectUniqueValue chooses a value once, and cannot be applied always."),
            advice=gettext_noop("Apply this mapping only during object creation (on_create)."),
        )
