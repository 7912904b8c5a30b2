"""What a directory file may look like, and what makes it no directory file at all."""

from __future__ import annotations

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.sources.base import Part, Record
from provisioning.sources.csv_file import FileSource
from provisioning.tests.sources.directories import files, imported, person, present

pytestmark = pytest.mark.django_db


def records(source: FileSource) -> list[Record]:
    return [one for page in source.full(Part.USERS) for one in page.records]


@pytest.mark.parametrize(
    "content",
    [
        "id,displayName,mail\nu1,Ana,ana@contoso.example\n",
        "\ufeffid,displayName,mail\r\nu1,Ana,ana@contoso.example\r\n",
        "mail;displayName;ID\nana@contoso.example;Ana;u1",
        "id\tMAIL\tdisplayname\n\n u1 \tana@contoso.example\tAna\n\n",
        "id,displayName,mail,,\nu1,Ana,ana@contoso.example,,\n,,,,\n",
        '{"mail": "ana@contoso.example", "id": "u1", "displayName": "Ana"}\n',
        '\ufeff\n{"id": "u1", "displayname": "Ana", "mail": ["ana@contoso.example"]}',
    ],
)
def test_order_case_delimiter_byte_order_mark_and_format_do_not_matter(tmp_path, content):
    (found,) = records(files(tmp_path, users=content))

    assert found.source_id == "u1"
    assert found.attributes == {"displayName": "Ana", "mail": "ana@contoso.example"}


def test_an_empty_cell_is_absent_and_an_unknown_column_is_an_extension_attribute(tmp_path):
    imported(tmp_path, users="id,mail,costCentre,badge\nu1,,0815,\n")

    assert person("u1").attributes == {"costCentre": "0815"}


def test_W28_text_that_looks_like_a_number_stays_text(tmp_path):
    rows = (
        '{"id": "u1", "employeeId": 7}\n'
        '{"id": 2, "employeeId": "007"}\n'
        '{"id": "u3", "employeeId": 12345678901234567890}\n'
    )

    imported(tmp_path, users=rows)

    numbers = {one: person(one).attributes["employeeId"] for one in ("u1", "2", "u3")}
    assert numbers == {"u1": "7", "2": "007", "u3": "12345678901234567890"}


def test_json_values_keep_their_types_in_extension_attributes(tmp_path):
    row = '{"id": "u1", "a": 1, "b": 1.5, "c": true, "d": ["x", 2, null], "e": null, "f": []}'

    imported(tmp_path, users=row)

    assert person("u1").attributes == {"a": 1, "b": 1.5, "c": True, "d": ["x", 2]}


def test_W23_of_several_values_for_one_the_smallest_is_taken_and_said(tmp_path):
    report = imported(tmp_path, users='{"id": "u1", "mail": ["b@x.example", "a@x.example"]}')

    assert person("u1").attributes == {"mail": "a@x.example"}
    assert [one.line for one in report.warnings] == [1]


@pytest.mark.parametrize(
    ("word", "enabled"),
    [
        *(("true", True), ("TRUE", True), ("1", True), (" yes ", True)),
        *(("", None), ("false", False), ("0", False), ("No", False)),
    ],
)
def test_W25_booleans_are_read_however_they_are_spelt(tmp_path, word, enabled):
    imported(tmp_path, users=f"id,accountEnabled\nu1,{word}\n")

    assert person("u1").attributes.get("accountEnabled") is enabled
    assert person("u1").as_source_object().attributes["accountEnabled"] is (enabled is not False)


def test_a_misspelt_column_is_kept_and_its_likely_meaning_said(tmp_path):
    report = imported(tmp_path, users="id,userPrincipleName\nu1,ana\n")

    (warning,) = report.warnings
    assert (warning.line, "userPrincipalName" in warning.reason) == (1, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        ("objectId,displayName\nu1,Ana\n", "“id” is missing; the file has: “objectId”"),
        ("id_,displayName\nu1,Ana\n", "“id_”: rename it to “id”"),
        ("id,mail,Mail\nu1,a,b\n", "“mail” appears more than once"),
        ("id,,mail\nu1,a,b\n", "Column 2 has no usable name"),
        ('[{"id": "u1"}]', "JSON array"),
        (b"PK\x03\x04rest", "Excel"),
        (b"id,pr\xe9nom\nu1,Ana\n", "not UTF-8: byte 0xE9 at position 6"),
        ('"id,displayName\nu1,Ana\n', "quotation mark"),
    ],
)
def test_a_wrong_header_imports_nothing_and_says_what_is_wrong(tmp_path, content, told):
    with pytest.raises(UsageProblems) as refusal:
        imported(tmp_path, users=content)

    assert told in str(refusal.value)
    assert present() == set()


def test_a_wrong_header_in_any_file_imports_nothing_at_all(tmp_path):
    with pytest.raises(UsageProblems) as refusal:
        imported(tmp_path, users="id\nu1\n", groups="name\ng1\n", memberships="group\ng1\n")

    paths = [problem.path.rpartition("/")[2] for problem in refusal.value.problems]
    assert paths == ["groups.csv", "memberships.csv"]
    assert present() == set()


def test_a_file_of_people_given_as_groups_is_refused(tmp_path):
    with pytest.raises(UsageProblems, match="--users"):
        imported(tmp_path, groups="id,userPrincipalName\nu1,ana\n")


def test_a_file_that_is_not_there_is_named(tmp_path):
    missing = FileSource({Part.USERS: tmp_path / "nowhere.csv"})

    (problem,) = missing.check()

    assert problem.path.endswith("nowhere.csv")
    assert "cannot be read" in problem.message
