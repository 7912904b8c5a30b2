"""import_directory as scripts use it: one JSON document, exit codes, messages for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.models.directory import Source
from provisioning.tests.engine.commanding import Said, command
from provisioning.tests.sources.directories import people_file, present

pytestmark = pytest.mark.django_db

COUNTS = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.csv"
    path.write_text(people_file(f"u{number}" for number in range(10)))
    return path


def run(users: Path, *more: str) -> Said:
    return command("import_directory", "--users", str(users), *more)


def test_a_good_import_exits_0_with_its_counts(users):
    said = run(users, "--json")

    assert said.code == 0
    assert said.document == {
        "users": {**COUNTS, "added": 10},
        "groups": COUNTS,
        "memberships": COUNTS,
        "rejected": [],
        "warnings": [],
    }
    assert said.err == ""


def test_a_rejected_row_exits_5_with_file_line_and_reason(users):
    users.write_text(f"{users.read_text()}u9,Again\n")

    said = run(users, "--json")

    assert said.code == 5
    assert [(one["file"], one["line"]) for one in said.document["rejected"]] == [
        (str(users), 11),
        (str(users), 12),
    ]
    assert "u9" in said.document["rejected"][0]["reason"]
    assert "line 11" in said.err


def test_the_shrink_guard_exits_3_even_when_rows_were_rejected(users):
    run(users)
    users.write_text("id,displayName\nu0,Person u0\nu1\n")

    said = run(users, "--json")

    assert said.code == 3
    assert said.document["users"]["removed"] == 0
    assert len(said.document["rejected"]) == 1
    assert "--force" in said.err
    assert len(present()) == 10


def test_force_releases_the_guard(users):
    run(users)
    users.write_text("id,displayName\nu0,Person u0\n")

    said = run(users, "--force", "--json")

    assert (said.code, said.document["users"]["removed"]) == (0, 9)


def test_partial_adds_and_changes_only(users):
    run(users)
    users.write_text("id,displayName\nu0,New\nu10,Person u10\n")

    said = run(users, "--partial", "--json")

    assert said.code == 0
    assert said.document["users"] == {**COUNTS, "added": 1, "changed": 1}
    assert len(present()) == 11


def test_a_wrong_header_exits_2_and_names_file_and_line(users):
    users.write_text("identifier,displayName\nu0,Ana\n")

    said = run(users, "--json")

    assert said.code == 2
    (error,) = said.document["errors"]
    assert (error["path"], error["line"]) == (str(users), 1)
    assert "“id”" in error["message"]
    assert "identifier" in error["advice"]


def test_groups_and_members_come_from_their_own_files(users, tmp_path):
    groups, members = tmp_path / "groups.csv", tmp_path / "members.jsonl"
    groups.write_text("id,displayName\ng1,Agents\n")
    members.write_text('{"group": "g1", "member": "u1"}\n{"group": "g1", "member": "u99"}\n')

    said = run(users, "--groups", str(groups), "--members", str(members), "--json")

    assert said.document["groups"]["added"] == 1
    assert said.document["memberships"]["added"] == 2
    assert [(one["file"], one["line"]) for one in said.document["warnings"]] == [(str(members), 2)]


def test_sources_are_kept_apart_by_name(users):
    run(users)
    run(users, "--source", "HR north")

    assert sorted(Source.objects.values_list("name", flat=True)) == ["HR north", "files"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_source_needs_a_usable_name(users, name):
    assert run(users, "--source", name, "--json").code == 2


def test_the_users_file_is_required():
    assert command("import_directory", "--json").code == 2


def test_people_read_the_same_without_json(users):
    said = run(users)

    assert "users: 10 added, 0 changed, 0 removed, 0 unchanged" in said.out
