"""Functions around an expression that say what becomes of its value (entra-provisioning 7.2)."""

from __future__ import annotations

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.values import is_empty
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

JOHN = {"givenName": "John", "surname": "Smith"}


@function(
    "IgnoreFlowIfNullOrEmpty",
    "expression*",
    examples=[Example("IgnoreFlowIfNullOrEmpty([department])", None)],
    top_level=True,
)
def ignore_flow(given: Arguments) -> Value:
    """The value; when it is missing or empty the attribute is not sent, nor cleared.

    Stands around the whole expression only.
    """
    value = given.value(0)
    return None if is_empty(value) else value


@function(
    "Redact",
    "value*",
    examples=[Example("Redact([userPrincipalName])", "ana@x", {"userPrincipalName": "ana@x"})],
)
def redact(given: Arguments) -> Value:
    """The value, which the application gets; logs, plans and previews show `[Redact]`.

    Wherever it stands in an expression, the whole value is masked.
    """
    return given.value(0)


@function(
    "SelectUniqueValue",
    "rule1",
    "rule2...",
    examples=[
        Example(
            'SelectUniqueValue(Append([givenName], "@x"), Append([surname], "@x"))', "John@x", JOHN
        )
    ],
    top_level=True,
)
def select_unique(given: Arguments) -> Value:
    """The first value that nobody has in the application yet, whatever its case.

    Stands around the whole expression only, applies on creation only, and not to matching
    attributes. When all values are taken, the person is not created and the log says so.
    """
    offered = []
    for index in range(len(given)):
        value = given.text(index)
        if value and value.lower() not in given.context.taken:
            return value
        if value:
            offered.append(value)
    if not offered:
        return None
    refusal = given.refusal(
        gettext_noop("Every value that SelectUniqueValue offers is taken: %(values)s."),
        0,
        gettext_noop("Add a rule that gives another value, or free one in the application."),
        values=", ".join(offered)[:200],
    )
    refusal.code = "EntryConflict"
    raise refusal
