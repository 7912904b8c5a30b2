"""The demo directory: stable, believable, awkward, and safe to show."""

from __future__ import annotations

from collections import Counter

import pytest

from provisioning.core.resource import State
from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.sources.base import Part, Record
from provisioning.sources.demo.source import DemoDirectory
from provisioning.tests.engine.commanding import command

TOUR = ("adele.vance", "karim.lopez", "mona.lind", "bianca.pisani")


def people(count: int, seed: int = 1) -> list[Record]:
    source = DemoDirectory(people=count, groups=3, seed=seed)
    return [one for page in source.full(Part.USERS) for one in page.records]


@pytest.mark.parametrize("count", [0, 1, 5, 40, 400])
def test_there_are_exactly_as_many_people_as_asked_for(count):
    assert len(people(count)) == count


@pytest.mark.parametrize("count", [0, 3, 40])
def test_there_are_exactly_as_many_groups_as_asked_for(count):
    source = DemoDirectory(people=50, groups=count, seed=1)

    assert sum(len(page.records) for page in source.full(Part.GROUPS)) == count


def test_the_same_seed_is_the_same_people_and_another_seed_is_not():
    assert people(300) == people(300)
    assert {one.source_id for one in people(300)} & {one.source_id for one in people(300, 2)} == {
        one.source_id for one in people(4)
    }


def test_a_larger_demo_holds_the_smaller_one():
    small, large = people(400), people(600)

    assert small == large[:400]


def test_everybody_is_at_a_reserved_domain_with_a_number_reserved_for_fiction():
    for one in people(1000):
        for name in ("mail", "userPrincipalName"):
            assert str(one.attributes.get(name) or "@x.example").endswith(".example")
        number = str(one.attributes.get("telephoneNumber") or "+3319900")
        assert number.startswith(("+3319900", "+493023125", "+442079460", "+49 (0) 30/123"))


def test_user_names_are_unique():
    names = Counter(one.attributes.get("userPrincipalName") for one in people(3000))
    del names[None]

    assert names.most_common(1)[0][1] == 1


def test_the_population_has_the_shares_of_a_real_directory():
    crowd = people(3000)
    disabled = sum(one.attributes.get("accountEnabled") is False for one in crowd)
    deleted = sum("deletedDateTime" in one.attributes for one in crowd)
    guests = sum(one.attributes.get("userType") == "Guest" for one in crowd)
    latin = sum(str(one.attributes.get("surname") or "a")[0] < "\u0250" for one in crowd)

    assert 0.04 < disabled / 3000 < 0.08
    assert 0.01 < deleted / 3000 < 0.03
    assert 0.06 < guests / 3000 < 0.10
    assert 0.50 < latin / 3000 < 0.65


@pytest.mark.django_db
def test_seeding_twice_changes_nothing_and_the_tour_finds_its_people():
    first = command("seed_demo", "--people", "250", "--json")
    second = command("seed_demo", "--people", "250", "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.document["users"]["added"] == second.document["users"]["unchanged"] == 250
    assert second.document["memberships"]["added"] == 0
    for name in TOUR:
        (one,) = DirectoryObject.objects.people().find(f"{name}@contoso.example")
        assert one.state == State.ACTIVE


@pytest.mark.django_db
def test_contact_centre_groups_hold_people_who_can_be_provisioned():
    command("seed_demo", "--people", "400")
    objects = DirectoryObject.objects

    for name in ("Contact centre FR", "Contact centre EU", "Sales FR"):
        (found,) = objects.groups().find(name)
        members = objects.filter(
            pk__in=Membership.objects.members_of([found.pk], nested=False)[found.pk]
        )
        assert members
        assert all(one.attributes["mail"] and one.display_name for one in members)
        addresses = [one.attributes["mail"].casefold() for one in members]
        assert len(addresses) == len(set(addresses))
    karim, adele = (objects.people().find(f"{one}@contoso.example")[0] for one in TOUR[1::-1])
    assert adele.attributes["jobTitle"] == "Supervisor"
    contact_centre = objects.groups().find("Contact centre FR") + objects.groups().find(
        "Contact centre EU"
    )
    for groups in Membership.objects.groups_of([karim.pk, adele.pk], nested=True).values():
        assert not groups & {one.pk for one in contact_centre}


@pytest.mark.django_db
def test_seeding_removes_nobody():
    command("seed_demo", "--people", "60")

    report = command("seed_demo", "--people", "30", "--seed", "2", "--json")

    assert report.document["users"]["removed"] == 0
    assert DirectoryObject.objects.people().present().count() == 60 + 30 - 4


@pytest.mark.parametrize("people", ["-1", "many", "٣", "99999999"])
def test_a_number_of_people_that_is_none_is_refused(people):
    assert command("seed_demo", "--people", people, "--json").code == 2
