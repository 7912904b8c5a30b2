"""What an administrator says of files that arrive by themselves, whichever way they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.wording import gettext_noop
from provisioning.sources.file_reading import ENCODINGS, FileReading
from provisioning.sources.form import Field, Widget

_LONGEST_SEPARATOR = 5
FIELDS = (
    Field(
        "extent",
        gettext_noop("What the files hold"),
        "",
        Widget.CHOICE,
        default="complete",
        choices=(
            ("complete", gettext_noop("Everybody: who is not in them has left")),
            (
                "changes",
                gettext_noop("Changes only: nobody is removed unless the column action says so"),
            ),
        ),
    ),
    Field(
        "encoding",
        gettext_noop("Encoding"),
        gettext_noop("A file that is neither marked nor UTF-8 is refused until one is chosen."),
        Widget.CHOICE,
        choices=(
            ("", gettext_noop("UTF-8, or as the file is marked")),
            *((one, one.upper()) for one in ENCODINGS),
        ),
    ),
    Field(
        "delimiter",
        gettext_noop("Between two cells"),
        gettext_noop("Empty: found from the header."),
    ),
    Field(
        "separator",
        gettext_noop("Between several values of a cell"),
        gettext_noop("Empty: a cell holds one value. Known columns always hold one."),
    ),
    Field(
        "columns",
        gettext_noop("Columns of other names"),
        gettext_noop("A line each: Personnel no = id. Without a name the column is left out."),
        Widget.LINES,
    ),
)


@dataclass(frozen=True, slots=True)
class FileSettings:
    """How the files are read, and whether they hold changes only."""

    reading: FileReading
    changes: bool = False


def read_file_settings(said: Mapping[str, str]) -> FileSettings:
    """The settings from texts. Say `file_problems` first."""
    lines = [line.rpartition("=") for line in _lines(said.get("columns", ""))]
    columns = {column.strip(): name.strip() for column, _equals, name in lines}
    reading = FileReading(
        said.get("encoding", ""), _delimiter(said), said.get("separator", "").strip(), columns
    )
    return FileSettings(reading, said.get("extent") == "changes")


def file_problems(said: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the texts, each with the key it was said under."""
    problems = []
    if said.get("extent", "complete") not in ("complete", "changes"):
        problems.append(Problem("extent", _("Write complete or changes.")))
    if said.get("encoding", "") not in ("", *ENCODINGS):
        problems.append(Problem("encoding", _("There is no such encoding here."), _known()))
    if len(_delimiter(said)) > 1:
        problems.append(Problem("delimiter", _("A delimiter is one character, or \\t.")))
    if len(said.get("separator", "").strip()) > _LONGEST_SEPARATOR:
        problems.append(Problem("separator", _("A separator has at most five characters.")))
    if any("=" not in line for line in _lines(said.get("columns", ""))):
        advice = _("For example: Personnel no = id.")
        problems.append(Problem("columns", _("A line has no =."), advice))
    return problems


def _known() -> str:
    return _("Encodings: %(known)s.") % {"known": ", ".join(ENCODINGS)}


def _delimiter(said: Mapping[str, str]) -> str:
    text = said.get("delimiter", "")
    return "\t" if text in ("\t", "\\t") else text.strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
