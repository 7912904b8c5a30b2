"""The shape of a configuration document: every key of interface.md, "Configuration file".

Each section may be given in part: an absent key says nothing, `null` restores the default.
"""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from annotated_types import Len
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from provisioning.core.definition import ScopeMode, TargetAction
from provisioning.core.leaving import Removal
from provisioning.core.maintenance import MOST
from provisioning.core.mapping import Apply, WhenEmpty
from provisioning.engine.configuration.values import (
    Email,
    Flag,
    Scalar,
    Secret,
    Text,
    choice,
    duration,
    found,
    line_of,
    read_hours,
    read_maintenance,
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


Maintenance: TypeAlias = Annotated[str, BeforeValidator(read_maintenance)]


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
    """`limits`: absent or null is learned; `quiet_hours` as in 08:00-18:00 Europe/Paris, and
    `maintenance` as in Sun 02:00-06:00 Europe/Paris.
    """

    requests_per_minute: Annotated[int, whole(1, 100_000)] | None = None
    connections: Annotated[int, whole(1, 32)] | None = None
    quiet_hours: Annotated[str, BeforeValidator(read_hours)] | None = None
    quiet_requests_per_minute: Annotated[int, whole(0, 100_000)] | None = None
    maintenance: Annotated[list[Maintenance], Len(0, MOST)] | None = None


class NotificationSection(Section):
    """`notification`."""

    email: list[Email] | None = None
    on_failure: Flag | None = None


class AssignmentsFromSection(Section):
    """`assignments_from`."""

    source: Annotated[str, line_of(100)] | None = None
    app: Annotated[str, line_of(120)] | None = None


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


class EventSection(Section):
    """One event of `deprovisioning`: given whole, as half of it would mean something else."""

    action: Annotated[str, choice(*Removal)]
    after: Annotated[str, duration("0d", "3650d")] | None = None

    @model_validator(mode="after")
    def time_to_delete(self) -> EventSection:
        """Only a deletion comes later."""
        if self.after is not None and self.action != Removal.DELETE:
            raise refused(
                _("after acts with action: delete only."), _("Leave it out, or write delete.")
            )
        return self


class DeprovisioningSection(Section):
    """`deprovisioning`: an event that is absent stays, one that is null goes by the older keys."""

    unassigned: EventSection | None = None
    filtered_out: EventSection | None = None
    blocked: EventSection | None = None
    soft_deleted: EventSection | None = None
    hard_deleted: EventSection | None = None
    group_removed: EventSection | None = None


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
    assignments_from: AssignmentsFromSection | None = None
    on_leaving_scope: Annotated[str, choice(*Removal)] | None = None
    on_deletion: DeletionSection | None = None
    deprovisioning: DeprovisioningSection | None = None
    deletion_guard: GuardSection | None = None
    log_retention: Annotated[str, duration("1d", "3650d", unit="d")] | None = None
    mappings: MappingsSection | None = None
