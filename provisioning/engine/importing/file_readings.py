"""What the console shows of a waiting file, and the words that say how to read it."""

from __future__ import annotations

from provisioning.sources.base import Part
from provisioning.sources.columns import KNOWN
from provisioning.sources.csv_rows import DELIMITERS
from provisioning.sources.file_look import FileLook
from provisioning.sources.file_reading import ENCODINGS, FileReading

__all__ = ["DELIMITERS", "ENCODINGS", "KNOWN", "FileLook", "FileReading", "Part"]
