"""Functions that write texts as bytes, and one on the bits of numbers (entra-provisioning 7.2)."""

from __future__ import annotations

from base64 import b64encode

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.patterns import encodable
from provisioning.core.resource import Value


@function(
    "ConvertToBase64",
    "source",
    examples=[Example('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA")],
)
def to_base64(given: Arguments) -> Value:
    """The source in base64, of its bytes in UTF-16 (little end first), as in .NET."""
    source = given.text(0)
    if source is None:
        return None
    return b64encode(source.encode("utf-16-le", "surrogatepass")).decode()


@function(
    "ConvertToUTF8Hex",
    "source",
    examples=[Example('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421")],
)
def to_utf8_hex(given: Arguments) -> Value:
    """The bytes of the source in UTF-8, as hexadecimal digits without anything between."""
    source = given.text(0)
    return None if source is None else encodable(source).encode().hex().upper()


@function(
    "BitAnd",
    "value1#",
    "value2#",
    examples=[
        Example("BitAnd(&HF, &HF7)", 7),
        Example("BitAnd([userAccountControl], 2)", 2, {"userAccountControl": 514}),
    ],
    gives=Gives.NUMBER,
)
def bit_and(given: Arguments) -> Value:
    """The bits that both whole numbers have. Nothing when one is missing."""
    if given.text(0) is None or given.text(1) is None:
        return None
    return given.whole(0) & given.whole(1)
