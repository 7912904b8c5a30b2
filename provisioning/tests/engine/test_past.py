"""The directory and an application's rules at a moment of the past, as they were, not guessed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from provisioning.core.app_roles import Assigned
from provisioning.core.errors import ConfigurationError
from provisioning.engine.past import Past, manager_at, objects_at
from provisioning.models import Job
from provisioning.tests.builders import Directory, application, assign, configure, directory_object
from provisioning.tests.engine.calendar import Calendar, installed

TARGET = "http://127.0.0.1:9/scim/v2"
FRENCH = {"title": "French", "clauses": [
    {"attribute": "country", "operator": "EQUALS", "value": "FR"},
]}  # fmt: skip


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return installed(monkeypatch)


@pytest.fixture
def job(directory: Directory, calendar: Calendar) -> Job:
    """Ana is an agent through a group in a group; her manager is Eva."""
    directory.person("ana", country="FR", manager="eva")
    directory.person("eva")
    directory.group("inner", "Team", ["ana"])
    directory.group("outer", "Everybody", ["inner"])
    directory.sync()
    return application(
        TARGET,
        "a-long-token",
        nested_groups=True,
        assignments=[{"group": "Everybody", "role": "agent"}],
    )


def fact(job: Job, at: datetime, source_id: str = "ana"):
    past = Past.of(job, at, at)
    return past.fact(directory_object(source_id), with_everything=True)


def assigned(job: Job, at: datetime) -> list[Assigned]:
    return list(fact(job, at).subject.assigned)


def test_attributes_and_manager_are_those_of_the_time(
    directory: Directory, calendar: Calendar, job: Job
):
    then = calendar.now
    calendar.advance(days=1)
    directory.person("ana", country="DE", manager="bob", displayName="Ana Ruiz")
    directory.person("bob")
    directory.sync()
    later = calendar.now

    assert fact(job, then).subject.source.attributes["country"] == "FR"
    assert fact(job, later).subject.source.attributes["country"] == "DE"
    assert [fact(job, at).row.display_name for at in (then, later)] == ["Person ana", "Ana Ruiz"]
    managers = [manager_at(fact(job, at).row, at) for at in (then, later)]
    assert [one and one.source_id for one in managers] == ["eva", "bob"]


def test_a_manager_who_was_away_was_nobodys_manager(
    directory: Directory, calendar: Calendar, job: Job
):
    then = calendar.now
    calendar.advance(days=1)
    directory.leave("eva")
    directory.sync()

    ana = directory_object("ana")
    assert manager_at(ana, then) == directory_object("eva")
    assert manager_at(ana, calendar.now) is None


def test_groups_are_those_of_the_time_with_the_names_they_had(
    directory: Directory, calendar: Calendar, job: Job
):
    through = Assigned("agent", "Everybody")
    begin = calendar.now
    calendar.advance(days=1)
    directory.group("inner", "Team renamed", ["ana"])
    directory.group("outer", "Company", ["inner"])
    directory.sync()
    renamed = calendar.now
    calendar.advance(days=1)
    directory.group("outer", "Company", [])
    directory.sync()
    apart = calendar.now
    calendar.advance(days=1)
    directory.group("outer", "Company", ["inner"])
    directory.sync()

    assert assigned(job, begin) == [through]
    assert assigned(job, renamed) == [Assigned("agent", "Company")]
    assert assigned(job, apart - timedelta.resolution) == [Assigned("agent", "Company")]
    assert assigned(job, apart) == []
    assert assigned(job, calendar.now) == [Assigned("agent", "Company")]
    assert fact(job, begin).subject.member_of == ["Team", "inner"]
    assert fact(job, renamed).subject.member_of == ["Team renamed", "inner"]


def test_assignments_that_ended_count_for_as_long_as_they_held(calendar: Calendar, job: Job):
    moments = []
    for rows in ([("user", "ana", "agent")], [], [("user", "ana", "supervisor")]):
        calendar.advance(hours=1)
        assign(job, *({kind: name, "role": role} for kind, name, role in rows))
        moments.append(calendar.now)
    calendar.advance(hours=1)
    assign(job)

    assert [assigned(job, at) for at in moments] == [
        [Assigned("agent")],
        [],
        [Assigned("supervisor")],
    ]
    assert assigned(job, calendar.now) == []


def test_who_had_left_was_in_no_group_and_who_comes_back_is_again(
    directory: Directory, calendar: Calendar, job: Job
):
    calendar.advance(days=1)
    directory.leave("ana")
    directory.sync()
    # While she is away the group names her again: nobody knows her until she appears.
    calendar.advance(days=1)
    directory.members.append(("inner", "ana"))
    directory.sync()
    away = calendar.now
    calendar.advance(days=1)
    directory.person("ana")
    directory.sync()

    assert (fact(job, away).row.state, assigned(job, away)) == ("gone", [])
    assert fact(job, away).subject.member_of == ()
    assert assigned(job, calendar.now) == [Assigned("agent", "Everybody")]


def test_the_definition_is_the_one_in_force(calendar: Calendar, job: Job):
    first = calendar.now
    calendar.advance(days=1)
    configure({"slug": "genesys-eu", "mappings": {"users": {"filters": [FRENCH]}}})

    versions = [Past.of(job, at, calendar.now).definition.version for at in (first, calendar.now)]
    assert versions == [1, 2]
    before = Past.of(job, calendar.now - timedelta.resolution, calendar.now)
    assert before.definition.version == 1


def test_what_is_to_come_and_what_was_before_is_refused_with_the_first_moment(
    directory: Directory, calendar: Calendar, job: Job
):
    calendar.advance(seconds=1.5)
    now = calendar.now
    directory.person("new")
    directory.sync()

    with pytest.raises(ConfigurationError, match="is still to come"):
        Past.of(job, now + timedelta(seconds=1), now)
    with pytest.raises(ConfigurationError, match=r"Nothing is known .*2030-03-01T09:00:00\+00"):
        Past.of(job, job.remembers_since - timedelta(seconds=1), now)
    with pytest.raises(ConfigurationError, match=r"did not know Person new before .*T09:00:02"):
        fact(job, job.remembers_since, "new")


def test_many_are_answered_with_as_few_queries_as_one(
    directory: Directory, calendar: Calendar, job: Job, django_assert_num_queries
):
    people = [directory.person(f"p{number}") for number in range(40)]
    directory.group("inner", "Team", ["ana", *people])
    directory.sync()
    rows = [directory_object(one) for one in people]
    calendar.advance(days=1)
    past = Past.of(job, calendar.now, calendar.now)

    # Schema; assignments, names of their groups, groups in groups; people, links, edges.
    with django_assert_num_queries(7):
        facts = past.facts(rows)

    assert len(facts) == 40
    assert objects_at([], calendar.now) == {}
