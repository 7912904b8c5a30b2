"""The broker's own store, for what processes tell each other that need not outlive it."""

from __future__ import annotations

import redis


def broker_client(address: str, *, seconds: float) -> redis.Redis:
    """A client that gives up after so many seconds. Raises `ValueError` for another kind of broker.

    Celery writes a socket's address in its own way.
    """
    url = address.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds)
