"""The guard: what a plan may take away without a person, and what its sentences say (F27)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provisioning.core.attribute_path import AttributePath
from provisioning.core.definition import GuardLimits
from provisioning.core.diff import Change
from provisioning.core.guard import Counted, Danger, allowed_removals, dangers, judge
from provisioning.core.resource import Value

DEFAULT = GuardLimits()


def counted(danger: Danger, rows: int, recent: int = 0, people: int = 10, groups: int = 10):
    return Counted({danger: rows}, {danger: recent}, people, groups)


@pytest.mark.parametrize(
    ("linked", "allowed"),
    [
        (0, 3),
        (10, 3),
        (60, 3),
        (79, 3),
        (80, 4),
        (199, 9),
        (2_000, 100),
        (2_001, 100),
        (90_000, 100),
    ],
)
def test_allowed_is_five_percent_rounded_down_at_least_three_at_most_a_hundred(
    linked: int, allowed: int
):
    assert allowed_removals(DEFAULT, linked) == allowed


def test_at_most_wins_over_at_least():
    assert allowed_removals(GuardLimits(percent=50, at_least=10, at_most=2), 100) == 2


@pytest.mark.parametrize(
    ("removals", "recent", "holds"),
    [(3, 0, False), (4, 0, True), (1, 3, True), (2, 1, False), (0, 99, False)],
)
def test_F27_slices_of_a_day_add_up(removals: int, recent: int, holds: bool):
    verdict = judge(DEFAULT, counted(Danger.REMOVAL, removals, recent))

    assert verdict.holds == ({Danger.REMOVAL} if holds else set())


@pytest.mark.parametrize("danger", [Danger.MATCHING_CHANGES, Danger.EMPTIED, Danger.CUT_OFF])
@pytest.mark.parametrize(
    ("rows", "recent", "people", "holds"),
    [
        (3, 0, 10, False),
        (4, 0, 10, True),
        (20, 0, 100, False),
        (21, 0, 100, True),
        (11, 10, 100, True),
        (400, 0, 2_000, False),
        (401, 0, 2_000, True),
    ],
)
def test_F27_a_fifth_of_the_people_may_change_in_a_dangerous_way(
    danger: Danger, rows: int, recent: int, people: int, holds: bool
):
    verdict = judge(DEFAULT, counted(danger, rows, recent, people))

    assert verdict.holds == ({danger} if holds else set())


@pytest.mark.parametrize(("rows", "holds"), [(3, False), (4, True)])
def test_F27_groups_that_lose_everybody_count_like_removals_among_groups(rows: int, holds: bool):
    verdict = judge(DEFAULT, counted(Danger.MEMBERS_EMPTIED, rows, people=5_000))

    assert verdict.holds == ({Danger.MEMBERS_EMPTIED} if holds else set())


def test_F27_two_who_would_share_a_matching_value_always_wait():
    assert judge(DEFAULT, counted(Danger.COLLIDES, 2, people=5_000)).holds == {Danger.COLLIDES}


def test_the_verdict_names_its_figures():
    document = judge(DEFAULT, counted(Danger.REMOVAL, 5, 1)).as_document()

    assert document["verdict"] == "hold"
    assert document["removals"] == 5
    assert document["allowed"] == 3
    assert document["reasons"] == [
        "5 removals, with 1 in the last 24 hours, are more than the 3 allowed for 10 linked "
        "people: they wait for a person."
    ]


def test_the_verdict_tells_of_removals_also_when_there_are_none_and_of_others_where_there_are():
    document = judge(DEFAULT, counted(Danger.EMPTIED, 2, 1)).as_document()

    assert document["verdict"] == "pass"
    assert document["reasons"] == [
        "0 removals, with 0 in the last 24 hours, are within the 3 allowed for 10 linked people.",
        "2 people lose a value, after 1 in the last 24 hours; 3 of 10 may.",
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("title", None, "Lead", set()),
        ("title", "", "Lead", set()),
        ("title", "Agent", "Lead", set()),
        ("title", "Agent", None, {Danger.EMPTIED}),
        ("title", "Agent", "", {Danger.EMPTIED}),
        ("roles", [{"value": "agent"}], [], {Danger.EMPTIED}),
        ("title", "Agent", "Age", {Danger.CUT_OFF}),
        ("title", "Agent", "Agents", set()),
        ("title", 10, 1, set()),
        ("active", True, False, set()),
        ("userName", None, "ana", set()),
        ("userName", "ana", "ben", {Danger.MATCHING_CHANGES}),
        ("userName", "ana", None, {Danger.MATCHING_CHANGES, Danger.EMPTIED}),
        ("userName", "ana.ruiz", "ana", {Danger.MATCHING_CHANGES, Danger.CUT_OFF}),
    ],
)
def test_what_a_change_takes_away(path: str, old: Value, new: Value, found: set[Danger]):
    change = Change(AttributePath.parse(path), old, new)

    assert dangers([change], ["userName"]) == {danger: [path] for danger in found}


def test_each_danger_names_its_own_attributes_and_no_other():
    changes = [
        Change(AttributePath.parse(path), old, new)
        for path, old, new in (
            ("displayName", "Ana", "Eve"),
            ("title", "Agent", None),
            ("nickName", "An", ""),
            ("userName", "ana.ruiz", "ana"),
        )
    ]

    assert dangers(changes, ["userName"]) == {
        Danger.EMPTIED: ["title", "nickName"],
        Danger.CUT_OFF: ["userName"],
        Danger.MATCHING_CHANGES: ["userName"],
    }


def test_who_was_left_out_of_a_decision_by_name_waits_though_every_limit_is_kept():
    verdict = replace(judge(DEFAULT, Counted({}, {}, people=10, groups=0)), undecided=2)

    document = verdict.as_document()
    assert document["verdict"] == "hold"
    assert "2 wait for a person" in str(document["reasons"])
