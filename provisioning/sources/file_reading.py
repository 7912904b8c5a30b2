"""How a file is read where its content alone does not say it: what a person chose, or nothing.

Encodings in this order (directory-sources 5): the byte order mark, UTF-8 when all of it is UTF-8,
else a guess that is shown and that a person confirms, because guesses are wrong.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

UTF8 = "utf-8"
ENCODINGS = (
    UTF8,
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "iso8859-1",
    "iso8859-2",
    "iso8859-15",
    "koi8-r",
    "mac-roman",
    "cp437",
    "cp850",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
)
"""What a person can choose from. All but UTF-16 end a line with the byte 0x0A and nothing else."""

_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20
_GUESSED_FROM = 64 * 1024


@dataclass(frozen=True, slots=True)
class FileReading:
    """What somebody said about a file. Empty: as the content shows, or UTF-8. `columns` gives
    columns of the file another name, or none at all, which leaves them out; cells of extension
    columns are taken apart at `separator`.
    """

    encoding: str = ""
    delimiter: str = ""
    separator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "separator": self.separator,
            "columns": dict(self.columns),
        }


@dataclass(frozen=True, slots=True)
class Encoding:
    """In which encoding a file is; a guess when it is not `certain`."""

    name: str
    certain: bool


def detect_encoding(path: Path) -> Encoding:
    """The encoding that the file's mark or its bytes prove, else the best guess."""
    with path.open("rb") as stream:
        start = stream.read(_GUESSED_FROM)
    if marked := marked_encoding(start):
        return Encoding(marked, certain=True)
    if (other := _first_not_utf8(path)) is None:
        return Encoding(UTF8, certain=True)
    best = from_bytes(other, cp_isolation=[one for one in ENCODINGS if one != UTF8]).best()
    name = best.encoding.replace("_", "-") if best is not None else "cp1252"
    known = {one.replace("_", "-"): one for one in ENCODINGS}
    return Encoding(known.get(name, "cp1252"), certain=False)


def marked_encoding(start: bytes) -> str:
    """The encoding that a byte order mark names; empty without one."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


def _first_not_utf8(path: Path) -> bytes | None:
    """A piece of the file that is not UTF-8; None when all of it is."""
    decoder = codecs.getincrementaldecoder(UTF8)()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return piece[max(0, error.start - _GUESSED_FROM) :][: 2 * _GUESSED_FROM]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return path.read_bytes()[-_GUESSED_FROM:]
    return None
