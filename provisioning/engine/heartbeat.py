"""A worker's sign of life: a thread of its main process, so that long work never silences it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import Error, connections

from provisioning.engine.clock import database_now
from provisioning.models.heartbeat import Heartbeat

INTERVAL = 15.0
_log = logging.getLogger(__name__)


def beat(name: str) -> None:
    """Says that `name` is alive now, and forgets names that have been silent for a day.

    By the database's clock: a machine whose own is wrong is neither dead nor immortal (F32).
    """
    now = database_now()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.forgotten(now).delete()


def leave(name: str) -> None:
    """Says that `name` is not there any more."""
    Heartbeat.objects.filter(name=name).delete()


def keep_beating(name: str, stop: Event, interval: float = INTERVAL) -> Thread:
    """Beats until `stop` is set, then takes the name back: nobody waits for a worker that left.

    A database that is away for a while only delays it.
    """

    def run() -> None:
        while not stop.is_set():
            _store(name, beat)
            stop.wait(interval)
        _store(name, leave)

    thread = Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    return thread


def _store(name: str, say: Callable[[str], None]) -> None:
    try:
        say(name)
    except Error as error:
        _log.warning("The heartbeat of %s could not be stored: %s", name, error)
    finally:
        connections.close_all()
