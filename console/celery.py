"""The Celery application: JSON messages that carry ids, and one beat entry, the tick."""

from __future__ import annotations

import os
from threading import Event
from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

app = Celery("rollcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["provisioning"])
app.conf.beat_schedule = {
    "tick": {
        "task": "provisioning.tasks.tick",
        "schedule": 30.0,
        # A tick that waited longer than its successor says nothing new.
        "options": {"expires": 25},
    }
}

_stop = Event()


@worker_ready.connect
def _begin_beating(sender: Any, **_: object) -> None:
    from provisioning.engine.heartbeat import keep_beating

    _stop.clear()
    keep_beating(sender.hostname, _stop)


@worker_shutting_down.connect
def _end_beating(sender: Any, **_: object) -> None:
    from provisioning.engine.heartbeat import stop_beating

    _stop.set()
    stop_beating(sender)
