"""Finding people and groups, guests, and groups in groups."""

from __future__ import annotations

import itertools

import pytest

from provisioning.models.directory import DirectoryObject
from provisioning.models.membership import Membership
from provisioning.tests.sources.directories import (
    group,
    groups_file,
    imported,
    members_file,
    people_file,
    person,
)

pytestmark = pytest.mark.django_db

GUEST = "anna_gast_fabrikam.example#EXT#@contoso.example"


def found(text: str) -> list[str]:
    return [one.source_id for one in DirectoryObject.objects.people().find(text)]


@pytest.mark.parametrize(
    ("text", "source_id"),
    [
        ("Ana.Ruiz@contoso.example", "u1"),
        (" ana.ruiz@CONTOSO.example ", "u1"),
        ("U1", "u1"),
        ("ext-7", "u1"),
        ("anna_gast@fabrikam.example", "u2"),
        (GUEST, "u2"),
        ("İPEK.GROSS@contoso.example", "u3"),
        ("i\u0307pek.groß@contoso.example", "u3"),
    ],
)
def test_W30_people_are_found_by_user_name_id_and_external_id_in_any_case(
    tmp_path, text, source_id
):
    imported(
        tmp_path,
        users=f"id,userPrincipalName,externalId\nu1,ana.ruiz@contoso.example,ext-7\nu2,{GUEST},\n"
        "u3,İpek.Groß@contoso.example,\n",
    )

    assert found(text) == [source_id]


def test_people_are_found_by_the_directory_id_that_logs_show(tmp_path):
    imported(tmp_path, users=people_file(["u1"]))

    assert found(str(person("u1").pk)) == ["u1"]


def test_W31_a_look_alike_letter_is_somebody_else(tmp_path):
    imported(tmp_path, users="id,userPrincipalName\nu1,аna@contoso.example\n")

    assert found("ana@contoso.example") == []


def test_who_is_gone_is_found_only_while_nobody_else_has_the_name(tmp_path):
    imported(tmp_path, users="id,userPrincipalName\nold,ana@contoso.example\n")
    imported(tmp_path, users="id,userPrincipalName\nother,x@contoso.example\n")
    assert found("ana@contoso.example") == ["old"]

    imported(tmp_path, users="id,userPrincipalName\nnew,ana@contoso.example\n")

    assert found("ana@contoso.example") == ["new"]


def test_groups_are_found_by_name_and_id(tmp_path):
    imported(tmp_path, groups="id,displayName\ng1,Contact centre FR\n")

    names = DirectoryObject.objects.groups()
    assert [one.source_id for one in names.find("contact CENTRE fr")] == ["g1"]
    assert [one.source_id for one in names.find("G1")] == ["g1"]


def test_W04_a_guest_is_called_by_the_own_address_and_the_raw_name_is_kept(tmp_path):
    imported(tmp_path, users=f"id,userPrincipalName,manager\nu2,{GUEST},U9\n")

    attributes = person("u2").as_source_object().attributes

    assert attributes["userPrincipalName"] == "anna_gast@fabrikam.example"
    assert attributes["originalUserPrincipalName"] == GUEST
    assert (attributes["objectId"], attributes["manager"]) == ("u2", "U9")


def test_W13_circles_diamonds_and_depth_of_groups_are_walked_once(tmp_path):
    chain = [f"c{number}" for number in range(150)]
    imported(
        tmp_path,
        users=people_file(["u1", "u2"]),
        groups=groups_file([*chain, "a", "b", "left", "right"]),
        memberships=members_file(
            [
                *((outer, inner, "group") for outer, inner in itertools.pairwise(chain)),
                ("c149", "u1"),
                *(("a", "b", "group"), ("b", "a", "group"), ("a", "a", "group")),
                *(("a", "left", "group"), ("a", "right", "group")),
                *(("left", "u2"), ("right", "u2")),
            ]
        ),
    )

    members = Membership.objects.members_of([group("c0").pk, group("b").pk], nested=True)
    groups = Membership.objects.groups_of([person("u1").pk, person("u2").pk], nested=True)

    assert members == {group("c0").pk: {person("u1").pk}, group("b").pk: {person("u2").pk}}
    assert len(groups[person("u1").pk]) == 150
    assert groups[person("u2").pk] == {group(one).pk for one in ("a", "b", "left", "right")}


def test_without_nesting_only_direct_members_and_groups_count(tmp_path):
    imported(
        tmp_path,
        users=people_file(["u1"]),
        groups=groups_file(["outer", "inner"]),
        memberships=members_file([("outer", "inner", "group"), ("inner", "u1")]),
    )
    outer, inner, one = group("outer").pk, group("inner").pk, person("u1").pk

    members = Membership.objects.members_of([outer, inner], nested=False)

    assert members == {outer: set(), inner: {one}}
    assert Membership.objects.groups_of([one], nested=False) == {one: {inner}}
