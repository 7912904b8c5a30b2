"""The Celery application: JSON messages that carry ids, one beat entry (the tick), and the sign of
life of each worker."""

from __future__ import annotations

import os
from threading import Event, Thread
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_ready, worker_shutdown, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

app = Celery("rollcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["provisioning"])
app.conf.beat_schedule = {
    "tick": {
        "task": "provisioning.tasks.tick",
        "schedule": 30.0,
        # Ticks that nobody took must not pile up for days. Whoever takes one judges its age by a
        # clock of its own: with less, a worker that is an hour fast would never hear any (F32).
        "options": {"expires": 2 * 3600},
    }
}

_worker_leaves = Event()
_beating: list[Thread] = []


@celeryd_init.connect
def _refuse_an_old_schema(**_: object) -> None:
    """Nothing is begun on tables that a migration left half-way (F34)."""
    from provisioning.engine import schema

    schema.refuse_if_behind()


@worker_ready.connect
def _begin_beating(sender: Any, **_: object) -> None:
    from provisioning.engine.heartbeat import keep_beating

    _beating.append(keep_beating(sender.hostname, _worker_leaves))


@worker_shutting_down.connect
def _ask_to_go(**_: object) -> None:
    """A polite stop: units in hand are given back behind the requests under way (F33)."""
    from provisioning.engine import shutting_down

    shutting_down.ask()


@worker_shutdown.connect
def _end_beating(**_: object) -> None:
    """The last thing the thread does is to take the name back."""
    _worker_leaves.set()
    for thread in _beating:
        thread.join(timeout=2)
