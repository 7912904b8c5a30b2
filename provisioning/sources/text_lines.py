"""Bytes of a file as numbered lines of text: UTF-8 unless a byte order mark or a person says else.

A line is never longer than a bound, whatever the file holds, and a broken line is marked instead
of ending the read: the rest of the file is still good.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from provisioning.sources.file_reading import UTF8, marked_encoding

LONGEST_LINE = 16 * 1024 * 1024
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Line(NamedTuple):
    """One physical line; `problem` says why it is not trusted, `note` what was replaced."""

    number: int
    text: str
    problem: str = ""
    note: str = ""


def numbered_lines(stream: BinaryIO, encoding: str = "") -> Iterator[Line]:
    """All lines of `stream` from its beginning, numbered from 1. A byte order mark wins."""
    stream.seek(0)
    start = stream.read(len(codecs.BOM_UTF8))
    encoding = marked_encoding(start) or encoding or UTF8
    stream.seek(len(start) if start == codecs.BOM_UTF8 else 0)
    if encoding.startswith("utf-16"):
        yield from _wide_lines(stream, encoding)
        return
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_rest_of_line(stream)
            yield Line(number, raw.decode(encoding, "replace"), _too_long())
        else:
            yield _decoded(number, raw, encoding)


def foreign_format(start: bytes) -> str:
    """What the first bytes of a file prove it to be instead of text, else nothing."""
    if start.startswith(b"PK\x03\x04"):
        return _("The file is an Excel workbook or another ZIP archive.")
    if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        return _("The file is not text.")
    return ""


def _decoded(number: int, raw: bytes, encoding: str) -> Line:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        problem = _("The line is not %(encoding)s: byte 0x%(byte)02X at position %(position)d.") % {
            "encoding": encoding.upper(),
            "byte": raw[error.start],
            "position": error.start + 1,
        }
        return Line(number, raw.decode(encoding, "replace"), problem)
    return _without_nul(number, text)


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """Lines of an encoding whose line ends are more than one byte."""
    reader = TextIOWrapper(stream, encoding, errors="replace", newline="\n")
    number = 0
    try:
        while text := reader.readline(LONGEST_LINE):
            number += 1
            if len(text) == LONGEST_LINE and not text.endswith("\n"):
                while (rest := reader.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                yield Line(number, text, _too_long())
            elif REPLACEMENT in text:
                problem = _("The line is not %(encoding)s.") % {"encoding": encoding.upper()}
                yield Line(number, text, problem)
            else:
                yield _without_nul(number, text)
    except UnicodeError as error:
        problem = _("The line is not %(encoding)s.") % {"encoding": encoding.upper()}
        yield Line(number + 1, str(error), problem)
    finally:
        reader.detach()


def _without_nul(number: int, text: str) -> Line:
    if "\0" not in text:
        return Line(number, text)
    note = _("A NUL character was replaced: no database or target can hold it.")
    return Line(number, text.replace("\0", REPLACEMENT), note=note)


def _too_long() -> str:
    return _("The line is longer than %(most)d bytes.") % {"most": LONGEST_LINE}


def _skip_rest_of_line(stream: BinaryIO) -> None:
    while rest := stream.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            return
