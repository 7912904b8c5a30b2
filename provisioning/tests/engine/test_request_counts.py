"""What a cycle costs, exactly (design 3): L + N + R + M·(1 + ⌈k/c⌉), and nothing for no change.

N people, of whom R close a manager circle; M groups of k members; chunks of c = 50; L requests
list the people: 100 a page, at Genesys Cloud 25 a page for active and for inactive ones.
"""

from __future__ import annotations

from math import ceil

import pytest

from provisioning import simulator
from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.watching import account, seeded

CHUNK = 50
TEMPLATE = {"genesys": "genesys-cloud", "scim": "scim"}
BOTH = pytest.mark.parametrize("personality", ["genesys", "scim"])
# Discovery belongs to Test Connection: a cycle never asks for it.
DISCOVERY = ("ServiceProviderConfig", "Schemas", "ResourceTypes")


def listing(personality: str, active: int, inactive: int = 0) -> int:
    """L: the requests that list so many people."""
    if personality == "genesys":
        return max(1, ceil(active / 25)) + max(1, ceil(inactive / 25))
    return max(1, ceil((active + inactive) / 100))


def workforce(directory: Directory, people: int, groups: int = 0, members: int = 0) -> list[str]:
    """People p000… and groups of the first so many of them."""
    names = [directory.person(f"p{number:03}") for number in range(people)]
    for number in range(groups):
        directory.group(f"g{number}", f"Group {number}", names[:members])
    return names


def empty_target(personality: str, groups: int = 0) -> Running:
    """A target without people; Genesys Cloud has the groups already."""
    names = [f"Group {number}" for number in range(groups)] if personality == "genesys" else []
    return simulator.start(personality=personality, quota=0, groups=names)


def provisioning(target: Running, personality: str) -> Job:
    return application(target.tenant_url, target.token, template=TEMPLATE[personality], scope="all")


def total(requests: dict[str, int], target: Running) -> int:
    """The sum, which the target counts alike, none of it discovery."""
    assert not [one for one in target.requests if one["path"].rpartition("/")[2] in DISCOVERY]
    assert sum(requests.values()) == len(target.requests)
    return sum(requests.values())


@BOTH
@pytest.mark.parametrize(
    ("people", "circles", "groups", "members"),
    [(2, 0, 0, 0), (7, 2, 1, 7), (60, 0, 2, 50), (60, 3, 1, 51)],
)
def test_an_empty_target_is_filled_by_the_formula(
    directory: Directory, personality: str, people: int, circles: int, groups: int, members: int
):
    names = workforce(directory, people, groups, members)
    for one, other in zip(names[: 2 * circles : 2], names[1 : 2 * circles : 2], strict=True):
        directory.person(one, manager=other)
        directory.person(other, manager=one)
    directory.sync()
    with empty_target(personality, groups) as target:
        run = cycle(provisioning(target, personality), approve=True)

        chunks = ceil(members / CHUNK)
        expected = listing(personality, 0) + people + circles + groups * (1 + chunks)
        assert run.state == "succeeded"
        assert total(run.requests, target) == expected
        assert run.requests["GET"] == listing(personality, 0) + groups


@BOTH
def test_an_equal_target_costs_its_listing_and_one_look_up_for_each_group(
    directory: Directory, personality: str
):
    workforce(directory, 60, 2, 5)
    directory.sync()
    with empty_target(personality, 2) as target:
        job = provisioning(target, personality)
        cycle(job, approve=True)
        before = len(target.requests)
        job.links.all().delete()

        run = cycle(job, initial=True)

        assert run.requests == {"GET": listing(personality, 60) + 2}
        assert len(target.requests) - before == listing(personality, 60) + 2
        assert run.counts == {"adopt": 62}


@BOTH
def test_inactive_accounts_are_listed_too(directory: Directory, personality: str):
    workforce(directory, 80)
    directory.sync()
    people = [account(f"p{number:03}", active=number < 50) for number in range(80)]
    with seeded(people, personality=personality) as target:
        run = cycle(provisioning(target, personality), approve=True)

        assert run.requests["GET"] == listing(personality, 50, 30)
        # The inactive ones are enabled.
        assert run.requests["PATCH"] == 30


@BOTH
def test_no_change_costs_nothing(directory: Directory, personality: str):
    workforce(directory, 5, 1, 5)
    directory.sync()
    with empty_target(personality, 1) as target:
        job = provisioning(target, personality)
        cycle(job, approve=True)
        before = len(target.requests)

        assert cycle(job).requests == {}
        assert cycle(job, initial=True).requests == {}
        directory.sync()
        assert cycle(job).requests == {}
        assert len(target.requests) == before


@BOTH
def test_one_attribute_costs_one_request(directory: Directory, personality: str):
    workforce(directory, 5)
    directory.sync()
    with empty_target(personality) as target:
        job = provisioning(target, personality)
        cycle(job, approve=True)
        directory.person("p003", jobTitle="Lead")
        directory.sync()

        assert cycle(job).requests == {"PATCH": 1}


@BOTH
@pytest.mark.parametrize("difference", [1, 50, 51])
def test_members_cost_a_request_for_each_chunk_of_the_difference(
    directory: Directory, personality: str, difference: int
):
    names = workforce(directory, 60, 1, 5)
    directory.sync()
    with empty_target(personality, 1) as target:
        job = provisioning(target, personality)
        cycle(job, approve=True)
        directory.group("g0", "Group 0", names[: 5 + difference])
        directory.sync()

        assert cycle(job).requests == {"PATCH": ceil(difference / CHUNK)}


@BOTH
def test_one_joiner_is_looked_up_and_created(directory: Directory, personality: str):
    workforce(directory, 30)
    directory.sync()
    with empty_target(personality) as target:
        job = provisioning(target, personality)
        cycle(job, approve=True)
        directory.person("joiner")
        directory.sync()

        assert cycle(job).requests == {"GET": 1, "POST": 1}


@pytest.mark.parametrize(("personality", "strangers"), [("genesys", 120), ("scim", 420)])
def test_a_few_joiners_of_a_big_target_cost_its_first_page_and_a_look_up_each(
    directory: Directory, personality: str, strangers: int
):
    for name in ("ana", "ben", "eva"):
        directory.person(name)
    directory.sync()
    with seeded([account(f"x{n}") for n in range(strangers)], personality=personality) as target:
        run = cycle(provisioning(target, personality), approve=True)

        assert run.requests == {"GET": 1 + 3, "POST": 3}


@pytest.mark.parametrize(("personality", "strangers"), [("genesys", 50), ("scim", 200)])
def test_joiners_of_a_small_target_cost_its_listing(
    directory: Directory, personality: str, strangers: int
):
    for number in range(6):
        directory.person(f"joiner{number}")
    directory.sync()
    with seeded([account(f"x{n}") for n in range(strangers)], personality=personality) as target:
        run = cycle(provisioning(target, personality), approve=True)

        assert run.requests == {"GET": listing(personality, strangers), "POST": 6}


@BOTH
def test_people_out_of_scope_cost_nothing(directory: Directory, personality: str):
    for number in range(20):
        directory.person(f"p{number}", accountEnabled=number == 0)
    directory.sync()
    with empty_target(personality) as target:
        run = cycle(provisioning(target, personality), approve=True)

        assert run.requests == {"GET": 1, "POST": 1}
