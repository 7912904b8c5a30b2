"""The mail server is down when there is something to say (F36, I16)."""

from __future__ import annotations

import pytest
from django.db.models import F

from provisioning.models import Job, Notice
from provisioning.simulator import Running
from provisioning.tests.builders import Directory
from provisioning.tests.processes.mail_server import free_port, mail_server
from provisioning.tests.processes.running import await_that, begin, finish
from provisioning.tests.processes.world import (
    StartWorker,
    company,
    is_over,
    tick,
)
from provisioning.tests.servers import PrivateValkey

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TO = {"email": ["identity@contoso.example"], "on_failure": True}


def test_F36_I16_no_notice_is_lost_while_the_mail_server_is_down_and_the_worker_dies(
    directory: Directory,
    slow_target: Running,
    celery_worker: StartWorker,
    valkey_server: PrivateValkey,
):
    job = company(directory, 3, approved_by=slow_target, notification=TO)
    slow_target.set_faults(["token_expiry"])
    port = free_port()
    worker = celery_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}")
    finish(begin(valkey_server, "start", "genesys-eu", "--json"))
    await_that(lambda: is_over(job, 2), 60, "the end of the cycle")
    tick(valkey_server)
    await_that(lambda: was_tried(1), 60, "a try to tell of it")
    assert Job.objects.get().quarantined

    worker.kill()
    Notice.objects.update(next_try=F("created"))
    celery_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}")
    with mail_server(port) as mails:
        tick(valkey_server, times=3)
        await_that(lambda: Notice.objects.exclude(sent=None).exists(), 60, "the mail")

    assert len(mails) == 1
    assert "To: identity@contoso.example" in mails[0]


def was_tried(times: int) -> bool:
    return Notice.objects.filter(tries=times, sent=None).exclude(error="").exists()
