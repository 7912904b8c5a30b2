"""A target that lost its accounts, or is another tenant, is not written to before a person says."""

from __future__ import annotations

import pytest

from provisioning import simulator
from provisioning.engine import controls
from provisioning.models import Job, Link
from provisioning.simulator import Running
from provisioning.tests.builders import (
    TOKEN_VARIABLE,
    Directory,
    application,
    configure,
    cycle,
)
from provisioning.tests.engine.watching import Watch, accounts, from_outside


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Forty-five people with accounts."""
    for number in range(45):
        directory.person(f"p{number:02}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    assert cycle(job, approve=True).counts == {"create": 45}
    return job


def vanish(genesys: Running, *numbers: int) -> None:
    known = accounts(genesys)
    for number in numbers:
        from_outside(genesys, "DELETE", f"/Users/{known[f'p{number:02}']['id']}")


def promote(directory: Directory, *numbers: int) -> None:
    for number in numbers:
        directory.person(f"p{number:02}", jobTitle="Lead")
    directory.sync()


def test_F42_F16_where_many_accounts_are_gone_nothing_is_made_anew_and_a_person_is_asked(
    directory: Directory, genesys: Running, job: Job
):
    vanish(genesys, *range(20))
    promote(directory, *range(20))
    watch = Watch(genesys)

    run = cycle(job)

    assert run.state == "quarantined"
    assert run.document["quarantine"]["reason"] == "TargetChanged"
    assert "Tenant URL" in run.document["quarantine"]["advice"]
    assert "POST" not in watch.methods
    assert Link.objects.count() >= 44

    # A retry by itself looks first, and writes nothing.
    watch = Watch(genesys)
    assert cycle(job).state == "quarantined"
    assert set(watch.methods) == {"GET"}


def test_F42_when_a_person_says_it_is_the_same_application_accounts_are_made_anew(
    directory: Directory, genesys: Running, job: Job
):
    vanish(genesys, *range(20))
    promote(directory, *range(20))
    cycle(job)

    job.refresh_from_db()
    controls.leave_quarantine(None, job)
    cycle(job)
    cycle(job)

    assert {accounts(genesys)[f"p{number:02}"]["title"] for number in range(20)} == {"Lead"}
    job.refresh_from_db()
    assert (job.quarantined, job.fingerprint) == (False, {})


def test_F16_two_accounts_of_many_that_others_deleted_are_made_anew(
    directory: Directory, genesys: Running, job: Job
):
    vanish(genesys, 1, 2)
    promote(directory, 1, 2)

    assert cycle(job).state == "partly"
    assert cycle(job).counts["create"] == 2


def test_F16_the_first_account_that_is_gone_is_nobodys_alarm(
    directory: Directory, genesys: Running, job: Job
):
    vanish(genesys, 1)
    promote(directory, 1)
    watch = Watch(genesys)

    assert cycle(job).state == "partly"
    assert watch.methods == {"PATCH": 1}


def test_F42_after_a_change_of_the_address_a_sample_is_looked_at_before_anything_is_written(
    directory: Directory, job: Job, monkeypatch: pytest.MonkeyPatch
):
    promote(directory, 1)
    with simulator.start(quota=0) as other:
        monkeypatch.setenv(TOKEN_VARIABLE, other.token)
        configure(
            {
                "slug": "genesys-eu",
                "credentials": {
                    "tenant_url": other.tenant_url,
                    "secret_token": {"env": TOKEN_VARIABLE},
                },
            }
        )

        run = cycle(job)

        assert (run.state, run.document["quarantine"]["reason"]) == ("quarantined", "TargetChanged")
        assert {one["method"] for one in other.requests} == {"GET"}
    assert Link.objects.count() == 45


def unwell(job: Job, genesys: Running) -> None:
    """The target rejects the credentials until the next cycle."""
    genesys.set_faults(["status:code=401"])
    assert cycle(job).state == "quarantined"
    genesys.set_faults([])


@pytest.mark.parametrize("by_hand", [False, True])
def test_F42_on_leaving_quarantine_a_sample_is_looked_at_before_anything_is_written(
    directory: Directory, genesys: Running, job: Job, by_hand: bool
):
    promote(directory, 1)
    unwell(job, genesys)
    vanish(genesys, *range(40))
    if by_hand:
        job.refresh_from_db()
        controls.leave_quarantine(None, job)
    watch = Watch(genesys)

    run = cycle(job)

    assert (run.state, run.document["quarantine"]["reason"]) == ("quarantined", "TargetChanged")
    assert set(watch.methods) == {"GET"}


def test_F42_after_another_token_a_sample_is_looked_at_and_after_the_same_one_none(
    directory: Directory, genesys: Running, job: Job, monkeypatch: pytest.MonkeyPatch
):
    same = {"tenant_url": genesys.tenant_url, "secret_token": {"env": TOKEN_VARIABLE}}
    configure({"slug": "genesys-eu", "credentials": same})
    job.refresh_from_db()
    assert job.fingerprint == {}

    monkeypatch.setenv(TOKEN_VARIABLE, "another-token-0123456789")
    configure({"slug": "genesys-eu", "credentials": same})

    job.refresh_from_db()
    assert job.fingerprint == {"due": True}
