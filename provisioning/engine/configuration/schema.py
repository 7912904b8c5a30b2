"""The shape of a configuration document: every key of interface.md, "Configuration file".

Each section may be given in part: an absent key says nothing, `null` restores the default. Unknown
keys are refused with the nearest one that exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

from provisioning.core.definition import Removal, ScopeMode, TargetAction
from provisioning.core.mapping import Apply, WhenEmpty
from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.read import ConfigurationDocument, Path
from provisioning.engine.configuration.values import (
    REFUSED,
    Email,
    Flag,
    Scalar,
    Secret,
    Text,
    choice,
    duration,
    found,
    line_of,
    read_text,
    refused,
    whole,
)

SLUG_LENGTH = 50
RESERVED_SLUGS = ("gallery", "new")


def read_slug(value: object) -> str:
    """A slug as it stands in addresses: `gallery` and `new` are pages of the console."""
    text = read_text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text) or len(text) > SLUG_LENGTH:
        raise refused(
            _("%(found)s cannot be a slug.") % {"found": found(text)},
            _("Use small letters, digits and hyphens, at most %(longest)s, as in genesys-eu.")
            % {"longest": SLUG_LENGTH},
        )
    if text in RESERVED_SLUGS:
        raise refused(
            _("The slug %(text)s is reserved.") % {"text": text},
            _("Choose another, as in genesys-eu."),
        )
    return text


class Section(BaseModel):
    """A mapping whose keys are all known and may all be absent."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    def given(self) -> dict[str, object]:
        """The keys that were written, in the order of the schema."""
        return {
            name: _plain(getattr(self, name))
            for name in type(self).model_fields
            if name in self.model_fields_set
        }


def _plain(value: object) -> object:
    if isinstance(value, Section):
        return value.given()
    return [_plain(one) for one in value] if isinstance(value, list) else value


class ProvisioningSection(Section):
    """`provisioning`."""

    mode: Annotated[str, choice("automatic", "on_demand")] | None = None
    status: Annotated[str, choice("on", "off")] | None = None
    interval: Annotated[str, duration("5m", "24h")] | None = None


class ClientCredentialsSection(Section):
    """`credentials.client_credentials`."""

    token_url: Annotated[str, line_of(500)] | None = None
    client_id: Annotated[str, line_of(500)] | None = None
    client_secret: Secret | None = None


class CredentialsSection(Section):
    """`credentials`: a Tenant URL and one way to authorise."""

    tenant_url: Annotated[str, line_of(500)] | None = None
    secret_token: Secret | None = None
    client_credentials: ClientCredentialsSection | None = None

    @model_validator(mode="after")
    def one_way(self) -> CredentialsSection:
        """Both ways at once would leave open which is meant."""
        if self.secret_token and self.client_credentials:
            raise refused(
                _("Both secret_token and client_credentials are given."), _("Keep one of them.")
            )
        return self


class LimitsSection(Section):
    """`limits`: absent or null is learned."""

    requests_per_minute: Annotated[int, whole(1, 100_000)] | None = None
    connections: Annotated[int, whole(1, 32)] | None = None


class NotificationSection(Section):
    """`notification`."""

    email: list[Email] | None = None
    on_failure: Flag | None = None


class RoleRow(Section):
    """One row of `roles`."""

    value: Annotated[str, line_of(120)]
    name: Annotated[str, line_of(120)]


class AssignmentRow(Section):
    """One row of `assignments`; without a role it is Default Access."""

    user: Annotated[str, line_of(2_000)] | None = None
    group: Annotated[str, line_of(2_000)] | None = None
    role: Annotated[str, line_of(120)] | None = None

    @model_validator(mode="after")
    def one_object(self) -> AssignmentRow:
        """A row assigns one person or one group."""
        if bool(self.user) == bool(self.group):
            raise refused(_("An assignment needs either user or group."), _("Write one of them."))
        return self


class DeletionSection(Section):
    """`on_deletion`."""

    action: Annotated[str, choice(*Removal)] | None = None
    after: Annotated[str, duration("0d", "3650d")] | None = None


class GuardSection(Section):
    """`deletion_guard`."""

    percent: Annotated[int, whole(0, 100)] | None = None
    at_least: Annotated[int, whole(0, 1_000_000)] | None = None
    at_most: Annotated[int, whole(0, 1_000_000)] | None = None


class AttributeRow(Section):
    """One attribute mapping; what fills it is judged by core.definition."""

    target: Annotated[str, line_of(1_000)]
    source: Annotated[str, line_of(500)] | None = None
    constant: Scalar | None = None
    expression: Text | None = None
    match: Annotated[int, whole(0, 99)] | None = None
    apply: Annotated[str, choice(*Apply)] | None = None
    default: Scalar | None = None
    when_empty: Annotated[str, choice(*WhenEmpty)] | None = None


def read_operand(value: object) -> str | bool | list[str]:
    """What a clause compares with: text, true or false, or a list for IN and NOT_IN."""
    if isinstance(value, list):
        return [read_text(one) for one in value]
    return value if isinstance(value, bool) else read_text(value)


def read_operator(value: object) -> str:
    """An operator's name; spaces stand for underscores."""
    return read_text(value).strip().replace(" ", "_")


class ClauseRow(Section):
    """One clause of a scoping filter; the operator is judged by core.scoping."""

    attribute: Annotated[str, line_of(500)]
    operator: Annotated[str, BeforeValidator(read_operator)]
    value: Annotated[str | bool | list[str], BeforeValidator(read_operand)] | None = None
    ignore_case: Flag | None = None
    missing: Annotated[str, choice("fails", "passes")] | None = None
    regex: Annotated[str, choice("full", "contains")] | None = None


class FilterRow(Section):
    """One scoping filter."""

    title: Annotated[str, line_of(200)] | None = None
    clauses: list[ClauseRow]

    @model_validator(mode="after")
    def some_clause(self) -> FilterRow:
        """A filter without clauses would admit everybody, which no filter at all says better."""
        if not self.clauses:
            raise refused(
                _("A filter needs at least one clause."), _("Add one, or remove the filter.")
            )
        return self


class UsersSection(Section):
    """`mappings.users`: people are always provisioned."""

    actions: list[Annotated[str, choice(*TargetAction)]] | None = None
    attributes: list[AttributeRow] | None = None
    filters: list[FilterRow] | None = None


class GroupsSection(Section):
    """`mappings.groups`."""

    enabled: Flag | None = None
    actions: list[Annotated[str, choice(*TargetAction)]] | None = None
    attributes: list[AttributeRow] | None = None
    filters: list[FilterRow] | None = None


class MappingsSection(Section):
    """`mappings`."""

    users: UsersSection | None = None
    groups: GroupsSection | None = None


class ApplicationSection(Section):
    """A whole document."""

    name: Annotated[str, line_of(200)] | None = None
    slug: Annotated[str, BeforeValidator(read_slug)] | None = None
    template: Annotated[str, line_of(40)] | None = None
    provisioning: ProvisioningSection | None = None
    credentials: CredentialsSection | None = None
    limits: LimitsSection | None = None
    dialect: Annotated[str, choice("rfc", "entra")] | None = None
    notification: NotificationSection | None = None
    scope: Annotated[str, choice(*ScopeMode)] | None = None
    nested_groups: Flag | None = None
    exclude_default_access: Flag | None = None
    roles: list[RoleRow] | None = None
    assignments: list[AssignmentRow] | None = None
    on_leaving_scope: Annotated[str, choice(*Removal)] | None = None
    on_deletion: DeletionSection | None = None
    deletion_guard: GuardSection | None = None
    log_retention: Annotated[str, duration("1d", "3650d", unit="d")] | None = None
    mappings: MappingsSection | None = None


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
