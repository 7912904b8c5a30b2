"""What each operator of a scoping clause means, with an example: the reference is made of these.

The examples run as tests; where Entra's documentation has one (entra-provisioning 5), it is that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.core.resource import Value
from provisioning.core.scoping_operators import Operator


@dataclass(frozen=True, slots=True)
class Meaning:
    """When an operator admits, what it compares with, and values it admits and refuses."""

    admits_when: str
    takes: str
    value: Value
    admits: tuple[Value, ...]
    refuses: tuple[Value, ...]
    beyond_entra: bool = False


NOTHING = "nothing"
TEXT = "one text"
NUMBER = "a non-negative integer"
PATTERN = "a pattern"
LIST = "a list, or a text with commas between the values"
DATE = "an ISO 8601 date, with or without a time"

MEANINGS: Mapping[Operator, Meaning] = {
    Operator.EQUALS: Meaning("is the value", TEXT, "sales", ("sales",), ("Sales", None)),
    Operator.NOT_EQUALS: Meaning(
        "has a value, and it is another", TEXT, "Sales", ("IT", "sales"), ("Sales", None)
    ),
    Operator.IS_TRUE: Meaning(
        "is true, as a boolean or as the text `true` in any case",
        NOTHING,
        None,
        (True, "True"),
        (False, "yes", None),
    ),
    Operator.IS_FALSE: Meaning("is false, likewise", NOTHING, None, (False, "false"), (True, None)),
    Operator.IS_NULL: Meaning("is missing or empty", NOTHING, None, (None, "", []), ("x", False)),
    Operator.IS_NOT_NULL: Meaning("has a value", NOTHING, None, ("x", 0, False), (None, "")),
    Operator.GREATER_THAN: Meaning(
        "is a non-negative integer above the value", NUMBER, "9", ("10", 10), ("9", "x", None)
    ),
    Operator.GREATER_THAN_OR_EQUALS: Meaning(
        "is one not below the value", NUMBER, "10", ("10", 11), ("9", "-11", None)
    ),
    Operator.INCLUDES: Meaning(
        "contains the value somewhere", TEXT, "ale", ("Sales",), ("SALES", None)
    ),
    Operator.STARTS_WITH: Meaning(
        "begins with the value", TEXT, "Sa", ("Sales",), ("Presales",), beyond_entra=True
    ),
    Operator.ENDS_WITH: Meaning(
        "ends with the value",
        TEXT,
        "@contoso.example",
        ("ana@contoso.example",),
        ("ana@contoso.example.org",),
    ),
    Operator.REGEX_MATCH: Meaning(
        "matches the pattern, as a whole unless the clause says `regex: contains`",
        PATTERN,
        "(1[0-9][0-9][0-9][0-9][0-9][0-9])",
        ("1000000", "1999999"),
        ("2000000", "11000000", None),
    ),
    Operator.NOT_REGEX_MATCH: Meaning(
        "has a value, and it does not match",
        PATTERN,
        r".*\@domain.com",
        ("ana@other.com",),
        ("ana@domain.com", None),
    ),
    Operator.IN: Meaning(
        "is one of the values", LIST, ["FR", "BE"], ("FR",), ("fr", None), beyond_entra=True
    ),
    Operator.NOT_IN: Meaning(
        "has a value, and it is none of them",
        LIST,
        "FR, BE",
        ("DE",),
        ("BE", None),
        beyond_entra=True,
    ),
    Operator.IS_MEMBER_OF: Meaning(
        "names the group, by its name or id, among the groups whose direct member the person is; "
        "the attribute is `memberOf` unless another is named",
        "one group",
        "Contact centre",
        (["Contact centre", "g1"],),
        (["Sales", "g2"], []),
        beyond_entra=True,
    ),
    Operator.BEFORE: Meaning(
        "is a date before the value",
        DATE,
        "2026-03-01",
        ("2026-02-28", "2026-02-28T23:59:59Z"),
        ("2026-03-01", "soon", None),
        beyond_entra=True,
    ),
    Operator.AFTER: Meaning(
        "is a date after the value",
        DATE,
        "2026-03-01",
        ("2026-03-02", "2026-03-01T00:00:01Z"),
        ("2026-03-01", None),
        beyond_entra=True,
    ),
}
