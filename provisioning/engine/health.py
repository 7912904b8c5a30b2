"""What must be there before Rollcall can do its work: database, broker, a living worker."""

from __future__ import annotations

from enum import StrEnum

import redis
from django.conf import settings
from django.db import Error, connection

from provisioning.engine.clock import database_now
from provisioning.engine.schema import missing_migrations
from provisioning.models.heartbeat import Heartbeat

_SECONDS_TO_ANSWER = 2


class Part(StrEnum):
    """The parts that `/readyz` names."""

    DATABASE = "database"
    BROKER = "broker"
    WORKER = "worker"


def missing_parts() -> list[Part]:
    """The parts that are not there; empty when all is ready.

    Workers are known by their rows: without a database nothing is said about them.
    """
    missing = []
    try:
        if missing_migrations():
            missing.append(Part.DATABASE)
        worker_is_alive = Heartbeat.objects.fresh(database_now()).exists()
    except Error:
        connection.close()
        missing.append(Part.DATABASE)
        worker_is_alive = True
    if not broker_answers(settings.CELERY_BROKER_URL):
        missing.append(Part.BROKER)
    if not worker_is_alive:
        missing.append(Part.WORKER)
    return missing


def broker_answers(address: str) -> bool:
    """Whether a Redis or Valkey server answers PING there."""
    url = address.replace("redis+socket://", "unix://", 1)
    try:
        client = redis.Redis.from_url(
            url,
            socket_timeout=_SECONDS_TO_ANSWER,
            socket_connect_timeout=_SECONDS_TO_ANSWER,
        )
        with client:
            return bool(client.ping())
    except (redis.RedisError, OSError, ValueError):
        return False
