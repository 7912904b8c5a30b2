"""A file that lost people or groups removes nobody until a person says so (F23, W32)."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.resource import Kind
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import Terms
from provisioning.tests.sources.directories import (
    NOW,
    edges,
    files,
    groups_file,
    imported,
    members_file,
    people_file,
    person,
    present,
)

pytestmark = pytest.mark.django_db


def ids(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("before", "missing", "held"),
    [
        (3, 3, False),
        (20, 3, False),
        (20, 4, True),
        (40, 4, False),
        (40, 5, True),
        (100, 10, False),
        (100, 11, True),
        (4, 4, True),
    ],
)
@pytest.mark.parametrize("part", ["users", "groups"])
def test_F23_more_than_a_tenth_and_more_than_three_missing_removes_nobody(
    tmp_path, part, before, missing, held
):
    kind = Kind.USER if part == "users" else Kind.GROUP
    whole: dict[str, Any] = {part: people_file(ids(before))}
    rest: dict[str, Any] = {part: people_file(ids(before)[missing:])}
    imported(tmp_path, **whole)

    report = imported(tmp_path, **rest)

    assert report.held is held
    assert getattr(report, part).removed == (0 if held else missing)
    assert len(present(kind)) == (before if held else before - missing)


def test_F23_what_is_new_or_changed_stands_while_the_guard_holds(tmp_path):
    imported(tmp_path, users=people_file(ids(10)))

    report = imported(tmp_path, users="id,displayName\nu0,Renamed\nnew,Person new\n")

    assert report.held
    assert (report.users.added, report.users.changed, report.users.removed) == (1, 1, 0)
    assert person("u0").display_name == "Renamed"
    assert any("9 of 10 are missing" in one.reason for one in report.warnings)


def test_F23_while_the_guard_holds_groups_and_memberships_are_not_removed_either(tmp_path):
    everybody = [("g0", one) for one in ids(10)]
    imported(
        tmp_path,
        users=people_file(ids(10)),
        groups=groups_file(["g0", "g1"]),
        memberships=members_file(everybody),
    )

    report = imported(
        tmp_path,
        users=people_file(ids(5)),
        groups=groups_file(["g0"]),
        memberships=members_file(everybody[:5]),
    )

    assert report.held
    assert present(Kind.GROUP) == {"g0", "g1"}
    assert edges() == set(everybody)


def test_a_header_without_rows_is_everybody_gone_and_held(tmp_path):
    imported(tmp_path, users=people_file(ids(10)))

    assert imported(tmp_path, users="id,displayName\n").held
    assert len(present()) == 10


def test_force_removes_however_many_are_missing(tmp_path):
    imported(tmp_path, users=people_file(ids(10)))

    report = imported(tmp_path, Terms(force=True), users=people_file(ids(1)))

    assert (report.held, report.users.removed) == (False, 9)
    assert present() == {"u0"}


def test_a_partial_import_never_removes_anybody(tmp_path):
    imported(tmp_path, users=people_file(ids(3)), groups=groups_file(["g0"]))
    imported(tmp_path, memberships=members_file([("g0", "u0")]))

    imported(
        tmp_path,
        Terms(merge=True, removes=False, force=True),
        users=people_file(["u9"]),
        memberships=members_file([("g0", "u1")]),
    )

    assert present() == {"u0", "u1", "u2", "u9"}
    assert edges() == {("g0", "u0"), ("g0", "u1")}


def test_another_source_is_not_touched(tmp_path):
    imported(tmp_path, users=people_file(ids(3)))

    import_directory(files(tmp_path, users=people_file(["x"])), name="other", now=NOW)

    assert present() == {"u0", "u1", "u2", "x"}
