"""What the tests of plan pages share: a company to make a plan about, and its preview."""

from __future__ import annotations

import pytest
from django.test import Client

from provisioning.engine import runner
from provisioning.models import Cycle, Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application

PLANS = "/applications/genesys-eu/plans/"
MARKUP = "<b>Zoë</b>"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for number in range(70):
        directory.person(f"p{number:02}")
    directory.person("zoe", displayName=MARKUP, jobTitle="=1+1")
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def work(cycle_: Cycle) -> None:
    runner.turn(cycle_.pk, sleep=lambda _: None)


def preview(client: Client) -> str:
    """A preview that a worker has made; its address."""
    answer = client.post(PLANS)
    work(Cycle.objects.latest("number"))
    return str(answer["location"])


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert len(text) < 60_000
    return text
