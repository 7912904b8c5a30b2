"""The lines of the mapping editors, and how they differ from the template's (S08–S10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.templatetags.figures import shown
from provisioning.core.attribute_path import AttributePath
from provisioning.core.gallery import ENTERPRISE, find_template
from provisioning.core.resource import Kind
from provisioning.core.schema import Type, characteristics
from provisioning.engine.mapping_preview import Shown, values_for
from provisioning.models import Application, DirectoryObject

KINDS = ("users", "groups")
REQUIRED = ("userName", "displayName")


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping as the table shows it."""

    index: int
    target: str
    short: str
    type: str
    mapping: str | Promise
    source: str
    match: int
    on_create: bool
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One kind of object on the mappings page."""

    kind: str
    enabled: bool
    number: int
    actions: Sequence[str]
    matching: str
    differing: int


def document_of(app: Application, kind: str) -> dict[str, Any]:
    """The mappings of one kind, in the normal form of the configuration file."""
    content = app.job.definition.content if app.job.definition else default_of(app)
    return dict(content["mappings"][kind])


def default_of(app: Application) -> dict[str, Any]:
    """The template's document."""
    return find_template(app.template).document()


def summaries(app: Application) -> list[Summary]:
    """Both kinds."""
    return [_summary(app, kind) for kind in KINDS]


def rows_of(app: Application, kind: str, person: DirectoryObject | None) -> list[Row]:
    """Every mapping with its value for one person or group."""
    attributes = document_of(app, kind)["attributes"]
    values: Sequence[Shown | None] = [None] * len(attributes)
    if person is not None and app.job.definition is not None:
        values = values_for(app.job, app.job.definition.as_definition(), person)
    return [
        _row(index, row, kind, value)
        for index, (row, value) in enumerate(zip(attributes, values, strict=True))
    ]


def differing(app: Application, kind: str) -> list[dict[str, str]]:
    """What differs from the default, as {path, old, new}."""
    default = {one["target"]: one for one in default_of(app)["mappings"][kind]["attributes"]}
    present = {one["target"]: one for one in document_of(app, kind)["attributes"]}
    names = list(dict.fromkeys([*default, *present]))
    return [
        {"path": name, "old": _told(present.get(name)), "new": _told(default.get(name))}
        for name in names
        if present.get(name) != default.get(name)
    ]


def short_name(target: str) -> str:
    """`enterprise: department` for the long name of RFC 7643's extension."""
    if target.startswith(f"{ENTERPRISE}:"):
        return f"enterprise: {target.removeprefix(f'{ENTERPRISE}:')}"
    return target


def _summary(app: Application, kind: str) -> Summary:
    document = document_of(app, kind)
    matching = [one for one in document["attributes"] if one.get("match")]
    return Summary(
        kind=kind,
        enabled=bool(document.get("enabled", True)),
        number=len(document["attributes"]),
        actions=document["actions"],
        matching=", ".join(one["target"] for one in sorted(matching, key=lambda o: o["match"])),
        differing=len(differing(app, kind)),
    )


def _row(index: int, row: Mapping[str, Any], kind: str, value: Shown | None) -> Row:
    if value is not None and value.problem == "empty":
        value = Shown(problem=_("Required, but empty in the directory."))
    path = AttributePath.parse(row["target"])
    of = characteristics(path, Kind(kind.removesuffix("s")))
    return Row(
        index=index,
        target=row["target"],
        short=short_name(row["target"]),
        type=_type(of.type),
        mapping=_mapping(row),
        source=_source(row),
        match=int(row.get("match") or 0),
        on_create=row.get("apply") == "on_create",
        shown=value,
    )


def _type(of: Type) -> str:
    """A name of RFC 7643 as it is; a reference in words, as the tutorial has it."""
    return _("Reference") if of is Type.REFERENCE else f"{of[0].upper()}{of[1:]}"


def _mapping(row: Mapping[str, Any]) -> str | Promise:
    if row.get("expression") is not None:
        return gettext_lazy("Expression")
    return gettext_lazy("Constant") if row.get("constant") is not None else gettext_lazy("Direct")


def _source(row: Mapping[str, Any]) -> str:
    if row.get("constant") is not None:
        return f'"{shown(row["constant"])}"'
    return str(row.get("expression") or row.get("source") or "")


def _told(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    extras = [f"{key}: {value}" for key, value in row.items() if key not in _SOURCES]
    return ", ".join([_source(row), *extras])


_SOURCES = ("target", "source", "constant", "expression")
