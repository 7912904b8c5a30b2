"""A worker says that it is alive, and takes it back when it leaves."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone

from provisioning.engine import heartbeat
from provisioning.models.heartbeat import Heartbeat


@pytest.mark.django_db
def test_a_beat_renews_the_worker_s_row_and_forgets_those_long_gone():
    long_ago = timezone.now() - timedelta(days=2)
    Heartbeat.objects.create(name="celery@gone", at=long_ago)
    Heartbeat.objects.create(name="celery@here", at=long_ago)

    heartbeat.beat("celery@here")

    assert [row.name for row in Heartbeat.objects.all()] == ["celery@here"]
    assert Heartbeat.objects.fresh(timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_leaves_is_not_counted_any_more(monkeypatch):
    said, stored = Event(), heartbeat.beat

    def beat_and_say(name):
        stored(name)
        said.set()

    monkeypatch.setattr(heartbeat, "beat", beat_and_say)
    leaves = Event()

    thread = heartbeat.keep_beating("celery@here", leaves)
    assert said.wait(10)
    assert Heartbeat.objects.filter(name="celery@here").exists()
    leaves.set()
    thread.join(10)

    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_beats_and_a_killed_one_falls_silent(celery_worker):
    worker = celery_worker()
    for _ in range(200):
        if Heartbeat.objects.fresh(timezone.now()).exists():
            break
        Event().wait(0.05)
    assert Heartbeat.objects.fresh(timezone.now()).exists()

    worker.kill()

    assert not Heartbeat.objects.fresh(timezone.now() + timedelta(seconds=61)).exists()
