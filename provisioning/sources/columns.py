"""The columns of directory files: what each may hold, and what makes a header wrong.

Names are found in any case and order; others than these become extension attributes. A header is
wrong when nothing could be imported from it with certainty: then nothing is (interface.md).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.resource import Value
from provisioning.sources.base import Part

MOST_COLUMNS = 500
LONGEST_NAME = 256

_TEXT_OF_USERS = (
    "userPrincipalName",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "jobTitle",
    "department",
    "employeeId",
    "mobile",
    "telephoneNumber",
    "physicalDeliveryOfficeName",
    "streetAddress",
    "city",
    "state",
    "postalCode",
    "country",
    "preferredLanguage",
    "mailNickname",
    "manager",
)
_TRUE = {"true", "1", "yes"}
_FALSE = {"false", "0", "no"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

ACTION = "action"
"""The column of a file of changes that says what to do with a row."""

REQUIRED = {
    Part.USERS: ("id",),
    Part.GROUPS: ("id",),
    Part.MEMBERSHIPS: ("group", "member"),
}
KNOWN = {
    Part.USERS: ("id", *_TEXT_OF_USERS, "accountEnabled", "deletedDateTime"),
    Part.GROUPS: ("id", "displayName", "description", "securityEnabled"),
    Part.MEMBERSHIPS: ("group", "member", "type"),
}
TEXT = {
    Part.USERS: frozenset(("id", *_TEXT_OF_USERS, "deletedDateTime")),
    Part.GROUPS: frozenset(("id", "displayName", "description")),
    Part.MEMBERSHIPS: frozenset(("group", "member", "type")),
}


class BadValue(ValueError):
    """A cell whose content its column cannot hold; the text is the reason."""


def boolean(name: str, value: Value) -> bool:
    """True or false, however the file spells it (W25)."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue(
        _("%(column)s is “%(value)s”: write true or false.")
        % {"column": name, "value": _shortened(value)}
    )


def moment(name: str, value: Value) -> Value:
    """The text of a date that exists (W26)."""
    try:
        datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise BadValue(
            _("%(column)s is “%(value)s”: write a date such as 2026-03-31 or 2026-03-31T17:00:00Z.")
            % {"column": name, "value": _shortened(value)}
        ) from None
    return value


CONVERTERS: dict[str, Callable[[str, Value], Value]] = {
    "accountEnabled": boolean,
    "securityEnabled": boolean,
    "deletedDateTime": moment,
}


def canonical(part: Part, name: str) -> str:
    """The name as the directory spells it, whatever case the file uses."""
    return _SPELLING[part].get(name.casefold(), name)


def header_problems(part: Part, names: Sequence[str], file: str) -> list[Problem]:
    """Everything that is wrong with a header; `names` are canonical, without trailing empties."""
    problems = [
        *_unusable_names(names, file),
        *_repeated_names(names, file),
        *_missing_names(part, names, file),
    ]
    if part is not Part.USERS and "userPrincipalName" in names:
        message = _("This is a file of people: it has a column “userPrincipalName”.")
        problems.append(Problem(file, message, _("Give it to --users."), 1))
    return problems


def near_misses(part: Part, names: Sequence[str]) -> list[tuple[str, str]]:
    """Extension columns that look like a misspelt known one: (column, what was probably meant)."""
    absent = [name for name in KNOWN[part] if name not in names]
    found = []
    for name in names:
        close = difflib.get_close_matches(name, absent, n=1, cutoff=0.85)
        if close and name not in KNOWN[part]:
            found.append((name, close[0]))
    return found


def _missing_names(part: Part, names: Sequence[str], file: str) -> list[Problem]:
    problems = []
    for name in REQUIRED[part]:
        if name in names:
            continue
        listed = ", ".join(f"“{_shortened(one)}”" for one in names[:12]) or _("none")
        message = _("The column “%(column)s” is missing; the file has: %(columns)s.")
        near = _nearest(name, names)
        advice = _rename(near, name) if near else _("Add the column.")
        problems.append(Problem(file, message % {"column": name, "columns": listed}, advice, 1))
    return problems


def _nearest(wanted: str, names: Sequence[str]) -> str:
    """The column most likely meant: one that contains the word, else one spelt like it."""
    containing = sorted((name for name in names if wanted in name.casefold()), key=len)
    return next(iter([*containing, *difflib.get_close_matches(wanted, names, n=1)]), "")


def _rename(found: str, wanted: str) -> str:
    return _("The nearest is “%(found)s”: rename it to “%(wanted)s” if it is meant.") % {
        "found": _shortened(found),
        "wanted": wanted,
    }


def _repeated_names(names: Sequence[str], file: str) -> list[Problem]:
    folded = [name.casefold() for name in names]
    repeated = sorted({name for name in names if name and folded.count(name.casefold()) > 1})
    message = _("The column “%(column)s” appears more than once.")
    advice = _("Keep the one that counts.")
    return [Problem(file, message % {"column": _shortened(name)}, advice, 1) for name in repeated]


def _unusable_names(names: Sequence[str], file: str) -> list[Problem]:
    if len(names) > MOST_COLUMNS:
        message = _("The header has %(count)d columns; at most %(most)d are read.")
        return [Problem(file, message % {"count": len(names), "most": MOST_COLUMNS}, "", 1)]
    problems = []
    for position, name in enumerate(names, start=1):
        if not name or len(name) > LONGEST_NAME or _CONTROL.search(name):
            message = _("Column %(position)d has no usable name.") % {"position": position}
            problems.append(Problem(file, message, _("Name it, or remove the column."), 1))
    return problems


def _shortened(value: Value) -> str:
    text = _CONTROL.sub("�", str(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


_SPELLING = {
    part: {name.casefold(): name for name in (*names, ACTION)} for part, names in KNOWN.items()
}
