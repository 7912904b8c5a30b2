"""The guard and changes that remove nobody: too many dangerous ones wait for a person (F27)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioning import simulator
from provisioning.engine.explaining import explain
from provisioning.engine.holding import keep_held
from provisioning.engine.log_document import sentence_of
from provisioning.models import Job, Plan, Standing
from provisioning.models.cycle import Purpose
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, entries, group_named

START = datetime(2100, 1, 1, tzinfo=UTC)
TEAMS = [f"Team {number}" for number in range(5)]
USERS = [
    {"target": "userName", "source": "userPrincipalName", "match": 1},
    {"target": "displayName", "source": "displayName"},
    {"target": "title", "source": "jobTitle", "when_empty": "clear"},
    {
        "target": "active",
        "expression": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    },
]


def company(directory: Directory, target: Running, people: int = 10, **document: Any) -> Job:
    """So many people with accounts, whose titles are cleared when the directory has none."""
    for number in range(people):
        directory.person(f"p{number:02}")
    directory.sync()
    mappings = {"users": {"attributes": USERS}}
    job = application(target.tenant_url, target.token, scope="all", mappings=mappings, **document)
    assert cycle(job, approve=True, now_is=START).counts["create"] == people
    return job


def untitle(directory: Directory, *numbers: int) -> None:
    for number in numbers:
        directory.person(f"p{number:02}", jobTitle="")
    directory.sync()


def after(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def test_F27_an_attribute_emptied_for_many_waits_and_everything_else_runs(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    directory.person("p09", jobTitle="Lead")
    untitle(directory, 0, 1, 2, 3)
    watch = Watch(genesys)

    run = cycle(job, now_is=after(1))

    assert (run.state, run.counts) == ("waiting", {"update": 1, "held": 4})
    assert watch.methods == {"PATCH": 1}
    assert all(accounts(genesys)[f"p0{number}"]["title"] == "Agent" for number in range(4))
    staged = entries(status="staged")
    assert {(one.action, one.modified[0]["newValue"]) for one in staged} == {("update", None)}


def test_F27_three_may_be_emptied(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2)

    assert cycle(job, now_is=after(1)).counts == {"update": 3}


def test_F27_emptying_in_slices_adds_up_over_a_day(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    untitle(directory, 0, 1)
    assert cycle(job, now_is=after(1)).counts == {"update": 2}
    untitle(directory, 2, 3)

    assert cycle(job, now_is=after(2)).counts == {"held": 2}
    assert cycle(job, now_is=after(26)).counts == {"update": 2}


def test_F27_held_changes_stay_held_without_new_entries(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2, 3)
    cycle(job, now_is=after(1))

    again = cycle(job, now_is=after(2))

    assert (again.state, again.counts, again.requests) == ("waiting", {"held": 4}, {})
    assert len(entries(status="staged")) == 4


def test_F27_the_log_and_explain_say_what_would_be_taken_away(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2, 3)
    cycle(job, now_is=after(1))

    said = sentence_of(entries(status="staged")[0])
    told = explain(job, directory_object("p00"))

    assert "would be changed in Genesys Cloud EU" in said
    assert "A value would be taken away, with those of many others (title)." in said
    assert (told["in_application"], told["code"]) == (True, "WaitingForApproval")
    assert "Look at the plan, then approve it." in told["to_change"]


def test_F27_only_what_would_be_taken_away_is_named(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    for number in range(4):
        directory.person(f"p{number:02}", displayName=f"Other {number}", jobTitle="")
    directory.sync()

    cycle(job, now_is=after(1))

    assert "(title)" in sentence_of(entries(status="staged")[0])


def test_F27_a_plan_that_is_run_as_it_is_still_holds_what_nobody_released(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2, 3)
    cycle(job, purpose=Purpose.PREVIEW, now_is=after(1))
    plan = Plan.objects.latest("created")
    assert (plan.guard["verdict"], plan.counts["held"], entries(status="staged")) == ("hold", 4, [])

    run = cycle(job, plan=plan, now_is=after(1))

    assert (run.state, run.counts, run.requests) == ("waiting", {"held": 4}, {})


def test_F27_a_person_releases_held_changes(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2, 3)
    cycle(job, now_is=after(1))

    assert cycle(job, approve=True, now_is=after(2)).counts == {"update": 4}
    assert cycle(job, now_is=after(3)).requests == {}
    assert not Standing.objects.filter(code="WaitingForApproval").exists()


def test_F27_kept_people_keep_their_values_until_their_data_or_the_definition_changes(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    untitle(directory, 0, 1, 2, 3)
    cycle(job, now_is=after(1))
    assert keep_held(None, Plan.objects.latest("created")) == 4

    assert cycle(job, now_is=after(2), initial=True).requests == {}
    assert accounts(genesys)["p00"]["title"] == "Agent"
    told = explain(job, directory_object("p00"))
    assert (told["code"], told["because"][0]["reason"]) == ("Provisioned", "Kept")

    directory.person("p00", displayName="Ana")
    directory.sync()
    assert cycle(job, now_is=after(3)).counts["update"] == 1
    configure({"slug": "genesys-eu", "mappings": {"users": {"attributes": USERS[:3]}}})
    assert cycle(job, now_is=after(30)).counts["update"] == 3


def test_F27_a_matching_attribute_changed_for_many_waits(directory: Directory, genesys: Running):
    job = company(directory, genesys)
    for number in range(4):
        directory.person(f"p0{number}", userPrincipalName=f"new{number}@contoso.example")
    directory.sync()

    run = cycle(job, now_is=after(1))

    assert (run.state, run.counts, run.requests) == ("waiting", {"held": 4}, {})


def test_F27_two_people_who_would_share_a_matching_value_wait(
    directory: Directory, genesys: Running
):
    job = company(directory, genesys)
    for number in (0, 1):
        directory.person(f"p0{number}", userPrincipalName="shared@contoso.example")
    directory.sync()

    run = cycle(job, now_is=after(1))

    assert (run.counts, run.requests) == ({"held": 2}, {})


@pytest.fixture
def teams() -> Iterator[Running]:
    """A target with five groups."""
    with simulator.start(quota=0, groups=TEAMS) as target:
        yield target


def emptied_teams(directory: Directory, target: Running) -> Job:
    """Sixty people in five groups; four groups lose them all, the fifth one of them."""
    everybody = [directory.person(f"p{number:02}") for number in range(60)]
    for name in TEAMS:
        directory.group(name, name, everybody)
    directory.sync()
    job = application(target.tenant_url, target.token, scope="all")
    cycle(job, approve=True, now_is=START)
    for name in TEAMS[:4]:
        directory.group(name, name, [])
    directory.group(TEAMS[4], TEAMS[4], everybody[1:])
    directory.sync(force=True)
    return job


def test_F27_groups_that_lose_every_member_wait_with_all_their_requests(
    directory: Directory, teams: Running
):
    job = emptied_teams(directory, teams)

    run = cycle(job, now_is=after(1))

    assert (run.state, run.counts["membership"], run.counts["held"]) == ("waiting", 1, 8)
    assert len(group_named(teams, TEAMS[0])["members"]) == 60
    assert "every member" in sentence_of(entries(status="staged")[0])
    assert cycle(job, approve=True, now_is=after(2)).counts["membership"] == 8
    assert group_named(teams, TEAMS[0])["members"] == []


def test_F27_groups_that_are_kept_keep_their_members(directory: Directory, teams: Running):
    job = emptied_teams(directory, teams)
    cycle(job, now_is=after(1))

    assert keep_held(None, Plan.objects.latest("created")) == 4

    assert cycle(job, now_is=after(2), initial=True).requests == {}
    assert len(group_named(teams, TEAMS[0])["members"]) == 60
