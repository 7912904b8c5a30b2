"""The words of decisions, rows, logs and answers: each named once, from RFC 7644 or Entra's log."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """What one plan row does; the keys of `counts`, in the order they are shown."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    DISABLE = "disable"
    ENABLE = "enable"
    DELETE = "delete"
    MEMBERSHIP = "membership"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    FAILED = "failed"
    HELD = "held"


REMOVALS = (Operation.DISABLE, Operation.DELETE)
"""What the deletion guard counts."""


class Action(StrEnum):
    """`provisioningAction` of a log entry (entra-provisioning 14.1)."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"
    OTHER = "other"


class Status(StrEnum):
    """`provisioningStatusInfo.status` of a log entry; staged waits for a person."""

    SUCCESS = "success"
    FAILURE = "failure"
    SKIPPED = "skipped"
    WARNING = "warning"
    STAGED = "staged"


class Reason(StrEnum):
    """Why a row or a verdict is what it is: the codes of Entra's log, and ours."""

    # Why somebody is not entitled: all that apply are named (entra-provisioning 4.3).
    NOT_ASSIGNED = "NotAssigned"
    DEFAULT_ACCESS_ONLY = "DefaultAccessOnly"
    NOT_ACTIVE = "NotActive"
    FILTER_FAILED = "FilterFailed"
    # Why somebody entitled is nevertheless not written.
    NOT_EFFECTIVELY_ENTITLED = "NotEffectivelyEntitled"
    REDUNDANT_EXPORT = "RedundantExport"
    IMPORT_SKIPPED = "ImportSkipped"
    ATTRIBUTE_VALIDATION_FAILED = "AttributeValidationFailed"
    NO_COUNTERPART = "NoCounterpart"
    DUPLICATE_TARGET = "DuplicateTargetEntries"
    DUPLICATE_SOURCE = "DuplicateSourceEntries"
    # Why a row exists.
    NO_MATCH = "NoMatchInTarget"
    MATCHED = "MatchedInTarget"
    ATTRIBUTES_DIFFER = "AttributesDiffer"
    BACK_IN_SCOPE = "BackInScope"
    DELETED_IN_DIRECTORY = "DeletedInDirectory"
    MEMBERS_DIFFER = "MembersDiffer"
    REFERENCE_CLOSED = "ReferenceClosed"
    # Why a row was not sent after all.
    NO_LONGER_FITS = "NoLongerFits"
    # What differs, and may not be changed any more.
    NOT_WRITABLE = "NotWritable"
    # What a row would take away, which is why the guard holds it.
    MATCHING_CHANGES = "MatchingAttributesChange"
    VALUES_EMPTIED = "ValuesEmptied"
    VALUES_CUT_OFF = "ValuesCutOff"
    VALUES_COLLIDE = "ValuesCollide"
    MEMBERS_EMPTIED = "MembersEmptied"
    # Why a person holds a row back before a plan is approved.
    HELD_BACK = "HeldBack"
    # What somebody waits for, or is.
    WAITING_FOR_REFERENCE = "WaitingForReference"
    WAITING_FOR_APPROVAL = "WaitingForApproval"
    KEPT = "Kept"
    WAITING_FOR_CYCLE = "WaitingForCycle"
    CHANGES_WAITING = "ChangesWaiting"
    QUARANTINED = "Quarantined"
    FAILED = "Failed"
    PROVISIONED = "Provisioned"


class CycleState(StrEnum):
    """How a cycle stands or ended (`state` of the command)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTLY = "partly"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    STOPPED = "stopped"
    FAILED = "failed"


class RowState(StrEnum):
    """The life of a plan row (reliability 1, rule 1): `unknown` is a state, not an error, and
    `stale` one that no longer fits its account: the next cycle decides about the object anew.
    """

    UNMATCHED = "unmatched"
    PLANNED = "planned"
    HELD = "held"
    INTENT = "intent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    ABANDONED = "abandoned"


class Phase(StrEnum):
    """The phases of a cycle, in order. Execution phases carry a wave besides."""

    RECOVER = "recover"
    SCOPE = "scope"
    LIST = "list"
    MATCH = "match"
    REFERENCES = "references"
    GROUPS = "groups"
    SEAL = "seal"
    REMOVALS = "removals"
    CHANGES = "changes"
    CIRCLES = "circles"
    MEMBERSHIPS = "memberships"
    CLOSE = "close"


class Lane(StrEnum):
    """The order in which rows are executed: removals overtake everything."""

    REMOVALS = "removals"
    CHANGES = "changes"
    CIRCLES = "circles"
    MEMBERSHIPS = "memberships"


MEMBER_OF = "memberOf"
"""The computed attribute that holds names and ids of a member's groups."""

ROLE_ASSIGNMENTS = "appRoleAssignments"
"""The computed attribute that holds the app roles somebody is assigned with."""

OF_MANAGER = "manager."
"""What begins the computed attributes that are those of somebody's manager."""

DEFAULT_ACCESS = "Default Access"
"""The role every application has; its value is empty."""

DEFAULT_ACCESS_ID = "00000000-0000-0000-0000-000000000000"
