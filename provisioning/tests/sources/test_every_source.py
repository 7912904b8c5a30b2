"""What every directory source promises, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.directory import import_directory
from provisioning.sources.base import DirectorySource, Part
from provisioning.sources.demo.source import DemoDirectory
from provisioning.tests.sources.directories import NOW, files, groups_file, members_file

Make = Callable[[Path], DirectorySource]

pytestmark = pytest.mark.django_db


def csv_files(folder: Path) -> DirectorySource:
    people = "id,displayName,manager\n" + "".join(
        f"u{n},Person {n},u{n + 1}\n" for n in range(2500)
    )
    return files(
        folder,
        users=people,
        groups=groups_file(["g1", "g2"]),
        memberships=members_file([("g1", f"u{n}") for n in range(2500)]),
    )


def json_files(folder: Path) -> DirectorySource:
    return files(folder, users='{"id": "u1"}\n{"id": "u2"}\n', groups='{"id": "g1"}\n')


def demo(_folder: Path) -> DirectorySource:
    return DemoDirectory(people=300, groups=40, seed=3)


every_source = pytest.mark.parametrize("make", [csv_files, json_files, demo])


@every_source
def test_a_good_source_has_no_problems_and_names_its_parts(make: Make, tmp_path):
    source = make(tmp_path)

    assert source.check() == []
    assert all(source.name_of(part) for part in source.parts())
    assert all("id" in source.schema(part) for part in (Part.USERS,) if source.schema(part))


@every_source
def test_pages_are_bounded_and_say_the_same_each_time(make: Make, tmp_path):
    source, again = make(tmp_path), make(tmp_path)

    for part in source.parts():
        pages = list(source.full(part))
        assert pages == list(source.full(part)) == list(again.full(part))
        assert all(len(page.records) + len(page.edges) <= 1000 for page in pages)
        assert all(page.complete for page in pages)


@every_source
def test_ids_are_unique_and_attributes_are_never_empty(make: Make, tmp_path):
    source = make(tmp_path)

    for part in (Part.USERS, Part.GROUPS):
        records = [one for page in source.full(part) for one in page.records]
        assert len({one.source_id for one in records}) == len(records)
        assert all(value not in ("", []) for one in records for value in one.attributes.values())


@every_source
def test_a_second_import_changes_nothing(make: Make, tmp_path):
    first = import_directory(make(tmp_path), name="one", now=NOW)

    second = import_directory(make(tmp_path), name="one", now=NOW)

    assert second.users.unchanged == first.users.added > 0
    assert second.groups.unchanged == first.groups.added > 0
    assert second.memberships.unchanged == first.memberships.added
    for counts in (second.users, second.groups, second.memberships):
        assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)


def test_a_source_whose_check_fails_is_not_read(tmp_path):
    with pytest.raises(UsageProblems):
        import_directory(files(tmp_path, users="name\nAna\n"), name="one", now=NOW)
