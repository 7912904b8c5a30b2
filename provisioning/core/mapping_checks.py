"""What a mapping may not be, and what it should rather not be, told when it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provisioning.core.attribute_path import AttributePath
from provisioning.core.errors import MappingError
from provisioning.core.expressions import Expression
from provisioning.core.mapping import Apply, AttributeMapping
from provisioning.core.problems import Problem, ToldProblem
from provisioning.core.resource import Kind
from provisioning.core.schema import characteristics
from provisioning.core.wording import gettext_noop

CHANGES_EACH_TIME = gettext_noop(
    "The value changes each time: the application would be written to in every cycle. Apply this"
    " mapping only during object creation."
)


def check_mapping(mapping: AttributeMapping) -> None:
    """Refuses a mapping that could not do what it says: `MappingError` with the reason."""
    _check_target(mapping.target)
    if isinstance(mapping.source, Expression):
        _check_expression(mapping, mapping.source)


def warning_about(mapping: AttributeMapping) -> str:
    """A sentence of the catalogue about a mapping that works, but not well; mostly empty."""
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
        raise MappingError(
            gettext_noop("The expression gives a list, but %(target)s holds one value."),
            params={"target": str(mapping.target)},
            advice=gettext_noop("Pick one with Item, or put them into one text with Join."),
        )
    if mapping.selects_unique:
        _check_unique(mapping)


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
