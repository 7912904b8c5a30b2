"""The directory written anew from what was pushed: after an upgrade that reads more out of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport
from provisioning.models.inbound import InboundEndpoint
from provisioning.sources.inbound.source import InboundDirectory

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def rebuild(actor: User | None, endpoint: InboundEndpoint, now: datetime) -> ImportReport:
    """Read every pushed resource again, as any other source is read, behind the same guards."""
    origin = endpoint.origin
    return import_directory(InboundDirectory(origin), name=origin.name, now=now, actor=actor)
