"""A bad row is told with its line and its reason, and costs nobody else anything."""

from __future__ import annotations

import pytest

from provisioning.engine.importing.report import Terms
from provisioning.tests.sources.directories import imported, people_file, person, present, reasons

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Nobody,,\n", "“id” is empty"),
        ("u2,Ana,,,extra\n", "5 cells, the header 4"),
        ("u2,Ana\n", "2 cells, the header 4"),
        ("u2,Ana,perhaps,\n", "accountEnabled is “perhaps”: write true or false"),
        ("u2,Ana,,2026-02-30\n", "deletedDateTime is “2026-02-30”"),
        ("u2,A\x07na,,\n", "“displayName” holds the control character U+0007"),
        (b"u2,Ren\xe9,,\n", "not UTF-8: byte 0xE9 at position 7"),
        ('u2,"Ana,,\n', "quotation mark opens a cell"),
        ('u2,"Ana"na,,\n', "closing quotation mark"),
        (f"u2,{'x' * 10_000_000},,\n", "longer than 131072 characters"),
        (f'u2,"{"x" * 10_000_000}",,\n', "longer than 131072 characters"),
        (f"{'u' * 2000},Ana,,\n", "longer than any id"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_rest_is_imported(tmp_path, row, reason):
    row = row.encode() if isinstance(row, str) else row
    header = b"id,displayName,accountEnabled,deletedDateTime\n"

    report = imported(tmp_path, users=header + b"u1,Eva,,\n" + row + b"u3,Zoe,,\n")

    ((line, told),) = reasons(report)
    assert (line, reason in told) == (3, True), told
    assert present() == {"u1", "u3"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("not json", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ('{"displayName": "Ana"}', "“id” is empty"),
        ('{"id": "u2", "id": "u3"}', "appears twice"),
        ('{"id": "u2", "mail": "a", "Mail": "b"}', "appears twice"),
        ('{"id": "u2", "x": NaN}', "NaN"),
        ('{"id": "u2", "x": {"y": 1}}', "neither text"),
        ('{"id": "u2", "x": [[1]]}', "neither text"),
        ('{"id": "u2", "x": ' + "[" * 100_000 + "}", "not valid JSON"),
        ('{"id": "u2", "x": "' + "y" * 10_000_000 + '"}', "longer than 131072"),
    ],
)
def test_T11_a_hostile_json_line_costs_its_own_row_only(tmp_path, row, reason):
    lines = ['{"id": "u1"}', row, '{"id": "u9"}']

    report = imported(tmp_path, users="\n".join(lines))

    ((line, told),) = reasons(report)
    assert (line, reason in told) == (2, True), told
    assert present() == {"u1", "u9"}


def test_every_row_of_a_repeated_id_is_refused_and_counts_as_present(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2", "u3"]))

    report = imported(tmp_path, users="id,displayName\nu1,New\nu3,Zoe\n U1 ,Newer\nu1,Newest\n")

    assert [line for line, _ in reasons(report)] == [2, 4, 5]
    assert "lines 2, 4, 5" in reasons(report)[0][1]
    assert present() == {"u1", "u3"}
    assert person("u1").display_name == "Person u1"


def test_a_refused_row_with_a_readable_id_counts_as_present(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2", "u3"]))

    report = imported(tmp_path, users=b"id,displayName\nu1,Ana\nu2,Ren\xe9\n")

    assert report.users.removed == 1
    assert present() == {"u1", "u2"}


def test_nobody_is_removed_when_a_row_could_be_anybody(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2", "u3"]))

    report = imported(tmp_path, users="id,displayName\nu1,Ana\n,Who\n")

    assert present() == {"u1", "u2", "u3"}
    assert any("Nothing missing" in one.reason for one in report.warnings)


def test_force_removes_although_a_row_could_be_anybody(tmp_path):
    imported(tmp_path, users=people_file(["u1", "u2", "u3"]))

    imported(tmp_path, Terms(force=True), users="id,displayName\nu1,Ana\n,Who\n")

    assert present() == {"u1"}


def test_a_quotation_mark_that_is_never_closed_loses_one_row_and_not_the_rest(tmp_path):
    rows = people_file(f"u{number:04}" for number in range(1000))

    report = imported(tmp_path, users=rows.replace("Person u0010", '"Person u0010'))

    assert [line for line, _ in reasons(report)] == [12]
    assert report.users.added == 999


def test_W10_a_cell_may_hold_line_breaks_and_the_next_line_number_is_right(tmp_path):
    report = imported(tmp_path, users='id,streetAddress\nu1,"1 Rue A\r\n\tLille"\nu2,a,b\n')

    assert person("u1").attributes["streetAddress"] == "1 Rue A\r\n\tLille"
    assert [line for line, _ in reasons(report)] == [4]


def test_W10_a_nul_and_a_lone_surrogate_are_replaced_and_noted(tmp_path):
    csv = imported(tmp_path, users="id,displayName\nu1,A\0na\n")
    json = imported(tmp_path, Terms(removes=False), users='{"id": "u2", "x": "\\ud800\\u0000"}\n')

    assert person("u1").attributes["displayName"] == "A�na"
    assert person("u2").attributes["x"] == "��"
    assert [one.line for one in (*csv.warnings, *json.warnings)] == [2, 1]


def test_W09_outer_spaces_of_a_value_are_kept_and_of_an_id_ignored(tmp_path):
    imported(tmp_path, users="id,displayName\n\u00a0u1 ,  Double  Space \n")

    assert person("u1").attributes["displayName"] == "  Double  Space "
