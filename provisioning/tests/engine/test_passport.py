"""The passport: a target broken in one way is recognised by a probe, and then provisioned right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from provisioning import simulator
from provisioning.engine.credentials import keep_quirks, quirks_of
from provisioning.engine.passport import probing
from provisioning.models import Connection, Job
from provisioning.scim.quirks import Quirks
from provisioning.simulator import Running
from provisioning.simulator.personality import NAMED
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.crashing import Death, Mortal
from provisioning.tests.engine.watching import Watch, accounts, member_names

EXPECTED: dict[str, dict[str, Any]] = {
    "scim": {},
    "ignores-filters": {"filter_supported": False},
    "refuses-filters": {"filter_supported": False},
    "case-sensitive": {"filter_supported": False},
    "counts-from-zero": {"first_index": 0},
    "repeats-pages": {"listing_trusted": False},
    "overstates-totals": {"listing_trusted": False},
    "small-pages": {"page_size": 2},
    "hides-inactive": {"user_lists": (None, "active eq false")},
    "no-patch": {"patch_supported": False},
    "unimplemented-patch": {"patch_supported": False},
    "ignores-patch": {"patch_supported": False},
    "pathless-patch": {"patch_paths": False},
    "entra-patch": {"patch_as_entra": True},
    "twins": {"uniqueness_enforced": False},
    "conflict-as-400": {},
    "plain-conflict": {},
    "soft-delete": {"deletes_softly": True},
    "no-versions": {"etag": False},
    "unchecked-versions": {"etag": False},
    "small-member-chunks": {"member_chunk": 2},
    "members-leave-as-lists": {"members_leave_as_list": True},
    "slow-index": {"settle_seconds": 3.0},
}


@dataclass
class FakeClock:
    """The simulator's time, which passes by what Rollcall sleeps."""

    now: float = 1_800_000_000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def provisioned(target: Running, directory: Directory) -> Job:
    """An application without a passport, and people with a group to provision into it."""
    for number in range(5):
        directory.person(f"p{number}")
    directory.group("g", "Sales", [f"p{number}" for number in range(5)])
    directory.sync()
    return application(target.tenant_url, target.token, template="scim", scope="all")


def of_the_probe(target: Running, kind: str) -> list[dict[str, Any]]:
    name = "userName" if kind == "users" else "displayName"
    return [one for one in target.state()[kind] if one[name].startswith("rollcall-probe-")]


def written(watch: Watch) -> set[str]:
    return set(watch.methods) - {"GET"}


def test_every_personality_has_its_passport_here():
    assert set(EXPECTED) == set(NAMED) - {"genesys"}
    assert len(EXPECTED) > 15


@pytest.mark.parametrize("personality", EXPECTED)
def test_a_broken_personality_is_recognised_and_provisioned_right(
    directory: Directory, personality: str
):
    clock = FakeClock()
    with simulator.start(personality=personality, quota=0, now=clock) as target:
        job = provisioned(target, directory)

        document = probing.probe(job.application, sleep=clock.sleep)

        assert quirks_of(job.application) == Quirks(**EXPECTED[personality])
        assert document["left_behind"] == []
        left = [one for one in of_the_probe(target, "users") if one["state"] != "deleted"]
        assert {one["state"] for one in left} <= {"inactive"}
        assert bool(left) == (personality == "soft-delete")
        assert all(one["state"] == "deleted" for one in of_the_probe(target, "groups"))
        assert any(one["broken"] for one in document["answers"]) == (
            personality not in ("scim", "plain-conflict")
        )
        _is_provisioned_right(directory, job, target, clock)


def _is_provisioned_right(
    directory: Directory, job: Job, target: Running, clock: FakeClock
) -> None:
    """Create, then update, disable and leave a group: each arrives once, and nothing follows."""
    assert cycle(job, approve=True).state == "succeeded"
    clock.sleep(10)
    assert member_names(target, "Sales") == ["p0", "p1", "p2", "p3", "p4"]
    directory.person("p1", jobTitle="Head")
    directory.person("p2", accountEnabled=False)
    directory.group("g", "Sales", ["p0", "p1", "p2"])
    directory.sync()
    assert cycle(job, approve=True).state == "succeeded"

    people = {name: one for name, one in accounts(target).items() if len(name) == 2}
    assert sorted(people) == ["p0", "p1", "p2", "p3", "p4"]
    titles = {name: one["title"] for name, one in people.items()}
    assert titles == {"p0": "Agent", "p1": "Head", "p2": "Agent", "p3": "Agent", "p4": "Agent"}
    assert [name for name, one in people.items() if one["active"] is False] == ["p2"]
    assert member_names(target, "Sales") == ["p0", "p1", "p2"]
    clock.sleep(10)
    watch = Watch(target)
    again = cycle(job, initial=True)
    assert (again.state, written(watch)) == ("succeeded", set())


def test_genesys_cloud_is_probed_within_what_it_allows(directory: Directory):
    with simulator.start(quota=0, groups=["Sales"]) as target:
        job = provisioned(target, directory)
        job.application.template = "genesys-cloud"
        job.application.save()

        document = probing.probe(job.application, sleep=lambda _: None)

        assert document["quirks"]["user_lists"] == [None, "active eq false"]
        assert document["quirks"]["groups_creatable"] is False
        assert [one for one in of_the_probe(target, "users") if one["state"] != "deleted"] == []
        assert len(target.state()["groups"]) == 1


def test_without_consent_nothing_is_sent_and_what_would_be_is_said(directory: Directory):
    with simulator.start(personality="scim", quota=0) as target:
        provisioned(target, directory)
        watch = Watch(target)

        said = command("passport", "genesys-eu", "--probe", "--json")

        assert said.code == 3
        assert "rollcall-probe-" in said.document["errors"][0]["message"]
        assert watch.requests == []
        assert command("passport", "genesys-eu").out.startswith("Never probed.")
        done = command("passport", "genesys-eu", "--probe", "--yes", "--json")
        assert (done.code, len(done.document["answers"])) == (0, 10)
        assert "✓ Changes: PATCH with paths" in command("passport", "genesys-eu").out


def test_only_what_bears_the_mark_is_ever_deleted(directory: Directory):
    with simulator.start(personality="scim", quota=0) as target:
        job = provisioned(target, directory)
        cycle(job, approve=True)
        innocent = accounts(target)["p0"]["id"]
        marks = {"rollcall-probe-1@rollcall.invalid": [["user", innocent], ["user", "may be"]]}
        Connection.objects.update(probe={"marks": marks})
        watch = Watch(target)

        probing.clean(job.application)

        assert written(watch) == set()
        assert Connection.objects.get().probe["marks"] == {}


def test_K_whatever_point_a_probe_dies_at_the_next_run_takes_everything_away(
    directory: Directory,
):
    with simulator.start(personality="scim", quota=0) as target:
        job = provisioned(target, directory)
        counted = Mortal()
        with counted.alive():
            probing.probe(job.application, sleep=lambda _: None)
        assert len(counted.points) > 40
        # Behind a read nothing is there that was not behind the write before it.
        deaths = [n for n, name in enumerate(counted.points, start=1) if name != "GET"]
        for number in deaths[:-1]:
            mortal = Mortal(dies_at=number)
            with mortal.alive(), pytest.raises(Death):
                probing.probe(job.application, sleep=lambda _: None)

            probing.clean(job.application)

            left = [*of_the_probe(target, "users"), *of_the_probe(target, "groups")]
            assert [one for one in left if one["state"] != "deleted"] == [], counted.points[
                number - 1
            ]
            assert Connection.objects.get().probe["marks"] == {}
            keep_quirks(job.application, **Quirks().as_dict())
