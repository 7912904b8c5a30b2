"""Functions that decide: conditions, choices and questions (entra-provisioning 7.2).

A question answers with JSON's own true or false; wherever a text is needed these are "True" and
"False", so that Switch works on them. Only the branch that is taken is evaluated.
"""

from __future__ import annotations

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.values import is_empty, is_missing, truth_of
from provisioning.core.resource import Value

ANA = {"displayName": "Ana"}
BLANK = {"displayName": ""}


@function(
    "Not",
    "source*",
    examples=[
        Example('Not("True")', False),
        Example("Not([IsSoftDeleted])", True, {"IsSoftDeleted": False}),
    ],
    gives=Gives.TRUTH,
)
def negated(given: Arguments) -> Value:
    """False for true and "True", true for anything else."""
    value = given.value(0)
    return not (value is True or value == "True")


@function(
    "Switch",
    "source",
    "default?*",
    "key...",
    "value...*",
    examples=[
        Example(
            'Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane")',
            "Australia/Brisbane",
            {"state": "QLD"},
        ),
        Example('Switch([IsSoftDeleted], , "False", "True", "True", "False")', None),
    ],
)
def switch(given: Arguments) -> Value:
    """The value after the first key that equals the source, else the default.

    Case matters; the key "" stands for a missing source.
    """
    source = given.text(0) or ""
    for index in range(2, len(given), 2):
        if (given.text(index) or "") == source:
            return given.value(index + 1)
    return given.value(1)


@function(
    "IIF",
    "condition!",
    "ifTrue*",
    "ifFalse*",
    examples=[
        Example(
            'IIF([country]="USA", [country], [department])',
            "USA",
            {"country": "USA", "department": "Sales"},
        ),
        Example('IIF(IsNullOrEmpty([mail]), "none", [mail])', "none"),
    ],
)
def choose(given: Arguments) -> Value:
    """The second value when the condition holds, else the third.

    A missing value compares as the empty text. (In Entra such a condition fails.)
    """
    return given.value(1 if truth_of(given.value(0)) else 2)


@function(
    "AND",
    "condition1!",
    "condition2!...",
    examples=[
        Example('AND([country]="US", [state]="CA")', True, {"country": "US", "state": "CA"}),
        Example('IIF(AND([country]="US", [state]="CA"), "west", "rest")', "rest"),
    ],
    extension=True,
    gives=Gives.TRUTH,
)
def all_hold(given: Arguments) -> Value:
    """Whether every condition holds. What follows one that does not is not looked at."""
    return all(truth_of(given.value(index)) for index in range(len(given)))


@function(
    "OR",
    "condition1!",
    "condition2!...",
    examples=[Example('OR([country]="US", IsPresent([state]))', True, {"state": "CA"})],
    extension=True,
    gives=Gives.TRUTH,
)
def any_holds(given: Arguments) -> Value:
    """Whether some condition holds. What follows one that does is not looked at."""
    return any(truth_of(given.value(index)) for index in range(len(given)))


@function(
    "Coalesce",
    "source...*",
    examples=[
        Example("Coalesce([mail], [userPrincipalName])", "ana@x", {"userPrincipalName": "ana@x"}),
        Example('Coalesce([mail], "none")', "none"),
    ],
)
def coalesce(given: Arguments) -> Value:
    """The first value that is not missing; the empty text counts as a value."""
    for index in range(len(given)):
        value = given.value(index)
        if not is_missing(value):
            return value
    return None


@function(
    "IsNullOrEmpty",
    "expression*",
    examples=[Example("IsNullOrEmpty([displayName])", True, BLANK)],
    gives=Gives.TRUTH,
)
def is_null_or_empty(given: Arguments) -> Value:
    """Whether the value is missing or the empty text."""
    return is_empty(given.value(0))


@function(
    "IsPresent",
    "expression*",
    examples=[Example("IsPresent([displayName])", True, ANA)],
    gives=Gives.TRUTH,
)
def is_present(given: Arguments) -> Value:
    """Whether there is a value that is not the empty text."""
    return not is_empty(given.value(0))


@function(
    "IsNull",
    "expression*",
    examples=[
        Example("IsNull([displayName])", True),
        Example("IsNull([displayName])", False, BLANK),
    ],
    gives=Gives.TRUTH,
)
def is_null(given: Arguments) -> Value:
    """Whether the value is missing; the empty text is not."""
    return is_missing(given.value(0))


@function(
    "IsNothing", "source*", examples=[Example("IsNothing([displayName])", True)], gives=Gives.TRUTH
)
def is_nothing(given: Arguments) -> Value:
    """The older name of IsNull."""
    return is_missing(given.value(0))


@function(
    "IsString",
    "expression*",
    examples=[Example("IsString([displayName])", True, ANA)],
    gives=Gives.TRUTH,
)
def is_string(given: Arguments) -> Value:
    """Whether the value can be one text: present, and neither a list nor an object."""
    value = given.value(0)
    return isinstance(value, str | bool | int | float)


@function(
    "CBool",
    "expression!",
    examples=[Example("CBool([a] = [b])", True, {"a": "x", "b": "x"}), Example("CBool(0)", False)],
    gives=Gives.TRUTH,
)
def as_boolean(given: Arguments) -> Value:
    """Whether the value is true: a comparison that holds, a number other than 0, "True"."""
    return truth_of(given.value(0))
