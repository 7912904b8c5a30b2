"""Encodings, delimiters, columns of other names, cells with several values, files of changes."""

from __future__ import annotations

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.directory import import_directory, preview_import
from provisioning.engine.importing.report import Terms
from provisioning.sources.base import Part
from provisioning.sources.csv_file import FileSource
from provisioning.sources.file_reading import ENCODINGS, FileReading, detect_encoding
from provisioning.tests.sources.directories import (
    NAME,
    NOW,
    edges,
    imported,
    members_file,
    people_file,
    person,
    present,
    reasons,
)

pytestmark = pytest.mark.django_db

CHANGES = Terms(merge=True)


def source(folder, content, reading=None, *, part=Part.USERS, changes=False):
    path = folder / f"{part.value}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return FileSource({part: path}, {part: reading or FileReading()}, changes=changes)


def take(one, terms=None):
    return import_directory(one, name=NAME, now=NOW, terms=terms)


@pytest.mark.parametrize(
    ("text", "encoding", "found", "certain"),
    [
        ("id,displayName\n1,Zoé\n", "utf-8", "utf-8", True),
        ("id,displayName\n1,Zoé\n", "utf-8-sig", "utf-8", True),
        ("id,displayName\n1,Zoé\n", "utf-16", "utf-16", True),
        ("id,displayName\n1,Zoé Müller\n2,Jürgen Größe\n", "cp1252", None, False),
        ("id,displayName\n1,Анна Иванова\n2,Борис Петров\n", "cp1251", "cp1251", False),
    ],
)
def test_a_mark_or_the_bytes_prove_the_encoding_and_the_rest_is_a_guess(
    tmp_path, text, encoding, found, certain
):
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode(encoding))

    detected = detect_encoding(path)

    assert detected.certain is certain
    assert detected.name == found or (found is None and detected.name in ENCODINGS)


def test_what_is_no_utf8_far_into_the_file_is_still_found(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(people_file(map(str, range(200_000))).encode() + "1,Größe\n".encode("cp1252"))

    assert detect_encoding(path).certain is False


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-16-le", "mac-roman"])
def test_a_file_in_another_encoding_is_read_as_it_was_written(tmp_path, encoding):
    rows = "id;displayName\r\n1;Zoé Ørsted\r\n2;Ælfric\r\n"

    report = take(source(tmp_path, rows.encode(encoding), FileReading(encoding)))

    assert report.users.added == 2
    assert person("1").display_name == "Zoé Ørsted"


def test_a_japanese_file_is_right_once_somebody_has_said_so(tmp_path):
    rows = "id,displayName\n1,山田太郎\n2,ソ能表\n".encode("shift_jis")

    take(source(tmp_path, rows, FileReading("shift_jis")))

    assert [person(one).display_name for one in "12"] == ["山田太郎", "ソ能表"]


def test_a_line_that_is_not_in_the_chosen_encoding_costs_itself_only(tmp_path):
    rows = b"id,displayName\n1,\x81\x20\n2,Bob\n"

    report = take(source(tmp_path, rows, FileReading("cp1252")))

    assert reasons(report) == [(2, "The line is not CP1252: byte 0x81 at position 3.")]
    assert present() == {"2"}


def test_columns_get_other_names_and_are_left_out(tmp_path):
    said = FileReading(columns={"Nr": "id", "Chef": "manager", "secret": "", "note": ""})

    take(source(tmp_path, "Nr,Chef,secret,note,badge\n1,2,x,y,9\n2,,x,y,8\n", said))

    assert person("1").attributes == {"manager": "2", "badge": "9"}


def test_json_names_are_mapped_as_columns_are(tmp_path):
    path = tmp_path / "users.jsonl"
    path.write_text('{"nr": "1", "pay": 3, "name": "Ana"}\n')
    said = {Part.USERS: FileReading(columns={"nr": "id", "pay": "", "name": "displayName"})}

    take(FileSource({Part.USERS: path}, said))

    assert person("1").attributes == {"displayName": "Ana"}


def test_a_cell_of_an_extension_column_is_taken_apart_and_a_name_never(tmp_path):
    take(source(tmp_path, "id,displayName,skills\n1,A|B,fr| de|\n", FileReading(separator="|")))

    assert person("1").attributes == {"displayName": "A|B", "skills": ["fr", "de"]}


def test_a_file_of_changes_removes_whom_it_names_and_nobody_else(tmp_path):
    imported(tmp_path, users=people_file(["1", "2", "3", "4"]))

    changes = "id,action,displayName\n1,delete,\n2,,Renamed\n5,UPSERT,New\n"
    report = take(source(tmp_path, changes, changes=True), CHANGES)

    assert (report.users.added, report.users.changed, report.users.removed) == (1, 1, 1)
    assert present() == {"2", "3", "4", "5"}
    assert person("5").attributes == {"displayName": "New"}


def test_a_file_of_changes_ends_the_memberships_it_names(tmp_path):
    imported(
        tmp_path,
        users=people_file(["1", "2"]),
        groups="id,displayName\ng,Sales\n",
        memberships=members_file([("g", "1"), ("g", "2")]),
    )
    rows = "group,member,action\ng,1,delete\ng,9,delete\n"
    some = source(tmp_path, rows, part=Part.MEMBERSHIPS, changes=True)

    foreseen = preview_import(some, name=NAME, now=NOW, terms=CHANGES)
    report = take(some, CHANGES)

    assert foreseen.memberships.removed == report.memberships.removed == 1
    assert edges() == {("g", "2")}


def test_the_shrink_guard_judges_deletions_that_a_file_of_changes_names(tmp_path):
    imported(tmp_path, users=people_file(map(str, range(20))))

    rows = "id,action\n" + "".join(f"{one},delete\n" for one in range(10))
    report = take(source(tmp_path, rows, changes=True), CHANGES)

    assert report.held
    assert len(present()) == 20


def test_an_action_that_nobody_knows_refuses_its_row(tmp_path):
    imported(tmp_path, users=people_file(["1"]))

    report = take(source(tmp_path, "id,action\n1,terminate\n", changes=True), CHANGES)

    assert reasons(report) == [(2, "The action “terminate” is none: write upsert or delete.")]
    assert present() == {"1"}


def test_a_complete_file_with_actions_is_refused_because_nobody_can_tell_what_is_meant(tmp_path):
    with pytest.raises(UsageProblems, match="belongs to a file of changes"):
        take(source(tmp_path, "id,action\n1,delete\n"))


@pytest.mark.parametrize("damage", ["#N/A", "#REF!", "1.23E+05", "1,23E+11"])
def test_what_a_spreadsheet_puts_in_place_of_an_id_is_nobodys_id(tmp_path, damage):
    imported(tmp_path, users=people_file(["1"]))

    report = imported(tmp_path, users=f'id,displayName\n"{damage}",Somebody\n')

    assert "a spreadsheet put it in place" in report.rejected[0].reason
    assert present() == {"1"}
