"""Rows. Each can turn itself into a core value; none decides or acts."""

from provisioning.models.application import Application
from provisioning.models.assignment import Assignment, EndedAssignment
from provisioning.models.audit import AuditEvent
from provisioning.models.change_number import ChangeNumber
from provisioning.models.connection import Connection
from provisioning.models.cycle import Cycle
from provisioning.models.definition import Definition
from provisioning.models.directory import DirectoryObject, Source
from provisioning.models.heartbeat import Heartbeat
from provisioning.models.inbound import (
    InboundEndpoint,
    InboundToken,
    Push,
    PushedResource,
    PushedUpload,
)
from provisioning.models.job import Job
from provisioning.models.link import Link, TargetMember
from provisioning.models.listed import ListedAccount
from provisioning.models.log import LogEntry
from provisioning.models.membership import Membership
from provisioning.models.notice import Notice
from provisioning.models.past import PastLink, PastStanding
from provisioning.models.plan import Plan, PlanRow
from provisioning.models.revision import Revision
from provisioning.models.source_reading import ReadState, SourceConnection, SourceCursor, SourceRead
from provisioning.models.standing import Escrow, Standing
from provisioning.models.taken_over import TakenOver
from provisioning.models.unit import WorkUnit
from provisioning.models.verification import Divergence, ReadAccount, Verification

__all__ = [
    "Application",
    "Assignment",
    "AuditEvent",
    "ChangeNumber",
    "Connection",
    "Cycle",
    "Definition",
    "DirectoryObject",
    "Divergence",
    "EndedAssignment",
    "Escrow",
    "Heartbeat",
    "InboundEndpoint",
    "InboundToken",
    "Job",
    "Link",
    "ListedAccount",
    "LogEntry",
    "Membership",
    "Notice",
    "PastLink",
    "PastStanding",
    "Plan",
    "PlanRow",
    "Push",
    "PushedResource",
    "PushedUpload",
    "ReadAccount",
    "ReadState",
    "Revision",
    "Source",
    "SourceConnection",
    "SourceCursor",
    "SourceRead",
    "Standing",
    "TakenOver",
    "TargetMember",
    "Verification",
    "WorkUnit",
]
