"""Bytes of a file as numbered lines of text: UTF-8 with or without a byte order mark, nothing else.

A line is never longer than a bound, whatever the file holds, and a broken line is marked instead
of ending the read: the rest of the file is still good.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

LONGEST_LINE = 16 * 1024 * 1024
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Line(NamedTuple):
    """One physical line; `problem` says why it is not trusted, `note` what was replaced."""

    number: int
    text: str
    problem: str = ""
    note: str = ""


def numbered_lines(stream: BinaryIO) -> Iterator[Line]:
    """All lines of `stream` from its beginning, numbered from 1."""
    stream.seek(0)
    if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        stream.seek(0)
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_rest_of_line(stream)
            problem = _("The line is longer than %(most)d bytes.") % {"most": LONGEST_LINE}
            yield Line(number, raw.decode("utf-8", "replace"), problem)
        else:
            yield _decoded(number, raw)


def foreign_format(start: bytes) -> str:
    """What the first bytes of a file prove it to be instead of UTF-8 text, else nothing."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _("The file is UTF-16 text.")
    if start.startswith(b"PK\x03\x04"):
        return _("The file is an Excel workbook or another ZIP archive.")
    if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        return _("The file is not text.")
    return ""


def _decoded(number: int, raw: bytes) -> Line:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = _("The line is not UTF-8: byte 0x%(byte)02X at position %(position)d.") % {
            "byte": raw[error.start],
            "position": error.start + 1,
        }
        return Line(number, raw.decode("utf-8", "replace"), problem)
    if "\0" not in text:
        return Line(number, text)
    note = _("A NUL character was replaced: no database or target can hold it.")
    return Line(number, text.replace("\0", REPLACEMENT), note=note)


def _skip_rest_of_line(stream: BinaryIO) -> None:
    while rest := stream.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            return
