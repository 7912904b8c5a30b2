"""The lines of the mapping editors, and how they differ from the template's (S08–S10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from console.forms.mappings import MappingForm, type_of
from console.pages.change_values import plain, word_of
from provisioning.core.attribute_path import AttributePath
from provisioning.core.gallery import ENTERPRISE, find_template
from provisioning.core.offers import offered
from provisioning.core.resource import Kind
from provisioning.core.schema import Characteristics, Type
from provisioning.core.target_schema import TargetSchema
from provisioning.core.urns import GENESYS_USER
from provisioning.engine.mapping_preview import Shown, values_for
from provisioning.models import Application, DirectoryObject

KINDS = ("users", "groups")

EXTENSIONS = {ENTERPRISE: "enterprise", GENESYS_USER: "genesys"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One attribute that a new mapping may fill."""

    target: str
    short: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping as the table shows it."""

    index: int
    target: str
    short: str
    type: str
    required: bool
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
    required = find_template(app.template).required if kind == "users" else ()
    published = TargetSchema.stored(app.published)
    rules = [
        published.rules(AttributePath.parse(row["target"]), Kind(kind.removesuffix("s")))
        for row in attributes
    ]
    return [
        _row(index, row, value, required, of)
        for index, (row, value, of) in enumerate(zip(attributes, values, rules, strict=True))
    ]


def differing(app: Application, kind: str) -> list[dict[str, Any]]:
    """What restoring the default would change, as {path, old, new} of the configuration file."""
    default = {one["target"]: one for one in default_of(app)["mappings"][kind]["attributes"]}
    present = {one["target"]: one for one in document_of(app, kind)["attributes"]}
    names = list(dict.fromkeys([*default, *present]))
    return [
        {
            "path": f"mappings.{kind}.attributes[{place}]",
            "old": present.get(name),
            "new": default.get(name),
        }
        for place, name in enumerate(names)
        if present.get(name) != default.get(name)
    ]


def effects_without(actions: Sequence[str], allowed: Sequence[str], kind: str) -> list[str]:
    """What does not happen any more because an action is switched off."""
    if kind == "groups":
        return [] if "update" in actions else [_("Members are neither added nor removed.")]
    texts = {
        "create": _("New people will not get an account."),
        "update": _("Accounts are neither changed nor disabled."),
        "delete": _("Accounts are disabled at most, never deleted."),
    }
    return [texts[one] for one in allowed if one not in actions]


def unmapped(app: Application, attributes: Sequence[Mapping[str, Any]], kind: Kind) -> list[Offer]:
    """Attributes that have no mapping yet: those the application describes, else its template's."""
    taken = {one["target"] for one in attributes}
    offers = offered(find_template(app.template), TargetSchema.stored(app.published), kind)
    return [
        Offer(one.target, short_name(one.target), type_name(one.rules), one.rules.required)
        for one in offers
        if one.target not in taken
    ]


def short_name(target: str) -> str:
    """`enterprise: department` for the long name of an extension that everybody knows."""
    for urn, name in EXTENSIONS.items():
        if target.startswith(f"{urn}:"):
            return f"{name}: {target.removeprefix(f'{urn}:')}"
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


def _row(
    index: int,
    row: Mapping[str, Any],
    value: Shown | None,
    required: Sequence[str],
    of: Characteristics,
) -> Row:
    if value is not None and value.problem == "empty":
        value = Shown(problem=_("Required, but empty in the directory."))
    return Row(
        index=index,
        target=row["target"],
        short=short_name(row["target"]),
        type=type_name(of),
        required=row["target"] in required,
        mapping=word_of(MappingForm, "type", type_of(row)),
        source=_source(row),
        match=int(row.get("match") or 0),
        on_create=row.get("apply") == "on_create",
        shown=value,
    )


def type_name(of: Characteristics) -> str:
    """A name of RFC 7643 as it is; a reference in words, as the tutorial has it."""
    return _("Reference") if of.type is Type.REFERENCE else f"{of.type[0].upper()}{of.type[1:]}"


def _source(row: Mapping[str, Any]) -> str:
    if type_of(row) == "none":
        return ""
    return str(row.get("expression") or row.get("source") or f'"{plain(row.get("constant"))}"')
