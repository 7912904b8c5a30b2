"""System health: one verdict on top, then every part with what to do about it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from console.tests.signing_in import reader
from provisioning.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings, valkey_server):
    settings.CELERY_BROKER_URL = valkey_server.url.replace("unix://", "redis+socket://")


def page(client):
    return client.get("/system/").content.decode()


def test_all_parts_work_when_broker_and_a_worker_answer(client, broker):
    reader(client)
    Heartbeat.objects.create(name="celery@test", at=timezone.now())

    text = page(client)

    assert "All parts work." in text
    for part in ("Web", "Database", "Workers", "Queue", "Schedule", "Mail", "Disk"):
        assert part in text


def test_a_missing_worker_is_the_verdict_with_what_to_do(client, broker):
    reader(client)

    text = page(client)

    assert "All parts work." not in text
    assert "None has answered for a minute." in text
    assert "Start a worker." in text


def test_a_missing_broker_is_told(client, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/broker.sock"
    reader(client)

    assert "Does not answer." in page(client)


def test_the_page_asks_for_its_parts_only(client):
    reader(client)

    headers = {"hx-request": "true", "hx-target": "parts"}
    part = client.get("/system/", headers=headers).content.decode()

    assert 'id="parts"' in part
    assert "<html" not in part
