"""What would have to change for the answer to be yes: one sentence for each reason, all needed.

A sentence names what is known of the case: roles that count, groups, filters and their clauses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.definition import JobDefinition
from provisioning.core.resource import State
from provisioning.core.vocabulary import Reason
from provisioning.engine.refusal_words import what_would_pass

_MEANT = gettext_noop(
    "Look at the plan by name: release the change if it is meant, else correct the directory or"
    " the mapping."
)

REMEDIES: Mapping[str, str] = {
    Reason.NOT_ASSIGNED: gettext_noop(
        "Assign %(name)s, or a group with %(name)s in it, with a role that counts: %(roles)s."
    ),
    Reason.DEFAULT_ACCESS_ONLY: gettext_noop(
        "Assign another role than Default Access to %(name)s, or to a group with %(name)s in it: "
        "%(roles)s. Or switch the exclusion of Default Access off. Assigned now: %(through)s."
    ),
    Reason.FILTER_FAILED: gettext_noop(
        "Change the attributes in the directory, or the filters, so that one filter lets everything"
        " through: %(ways)s."
    ),
    Reason.IMPORT_SKIPPED: gettext_noop(
        "Fill a matching attribute in the directory: what %(properties)s is mapped from."
    ),
    Reason.ATTRIBUTE_VALIDATION_FAILED: gettext_noop(
        "Fill what %(properties)s is mapped from in the directory, or give the mapping a default."
    ),
    Reason.NO_COUNTERPART: gettext_noop(
        "Create it in the application under the same matching value, or allow creating in the "
        "mappings."
    ),
    Reason.DUPLICATE_SOURCE: gettext_noop(
        "Give each of these people a matching value of their own in the directory."
    ),
    Reason.DUPLICATE_TARGET: gettext_noop(
        "Leave only one account with this matching value in the application."
    ),
    Reason.WAITING_FOR_APPROVAL: gettext_noop("Look at the plan, then approve it."),
    Reason.HELD_BACK: gettext_noop(
        "Release this person in the review of what is held, or provision them on demand."
    ),
    Reason.KEPT: gettext_noop(
        "Nothing: the account is kept as it is. To do it all the same, provision this person on "
        "demand."
    ),
    Reason.MATCHING_CHANGES: _MEANT,
    Reason.VALUES_EMPTIED: _MEANT,
    Reason.VALUES_CUT_OFF: _MEANT,
    Reason.VALUES_COLLIDE: gettext_noop(
        "Give each of these people a matching value of their own in the directory."
    ),
    Reason.MEMBERS_EMPTIED: gettext_noop(
        "Look at the plan by name: release the change if it is meant, else put the members back."
    ),
    Reason.WAITING_FOR_CYCLE: gettext_noop("Nothing: wait for the next cycle, or run one now."),
    Reason.CHANGES_WAITING: gettext_noop("Nothing: wait for the next cycle, or run one now."),
    Reason.NOT_WRITABLE: gettext_noop(
        "Have %(properties)s corrected in the application itself, or in the directory."
    ),
    Reason.QUARANTINED: gettext_noop("Correct the cause of the quarantine, then run a cycle."),
    Reason.FAILED: gettext_noop("Follow the advice of the last log entry; it is tried again."),
    Reason.WAITING_FOR_REFERENCE: gettext_noop(
        "Nothing: the reference follows as soon as the other person has an account."
    ),
}

NESTED = gettext_noop(
    "Assign %(name)s, or a group with %(name)s in it, with a role that counts: %(roles)s. Or "
    "follow nested groups in the application's settings: %(name)s is in a group inside %(nested)s, "
    "which is assigned."
)
"""What to do about NotAssigned where an assigned group is only not followed far enough."""

INACTIVE: Mapping[str, str] = {
    State.DISABLED: gettext_noop("Enable %(name)s in the directory."),
    State.SOFT_DELETED: gettext_noop("Restore %(name)s from the deleted objects of the directory."),
    State.GONE: gettext_noop("Bring %(name)s back into the source, which has nobody of this id."),
}
"""What to do about NotActive."""


def remedies(
    reasons: Sequence[Mapping[str, Any]], definition: JobDefinition, name: str
) -> list[str]:
    """Every change that is needed, each once; `reasons` are `{reason, detail}`."""
    told = (_remedy(one["reason"], one.get("detail", {}), definition, name) for one in reasons)
    return list(dict.fromkeys(filter(None, told)))


def _remedy(reason: str, detail: Mapping[str, Any], definition: JobDefinition, name: str) -> str:
    template = REMEDIES.get(reason, "")
    if reason == Reason.NOT_ACTIVE:
        template = INACTIVE[detail.get("state") or State.DISABLED]
    if not template:
        return ""
    if reason == Reason.DEFAULT_ACCESS_ONLY and not definition.roles:
        return _("Add an app role to the application and assign it to %(name)s.") % {"name": name}
    if detail.get("nested"):
        template = NESTED
    return _(template) % {
        "nested": ", ".join(detail.get("nested") or ()),
        "name": name,
        "roles": _roles_that_count(definition),
        "through": ", ".join(detail.get("through") or ()) or _("directly"),
        "ways": what_would_pass(detail.get("filters") or ()),
        "properties": ", ".join(detail.get("properties") or ()),
    }


def _roles_that_count(definition: JobDefinition) -> str:
    """The names of the roles that are enough."""
    names = [role.name for role in definition.roles]
    default = [] if definition.exclude_default_access else [_("Default Access")]
    return ", ".join([*names, *default]) or _("add an app role first")
