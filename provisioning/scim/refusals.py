"""The body of a refusal: SCIM errors (RFC 7644, section 3.12) and Genesys' platform errors.

Both are read into one value. What a target says is kept in its own words, but only when it speaks
JSON: the text of some HTML page is nothing an administrator should be shown (threat T06).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.core.resource import Value
from provisioning.scim.exchange import redacted_text
from provisioning.scim.json_body import NotJson, parse
from provisioning.scim.secret import Secret
from provisioning.scim.session import Reply

LONGEST_MESSAGE = 2_048
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
CORRELATION_HEADERS = ("inin-correlation-id", "x-correlation-id", "x-request-id")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a target says about a request that it refused."""

    status: int
    scim_type: str = ""
    code: str = ""
    message: str = ""
    correlation_id: str = ""


def read_refusal(reply: Reply, secrets: Iterable[Secret] = ()) -> Refusal:
    """The refusal in a reply, empty where the target said nothing in JSON."""
    secrets = tuple(secrets)
    body = _json_object(reply.body)

    def text(name: str) -> str:
        return redacted_text(_text(body.get(name)), secrets)

    message = " ".join(filter(None, (text("detail"), text("message"), text("error_description"))))
    return Refusal(
        status=reply.status,
        scim_type=text("scimType"),
        code=text("code") or text("error"),
        message=message[:LONGEST_MESSAGE],
        correlation_id=_correlation_id(reply) or text("contextId")[:128],
    )


def _json_object(body: bytes) -> dict[str, Value]:
    try:
        value = parse(body)
    except NotJson:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Value) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return CONTROLS.sub(" ", str(value)).strip()
    return ""


def _correlation_id(reply: Reply) -> str:
    found = (reply.headers.get(name, "") for name in CORRELATION_HEADERS)
    return CONTROLS.sub(" ", next(filter(None, found), ""))[:128]
