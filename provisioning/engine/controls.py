"""The verbs that change what provisioning does: the actor first, one transaction, an audit row.

Console and commands change state through these only. Workers are woken when all is committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import find_template
from provisioning.engine import dispatch
from provisioning.engine.clock import Clock
from provisioning.engine.configuration import Applied, apply_configuration
from provisioning.engine.configuration_identity import slug_for
from provisioning.engine.configuration_read import ConfigurationText
from provisioning.engine.configuration_schema import RESERVED_SLUGS
from provisioning.engine.removal import remove_application
from provisioning.engine.switching import switch_off, switch_on
from provisioning.models import Application, AuditEvent, Escrow, Job, Link, Plan
from provisioning.models.audit import Activity
from provisioning.models.job import ProvisioningStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def create_application(actor: User | None, *, name: str, template: str) -> Application:
    """A new application with its template's defaults, off; the second of a name gets -2."""
    find_template(template)
    with transaction.atomic():
        slugs = {*Application.objects.values_list("slug", flat=True), *RESERVED_SLUGS}
        slug = slug_for(name, slugs) or slug_for(template, slugs)
        save_configuration(actor, {"name": name, "slug": slug, "template": template})
        return Application.objects.get(slug=slug)
