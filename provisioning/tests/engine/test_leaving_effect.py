"""Whom the rules of leaving touch: counted from who is out already, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.core.leaving import Event, Removal, Rule
from provisioning.engine.leaving_effect import Touched, touched
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle

START = datetime(2100, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Four people with accounts; one is blocked since the start, one for a week less."""
    for number in range(4):
        directory.person(f"p{number}")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True, now_is=START)
    directory.person("p0", accountEnabled=False)
    directory.sync()
    cycle(job, now_is=START)
    directory.person("p1", accountEnabled=False)
    directory.sync()
    cycle(job, now_is=START + WEEK)
    return job


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, Touched(2)),
        (Rule(Removal.NOTHING), Touched(2)),
        (Rule(Removal.DISABLE), Touched(2)),
        (Rule(Removal.DELETE), Touched(2, deleted=2)),
        (Rule(Removal.DELETE, timedelta(days=3)), Touched(2, deleted=1, later=1)),
        (Rule(Removal.DELETE, timedelta(days=30)), Touched(2, later=2)),
    ],
)
def test_who_is_out_is_counted_with_what_the_rule_does(job: Job, rule, expected):
    rules = {} if rule is None else {Event.BLOCKED: rule}

    found = touched(job, rules, START + WEEK)

    assert found[Event.BLOCKED] == expected
    assert found[Event.UNASSIGNED] == Touched()


def test_what_is_foretold_is_what_the_next_cycle_does(
    directory: Directory, genesys: Running, job: Job
):
    soon = {"action": "delete", "after": "3d"}
    configure({"slug": "genesys-eu", "deprovisioning": {"blocked": soon}})
    job.refresh_from_db()
    assert job.definition is not None
    rules = job.definition.as_definition().leaving.rules
    foretold = touched(job, rules, START + WEEK)[Event.BLOCKED]

    assert cycle(job, now_is=START + WEEK).counts["delete"] == foretold.deleted == 1
