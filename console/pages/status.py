"""Statuses as a person sees them: icon, word and colour, always all three (console-ux 6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from provisioning.core.resource import State
from provisioning.core.vocabulary import CycleState, Operation, Status
from provisioning.models import Notice
from provisioning.models.audit import Activity


@dataclass(frozen=True, slots=True)
class Tag:
    """What `{% tag status %}` draws. `token` is a colour of tokens.css."""

    word: str | Promise
    token: str
    icon: str


ON = Tag(_("On"), "ok", "circle-check")
OFF = Tag(_("Off"), "idle", "circle-dashed")
HEALTHY = Tag(_("Healthy"), "ok", "circle-check")
SETTING_UP = Tag(_("Set-up"), "idle", "circle-dashed")
RUNNING = Tag(_("Running"), "run", "loader-circle")
WARNING = Tag(_("Warning"), "warn", "triangle-alert")
STALLED = Tag(_("Stalled"), "warn", "triangle-alert")
QUARANTINED = Tag(_("Quarantined"), "bad", "shield-alert")
WAITING = Tag(_("Waiting for you"), "wait", "hand")
EXCLUDED = Tag(_("Excluded (Default Access)"), "idle", "circle-minus")
IN_SYNC = Tag(_("In sync"), "ok", "circle-check")
OUT_OF_SCOPE = Tag(_("Out of scope"), "idle", "circle-minus")
WAITING_FOR_CYCLE = Tag(_("Waiting"), "idle", "clock")
FAILED = Tag(_("Failure"), "bad", "circle-x")
NOT_TRIED = Tag(_("Not tried"), "idle", "circle-dashed")

LOG_STATUSES: Mapping[Status, Tag] = {
    Status.SUCCESS: Tag(_("Success"), "ok", "circle-check"),
    Status.FAILURE: FAILED,
    Status.SKIPPED: Tag(pgettext_lazy("status", "Skipped"), "idle", "circle-minus"),
    Status.WARNING: WARNING,
    Status.STAGED: Tag(_("Staged"), "wait", "hand"),
}

CYCLE_STATES: Mapping[CycleState, Tag] = {
    CycleState.RUNNING: RUNNING,
    CycleState.SUCCEEDED: Tag(_("Succeeded"), "ok", "circle-check"),
    CycleState.PARTLY: Tag(_("Some failed"), "warn", "triangle-alert"),
    CycleState.WAITING: WAITING,
    CycleState.QUARANTINED: QUARANTINED,
    CycleState.STOPPED: Tag(_("Stopped"), "idle", "circle-stop"),
    CycleState.FAILED: Tag(_("Failed"), "bad", "circle-x"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """An operation in a plan or a log: its word and the sign that stands for it in lists."""

    word: str | Promise
    sign: str
    token: str


OPERATIONS: Mapping[Operation, Sign] = {
    Operation.CREATE: Sign(pgettext_lazy("operation", "Create"), "+", "ok"),
    Operation.ADOPT: Sign(pgettext_lazy("operation", "Take over"), "~", "run"),
    Operation.UPDATE: Sign(pgettext_lazy("operation", "Update"), "~", "run"),
    Operation.DISABLE: Sign(pgettext_lazy("operation", "Disable"), "−", "bad"),
    Operation.ENABLE: Sign(pgettext_lazy("operation", "Enable"), "+", "ok"),
    Operation.DELETE: Sign(pgettext_lazy("operation", "Delete"), "−", "bad"),
    Operation.MEMBERSHIP: Sign(pgettext_lazy("operation", "Membership"), "~", "run"),
    Operation.UNCHANGED: Sign(pgettext_lazy("operation", "No change"), "=", "idle"),
    Operation.SKIP: Sign(pgettext_lazy("operation", "Skipped"), "!", "idle"),
    Operation.FAILED: Sign(pgettext_lazy("operation", "Failure"), "×", "bad"),
    Operation.HELD: Sign(pgettext_lazy("operation", "Held"), "‖", "wait"),
}

ACTIVITIES: Mapping[Activity, str | Promise] = {
    Activity.SETTINGS: _("Settings or credentials changed"),
    Activity.MAPPINGS: _("Mappings or scope changed"),
    Activity.ASSIGNMENT: _("Assignments changed"),
    Activity.APPLICATION: _("Application added or removed"),
    Activity.START: _("Provisioning started"),
    Activity.STOP: _("Provisioning stopped"),
    Activity.RESTART: _("Provisioning restarted"),
    Activity.APPROVE: _("Plan approved"),
    Activity.DISCARD: _("Plan discarded"),
    Activity.QUARANTINE: _("Quarantine entered or left"),
    Activity.RETRY: _("Failures retried or ignored"),
    Activity.RUN: _("Cycle started by hand"),
    Activity.ON_DEMAND: _("Somebody provisioned on demand"),
    Activity.RESTORE: _("Database was restored from a backup"),
    Activity.RELEASE: _("Held deletions decided"),
    Activity.IMPORT: _("Directory imported"),
    Activity.SOURCE: _("Source connected or changed"),
    Activity.ACCOUNT: _("Console account changed"),
}

STATES: Mapping[State, Tag] = {
    State.ACTIVE: Tag(_("Active"), "ok", "circle-check"),
    State.DISABLED: Tag(_("Disabled"), "idle", "circle-minus"),
    State.SOFT_DELETED: Tag(_("Deleted"), "idle", "trash-2"),
    State.GONE: Tag(_("Gone"), "idle", "circle-dashed"),
}


def notice_status(notice: Notice) -> Tag:
    """What became of a mail: accepted, refused until the next try, or not tried yet."""
    if notice.sent is not None:
        return Tag(_("Accepted"), "ok", "circle-check")
    return Tag(_("Refused"), "bad", "circle-x") if notice.error else WAITING_FOR_CYCLE
