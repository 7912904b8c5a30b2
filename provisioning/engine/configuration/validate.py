"""A document of a configuration file against its schema: what it says, or everything wrong in it.

Each problem has its path and line; an unknown key is answered with the nearest one that exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.read import ConfigurationDocument, Path
from provisioning.engine.configuration.schema import ApplicationSection, Section
from provisioning.engine.configuration.values import REFUSED, found


def read_document(document: ConfigurationDocument) -> dict[str, object]:
    """What a document says, converted; raises `UsageProblems` with everything that is wrong."""
    try:
        return ApplicationSection.model_validate(document.content).given()
    except ValidationError as error:
        problems = [_problem(document, one) for one in error.errors(include_url=False)]
        raise UsageProblems(problems) from None


def _problem(document: ConfigurationDocument, error: ErrorDetails) -> Problem:
    path: Path = tuple(error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return document.problem(
                path, _("The key %(key)s is unknown.") % {"key": path[-1]}, _nearest(path)
            )
        case "missing":
            advice = _("Add %(key)s: to it.") % {"key": path[-1]}
            return document.problem(
                path, _("The key %(key)s is missing.") % {"key": path[-1]}, advice
            )
        case "list_type":
            return document.problem(
                path, _("Expected a list, found %(found)s.") % {"found": found(error["input"])}
            )
        case kind if kind == REFUSED:
            context: Mapping[str, str] = error.get("ctx", {})
            return document.problem(path, context["message"], context["advice"])
    return document.problem(
        path, _("Expected keys and values, found %(found)s.") % {"found": found(error["input"])}
    )


def _nearest(path: Path) -> str:
    known = _keys_at(path[:-1])
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    return (
        _("Did you mean %(name)s?") % {"name": near[0]}
        if near
        else _("Known here: %(known)s.") % {"known": ", ".join(known)}
    )


def _keys_at(path: Path) -> Sequence[str]:
    """The keys of the section at a path, found by walking the schema's own types."""
    section: type[Section] = ApplicationSection
    for step in path:
        if isinstance(step, str):
            section = _section_in(section.model_fields[step].annotation) or section
    return list(section.model_fields)


def _section_in(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    inner = (_section_in(one) for one in get_args(annotation))
    return next((one for one in inner if one is not None), None)
