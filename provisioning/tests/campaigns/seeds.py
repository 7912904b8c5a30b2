"""What a campaign begins with: texts that mean something, and the words they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from provisioning.core.expressions.date_formats import STANDARD
from provisioning.core.expressions.functions import REGISTRY
from provisioning.core.scoping import Operator
from provisioning.tests.promises import PROMISES

BETWEEN = "\x1f"
"""What stands between the texts of one input."""

KINDS = tuple(PROMISES)
"""The first byte of an input says which promise it is for."""

MOST = {"path": 2, "scim_filter": 2, "clause": 6, "date": 2, "duration": 1}
"""How many texts a promise takes."""

PERSON = '{"userName":"ana","active":true,"emails":[{"type":"work","value":"a@x","primary":true}]}'
PATHS = (
    "userName", "name.givenName", 'emails[type eq "work"].value', "emails[not (primary pr)]",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
)  # fmt: skip
FILTERS = (
    'userName eq "ana" and (active eq true or title pr)', 'emails[type eq "work" and value co "@"]',
    'not (name.familyName sw "O\'Malley")', 'meta.lastModified ge "2011-05-13T04:42:34Z"',
    "urn:ietf:params:scim:schemas:core:2.0:User:userName gt -1.5e3",
)  # fmt: skip
PATTERNS = (
    r"(1[0-9]{6})", r".*\@domain.com", r"(?<n>^\d*)", r"\+(?P<isd>\d* )(\d{10})", "(a|aa)+$",
    "(?i)x*?", "(a?){300}b|[^a-z]", r"\pL+\b\Q.\E", "",
)  # fmt: skip
DATES = (
    "2020-03-16-07:00", "8/25/2021 5:41:18 PM", "Mon, 15 Jun 2009 20:45:30 GMT", "2021-08",
    "20150123105347.1Z", "15-Jun-2009", "12/31/9999 23:59",
)  # fmt: skip
FORMATS = (
    *STANDARD,
    "yyyyMMddHHmmss.fZ",
    "ddd, dd MMM yyyy h:mm tt zzz",
    "'on' d\\d %d K g FFF",
    "yy",
)
VALUES = (
    "a@contoso.com",
    "[1,true,null]",
    '{"value":"x"}',
    "-7.5",
    '["a","b"]',
    "+33 6 12 34 56 78",
)


def inputs() -> Iterator[bytes]:
    """One input after the other, each in a file of its own at the beginning."""
    for function in REGISTRY.values():
        for example in function.examples:
            yield encoded("expression", example.expression, *VALUES[:3])
            yield encoded("expression", example.expression, *VALUES[3:])
    yield from (encoded("path", text, PERSON) for text in PATHS)
    yield from (encoded("scim_filter", text, PERSON) for text in FILTERS)
    yield from (encoded("pattern", text, "aaab", "1000000", "x@domain.com") for text in PATTERNS)
    for operator in Operator:
        yield from (encoded("clause", operator, v, v, "passes", "contains") for v in VALUES)
        yield encoded("clause", operator, "2026-01-01", "1999-12-31T23:59Z")
    yield from (encoded("date", text, form) for text in DATES for form in FORMATS)
    yield from (encoded("duration", text) for text in ("40m", "30d", " 1h", "090s"))


def words() -> Iterator[str]:
    """What inputs are put together from."""
    yield from REGISTRY
    yield from (str(operator) for operator in Operator)
    yield from ("[a]", "[b]", "[c]", "&HF", "<>", "vbTextCompare", '\\"', "${n}", "$1", BETWEEN)
    yield from (
        " eq ",
        " and ",
        " or ",
        "not (",
        " pr",
        "].value",
        "urn:",
        "primary",
        "true",
        "null",
    )
    yield from (
        "(?<n>",
        "{1000}",
        "\\d",
        "[^",
        "(?i)",
        "tt",
        "zzz",
        "'T'",
        "AM",
        "GMT",
        "June",
        "T10:",
    )


def encoded(kind: str, *texts: str) -> bytes:
    """The bytes of one input."""
    text = BETWEEN.join(texts)
    return bytes([KINDS.index(kind)]) + text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> tuple[str, list[str]]:
    """Which promise an input is for, and its texts: any bytes are an input."""
    text = data[1:].decode("utf-8", "surrogateescape")
    return KINDS[data[0] % len(KINDS)] if data else KINDS[0], text.split(BETWEEN)


def keep_promise(data: bytes) -> None:
    """The promise that the input is for, on as many of its texts as it takes."""
    kind, texts = decoded(data)
    PROMISES[kind](*texts[: MOST.get(kind, 4)])
