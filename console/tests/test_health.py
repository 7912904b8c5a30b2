"""`/healthz` and `/readyz`: what must be there, by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from provisioning.models.heartbeat import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings, valkey_server):
    settings.CELERY_BROKER_URL = valkey_server.url.replace("unix://", "redis+socket://")


@pytest.fixture
def worker():
    return Heartbeat.objects.create(name="celery@test", at=timezone.now())


def test_healthz_says_that_web_answers(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content.strip()) == (200, b"ok")


def test_ready_when_database_broker_and_a_worker_are_there(client, broker, worker):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.strip()) == (200, b"ready")


def test_a_missing_broker_is_named(client, worker):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.strip()) == (503, b"not ready: broker")


def test_a_worker_that_has_been_silent_for_a_minute_is_missing(client, broker, worker):
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=61))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.strip()) == (503, b"not ready: worker")


def test_a_missing_database_is_named_and_nothing_said_about_workers(client, broker, monkeypatch):
    def gone(self, now):
        raise DatabaseError

    monkeypatch.setattr(type(Heartbeat.objects.all()), "fresh", gone)
    monkeypatch.setattr(connection, "close", lambda: None)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.strip()) == (503, b"not ready: database")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_T53_health_is_a_word_for_everybody_and_never_kept(client, path):
    answer = client.get(path)

    assert answer["Content-Type"].startswith("text/plain")
    assert "no-store" in answer["Cache-Control"]
    assert len(answer.content) < 60
