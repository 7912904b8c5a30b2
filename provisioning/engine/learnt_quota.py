"""What Rollcall learned about an application's quota, for people and scripts; nothing is sent.

All of it is what the workers share in the broker: rates are requests a minute, times are seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite
from typing import Any

import redis
from django.conf import settings

from provisioning.core.errors import ProvisioningError
from provisioning.core.wording import gettext_noop
from provisioning.engine.broker import broker_client
from provisioning.engine.clock import Clock
from provisioning.engine.credentials import quirks_of, quota_of
from provisioning.engine.shared_ledger import SharedLedger
from provisioning.models import Application
from provisioning.scim.ledger import Ledger
from provisioning.scim.urgency import Urgency

PATIENCE = 0.5
"""Seconds that a page waits for the broker."""


class BrokerMissing(ProvisioningError):
    """What the workers know together cannot be read now."""

    code = "BrokerMissing"
    advice = gettext_noop("Start Valkey or Redis, or correct REDIS_URL.")


def learnt_quota(application: Application) -> dict[str, Any]:
    """What is known of the quota, as the `quota` command prints it.

    `known` is false while nobody sent anything. Raises `ConfigurationError` without credentials,
    `BrokerMissing`.
    """
    connection = application.connection
    ledger, now = _read(quota_of(connection))
    ceiling = connection.requests_per_minute or quirks_of(application).requests_per_minute
    return {"known": ledger is not None, **document_of(ledger or Ledger(), now, ceiling)}


def document_of(ledger: Ledger, now: float, ceiling: float | None) -> dict[str, Any]:
    """The ledger in the words of people."""
    alive = [member for member in ledger.members.values() if member.until > now]
    waiting = [one.urgency for one in alive if one.urgency is not None and one.waits_until > now]
    return {
        "requests_per_minute": {
            "kept": ledger.quota.per_minute(ceiling),
            "ceiling": ceiling,
            "announced": ledger.quota.announced,
            "observed": ledger.quota.observed,
        },
        "sent_in_the_last_minute": ledger.pace.sent(now),
        "connections": {
            "limit": int(ledger.limit.number) or None,
            "in_flight": sum(member.flying for member in alive),
        },
        "held": _held(ledger, now),
        "refused": {"times": ledger.refusals, "last": _moment(ledger.refused_at, now)},
        "seconds_an_answer": {
            "recent": round(ledger.limit.recent, 3) or None,
            "quickest": round(ledger.limit.quickest, 3) or None,
        },
        "processes": len(alive),
        "waits_first": Urgency(min(waiting)).name.lower() if waiting else None,
    }


def _held(ledger: Ledger, now: float) -> dict[str, str] | None:
    """Until when nothing may leave and why: `refused` (429) or `announced` (allowance used up)."""
    if ledger.hold_until <= now:
        return None
    return {"until": str(_moment(ledger.hold_until, now)), "because": ledger.held_because}


def _moment(at: float, now: float) -> str | None:
    """A time of the store by our clock."""
    if not isfinite(at):
        return None
    moment: datetime = Clock().now() + timedelta(seconds=at - now)
    return moment.replace(microsecond=0).isoformat()


def _read(key: str) -> tuple[Ledger | None, float]:
    try:
        client = broker_client(settings.CELERY_BROKER_URL, seconds=PATIENCE)
        with client:
            return SharedLedger(client, key).read()
    except (redis.RedisError, OSError, ValueError):
        raise BrokerMissing(
            gettext_noop("The broker does not answer, so what the workers learned is not known.")
        ) from None
