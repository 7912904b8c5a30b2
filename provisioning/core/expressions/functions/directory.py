"""Functions that ask the directory, or know the conventions of the world outside it."""

from __future__ import annotations

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.nodes import Call, Text
from provisioning.core.phones import canonical_number, known_region
from provisioning.core.resource import Value
from provisioning.core.vocabulary import MEMBER_OF
from provisioning.core.wording import gettext_noop


def _region_checked(call: Call) -> None:
    literal = call.arguments[1] if len(call.arguments) > 1 else None
    if isinstance(literal, Text) and not known_region(literal.value):
        raise ExpressionError(
            gettext_noop("%(name)s is no region of the telephone network."),
            params={"name": literal.value[:20] or '""'},
            position=literal.position,
            advice=gettext_noop('Write the two letters of the country, such as "FR".'),
        )


@function("DefaultDomain", examples=[Example("DefaultDomain()", "contoso.com")])
def default_domain(given: Arguments) -> Value:
    """The default domain of the directory; nothing when it is not known."""
    return given.context.default_domain


@function(
    "IsMemberOf",
    "group",
    examples=[
        Example('IsMemberOf("Contact centre")', True, {"memberOf": ["Contact centre", "4f1c"]})
    ],
    reads=(MEMBER_OF,),
    extension=True,
    gives=Gives.TRUTH,
)
def is_member_of(given: Arguments) -> Value:
    """Whether the person is a direct member of the group of this name or id; case matters."""
    group = given.text(0)
    return bool(group) and group in given.elements_of(MEMBER_OF)


@function(
    "NormalizePhone",
    "value",
    "region?",
    examples=[
        Example('NormalizePhone([mobile], "FR")', "+33612345678", {"mobile": "06 12 34 56 78"}),
        Example('NormalizePhone("+45 60 00 00 01 ext. 12")', "tel:+4560000001;ext=12"),
        Example('NormalizePhone("reception", "FR")', "reception"),
    ],
    check=_region_checked,
    extension=True,
)
def normalize_phone(given: Arguments) -> Value:
    """A telephone number in E.164; with an extension, as a `tel:` address.

    The region, two letters, is that of numbers without a country code. What is no telephone number
    stays as it is.
    """
    value, region = given.text(0), given.text(1)
    return None if value is None else canonical_number(value, region or "") or value
