"""The buttons of an overview: start, stop, run now, restart."""

from __future__ import annotations

import pytest
from django.urls import reverse

from console.tests.signing_in import administrator
from provisioning.models import AuditEvent, Cycle, Job, Link
from provisioning.models.audit import Activity
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

SLUG = "genesys-eu"


@pytest.fixture
def job(directory: Directory, genesys: Running, client) -> Job:
    directory.person("ana")
    directory.sync()
    administrator(client)
    return application(genesys.tenant_url, genesys.token, scope="all")


def press(client, name, **typed):
    return client.post(reverse(name, args=[SLUG]), typed, follow=True)


def said(answer):
    return answer.content.decode()


def done_by_marie(activity):
    return AuditEvent.objects.filter(activity=activity, actor__username="marie").count() == 1


def again(job):
    return Job.objects.get(pk=job.pk)


def test_the_very_first_start_leads_to_the_change_preview(client, job):
    answer = client.get(reverse("job-start", args=[SLUG]))

    assert answer["Location"] == reverse("plans", args=[SLUG])


def test_start_is_confirmed_and_then_switches_on(client, job):
    cycle(job, approve=True)
    page = client.get(reverse("job-start", args=[SLUG])).content.decode()
    assert "change accounts in Genesys Cloud EU" in page
    assert again(job).status == "off"

    press(client, "job-start", confirmed="yes")

    assert again(job).status == "on"
    assert done_by_marie(Activity.START)


def test_start_without_credentials_says_what_is_missing(client, job):
    configure({"slug": SLUG, "credentials": None})
    Job.objects.update(approved_once=True)

    answer = press(client, "job-start", confirmed="yes")

    assert "Genesys Cloud EU has no credentials yet." in said(answer)
    assert again(job).status == "off"


def test_stop_switches_off_at_once(client, job):
    Job.objects.update(status="on")

    answer = press(client, "job-stop")

    assert "Provisioning is off." in said(answer)
    assert again(job).status == "off"
    assert done_by_marie(Activity.STOP)


def test_run_now_begins_a_cycle(client, job):
    answer = press(client, "job-run")

    assert "A cycle was started." in said(answer)
    assert again(job).open_cycle is not None
    assert done_by_marie(Activity.RUN)


def test_run_now_while_one_runs_says_so_and_begins_none(client, job):
    press(client, "job-run")

    answer = press(client, "job-run")

    assert "A cycle of Genesys Cloud EU is running." in said(answer)
    assert Cycle.objects.count() == 1


def test_restart_makes_the_next_cycle_an_initial_one_and_keeps_the_links(client, job):
    cycle(job, approve=True)

    press(client, "job-restart", confirmed="yes", clear="decide")

    assert again(job).watermark is None
    assert Link.objects.filter(job=job).exists()
    assert done_by_marie(Activity.RESTART)


@pytest.mark.parametrize(
    ("typed", "status", "links"), [("Genesys Cloud EU", 200, 0), ("genesys", 422, 1), ("", 422, 1)]
)
def test_links_are_forgotten_only_for_the_application_s_name(client, job, typed, status, links):
    cycle(job, approve=True)

    answer = press(client, "job-restart", confirmed="yes", clear="links", typed=typed)

    assert answer.status_code == status
    assert Link.objects.filter(job=job).count() == links
    assert status == 200 or f'value="{typed}"' in said(answer) or not typed


def test_a_restart_shows_how_many_accounts_are_linked(client, job):
    cycle(job, approve=True)

    assert "1 account is linked now." in said(client.get(reverse("job-restart", args=[SLUG])))


@pytest.mark.parametrize("name", ["job-stop", "job-run"])
def test_a_link_alone_changes_nothing(client, job, name):
    assert client.get(reverse(name, args=[SLUG])).status_code == 405


@pytest.mark.parametrize("name", ["job-start", "job-stop", "job-run", "job-restart"])
def test_an_application_that_is_not_there_is_said_to_be_missing(client, job, name):
    assert client.post(reverse(name, args=["nowhere"])).status_code == 404
