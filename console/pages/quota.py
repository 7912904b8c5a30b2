"""What Rollcall learned about an application's quota, beside the settings that limit it (S21)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from provisioning.core.errors import ProvisioningError
from provisioning.engine.learnt_quota import learnt_quota
from provisioning.engine.quota_words import quota_facts
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application


@dataclass(frozen=True, slots=True)
class QuotaPart:
    """Facts, or the sentence that says why there are none."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    why_none: str = ""


def quota_part(app: Application) -> QuotaPart:
    """Never raises: a page of settings is there without a broker, too."""
    if not (app.connection.tenant_url and app.connection.secret):
        return QuotaPart(why_none=_("There are no credentials yet, so nothing was asked."))
    try:
        document = learnt_quota(app)
    except ProvisioningError as error:
        return QuotaPart(why_none=f"{message_of(error)} {advice_of(error)}".strip())
    if not document["known"]:
        return QuotaPart(why_none=_("Nothing was sent yet, so nothing was learned."))
    return QuotaPart(quota_facts(document))
