"""Functions that make, count and take apart lists (entra-provisioning 7.2)."""

from __future__ import annotations

from json import dumps

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.limits import MAX_VALUE, too_large
from provisioning.core.expressions.values import text_of
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

ADDRESSES = {"proxyAddresses": ["smtp:a@x", "smtp:b@x"]}


@function(
    "Join",
    "separator",
    "source1*",
    "source2...*",
    examples=[
        Example(
            'Join(", ", "", [surname], [givenName])',
            "Doe, John",
            {"surname": "Doe", "givenName": "John"},
        ),
        Example('Join(";", [proxyAddresses], "")', "smtp:a@x;smtp:b@x", ADDRESSES),
    ],
)
def join(given: Arguments) -> Value:
    """All sources in one text with the separator between them.

    Lists are expanded, and what is missing or empty leaves no stray separator.
    """
    separator = given.text(0) or ""
    parts: list[str] = []
    size = 0
    for index in range(1, len(given)):
        position = given.position(index)
        for element in given.elements(index):
            if part := text_of(element, position):
                parts.append(part)
                size += len(part) + len(separator)
        if size > MAX_VALUE + len(separator):
            raise too_large(gettext_noop("Join makes a text that is too long."), position)
    return separator.join(parts)


@function(
    "Split",
    "source",
    "delimiter",
    examples=[
        Example(
            'Split("PermissionSetOne, PermissionSetTwo", ",")',
            ["PermissionSetOne", "PermissionSetTwo"],
        )
    ],
    gives=Gives.LIST,
)
def split(given: Arguments) -> Value:
    """The source as a list, taken apart at each delimiter, without blanks around the elements."""
    source, delimiter = given.text(0), given.text(1)
    if not delimiter:
        raise given.refusal(
            gettext_noop("Split needs a delimiter."), 1, gettext_noop('Write one such as ",".')
        )
    if not source:
        return None if source is None else []
    given.spend(source.count(delimiter))
    return [part.strip() for part in source.split(delimiter)]


@function(
    "Count",
    "attribute*",
    examples=[
        Example("Count([proxyAddresses])", 2, ADDRESSES),
        Example("Count([proxyAddresses])", 0),
    ],
    gives=Gives.NUMBER,
)
def count(given: Arguments) -> Value:
    """How many values there are; 0 when the attribute is missing."""
    return len(given.elements(0))


@function(
    "Item",
    "attribute*",
    "index#1",
    examples=[
        Example("Item([proxyAddresses], 1)", "smtp:a@x", ADDRESSES),
        Example("Item([proxyAddresses], 3)", None, ADDRESSES),
    ],
)
def item(given: Arguments) -> Value:
    """One element, counted from 1. Nothing beyond the last."""
    elements, index = given.elements(0), given.whole(1)
    if index < 1:
        raise given.refusal(
            gettext_noop("Item counts elements from 1."),
            1,
            gettext_noop("Write 1 for the first element."),
        )
    return elements[index - 1] if index <= len(elements) else None


@function(
    "RemoveDuplicates",
    "attribute*",
    examples=[
        Example(
            "RemoveDuplicates([proxyAddresses])",
            ["smtp:a@x", "smtp:b@x"],
            {"proxyAddresses": ["smtp:a@x", "smtp:a@x", "smtp:b@x"]},
        )
    ],
    gives=Gives.LIST,
)
def remove_duplicates(given: Arguments) -> Value:
    """Each value once, where it first stood; upper and lower case differ."""
    first: dict[str, Value] = {}
    for element in given.elements(0):
        first.setdefault(dumps(element, sort_keys=True), element)
    return list(first.values()) or None
