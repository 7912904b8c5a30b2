"""A first look at a file: how it would be read, its columns and its first rows.

Nothing is judged here but what a person must settle before anything is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provisioning.sources.base import Part
from provisioning.sources.columns import canonical
from provisioning.sources.file_reading import Encoding, FileReading, detect_encoding
from provisioning.sources.file_rows import RowFile

SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class FileLook:
    """What somebody sees of a file. `names` pairs its columns with what they become; empty: left
    out. Unless `settled`, its encoding is a guess that nobody has confirmed.
    """

    part: Part
    name: str
    encoding: Encoding
    settled: bool
    delimiter: str
    separator: str
    names: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns as the file names them."""
        return tuple(column for column, _name in self.names)


def look_at(part: Part, path: Path, said: FileReading) -> FileLook:
    """The file through what was said about it, or through what its content suggests."""
    found = detect_encoding(path)
    settled = found.certain or bool(said.encoding)
    encoding = Encoding(said.encoding or found.name, settled)
    through = FileReading(encoding.name, said.delimiter, said.separator, said.columns)
    file = RowFile(part, path, through)
    columns, rows = file.sample(SHOWN_ROWS)
    names = tuple((one, said.columns.get(one, canonical(part, one))) for one in columns)
    return FileLook(
        part,
        path.name,
        encoding,
        settled,
        file.delimiter,
        said.separator,
        names,
        tuple(map(tuple, rows)),
    )
