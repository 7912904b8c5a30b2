"""Whatever bytes a directory file holds, reading it ends with records and findings (I21)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.sources.base import Finding, Part, Record
from provisioning.sources.csv_file import FileSource

_PIECES = st.sampled_from(
    [
        *("id", "displayName", "accountEnabled", "deletedDateTime", "manager"),
        *("u1", "u2", "true", "maybe", "é", '{"id": "u1"', '"x": 1}'),
        *(',;\t|"\r\n\\{}[]:\0\x07\ufeff\u202e'),
    ]
)
_TEXTS = st.lists(_PIECES, max_size=40).map("".join).map(str.encode)
_HEADED = st.tuples(st.sampled_from([b"id,displayName\n", b'{"id": "a"}\n']), _TEXTS).map(b"".join)
_CONTENT = st.one_of(st.binary(max_size=200), _TEXTS, _HEADED)


def read(part: Part, content: bytes) -> tuple[list[Record], list[Finding]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(content)
        source = FileSource({part: path})
        if source.check():
            return [], []
        pages = list(source.full(part))
    records = [one for page in pages for one in page.records]
    return records, [one for page in pages for one in page.rejected]


@given(_CONTENT, st.sampled_from(list(Part)))
@settings(max_examples=300, deadline=None)
def test_I21_any_bytes_are_records_or_findings_with_lines(content, part):
    records, rejected = read(part, content)

    lines = content.count(b"\n") + 1
    numbers = [one.line or 0 for one in records] + [one.line or 0 for one in rejected]
    assert all(1 <= number <= lines for number in numbers)
    assert all(one.reason for one in rejected)


@given(_CONTENT)
@settings(max_examples=200, deadline=None)
def test_I21_no_two_records_of_one_file_have_the_same_id(content):
    records, _ = read(Part.USERS, content)

    ids = [one.source_id.casefold() for one in records]
    assert len(ids) == len(set(ids))


@given(st.lists(st.text(max_size=20), max_size=8))
@settings(max_examples=200, deadline=None)
def test_I21_every_good_row_behind_a_bad_one_is_read(noise):
    lines = [one.replace("\n", " ").encode("utf-8", "replace") for one in noise]
    content = b"id,displayName\n" + b"\n".join([*lines, b"last-one,Zoe"])

    records, _ = read(Part.USERS, content)

    assert [one.attributes for one in records if one.source_id == "last-one"] == [
        {"displayName": "Zoe"}
    ]
