"""One request and its response as the provisioning log keeps them (threat T34).

The only place that formats requests for people. Headers pass an allow-list, password-like
attributes are masked in both bodies, and a secret that a target echoes is masked wherever it is.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from provisioning.core.resource import Value
from provisioning.scim.json_body import NotJson, parse
from provisioning.scim.secret import MASK, Secret
from provisioning.scim.session import Call, Reply

LONGEST_BODY = 8_192
KEPT_HEADERS = frozenset(
    {
        "accept",
        "content-type",
        "date",
        "etag",
        "if-match",
        "inin-correlation-id",
        "inin-ratelimit-allowed",
        "inin-ratelimit-count",
        "inin-ratelimit-reset",
        "retry-after",
        "server",
        "x-request-id",
    }
)
PASSWORD_LIKE = re.compile(
    r"passw|pwd|secret|token|credential|passphrase|api.?key|authorization", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its reply, or the reason why there is none."""

    call: Call
    reply: Reply | None
    failure: str = ""
    secrets: tuple[Secret, ...] = ()

    def as_dict(self) -> dict[str, Value]:
        """Redacted JSON for the log: at most 8 KiB of each body, no secret in any of it."""
        reply = self.reply
        return {
            "method": self.call.method,
            "url": redacted_text(self.call.url, self.secrets),
            "requestHeaders": self._headers(self.call.headers),
            "requestBody": self._body(self.call.body or b""),
            "status": reply.status if reply else None,
            "responseHeaders": self._headers(reply.headers) if reply else {},
            "responseBody": self._body(reply.body) if reply else None,
            "milliseconds": reply.milliseconds if reply else None,
            "failure": redacted_text(self.failure, self.secrets),
        }

    def _headers(self, headers: Mapping[str, str]) -> dict[str, Value]:
        return {
            name.lower(): redacted_text(value[:256], self.secrets)
            for name, value in headers.items()
            if name.lower() in KEPT_HEADERS
        }

    def _body(self, body: bytes) -> Value:
        if not body:
            return None
        text = body.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        clean = redacted_text(text, self.secrets)
        try:
            value = redacted(parse(clean.encode()))
        except NotJson:
            return f"{clean[:LONGEST_BODY]}…" if len(clean) > LONGEST_BODY else clean
        if len(body) <= LONGEST_BODY:
            return value
        return json.dumps(value, ensure_ascii=False)[:LONGEST_BODY] + "…"


def redacted(value: Value) -> Value:
    """The value with everything below a password-like name masked, PATCH operations included."""
    if isinstance(value, list):
        return [redacted(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = "path" in value and _is_password_like(str(value["path"]))
    return {
        key: MASK
        if _is_password_like(key) or (named and key.lower() == "value")
        else redacted(item)
        if isinstance(item, dict | list)
        else item
        for key, item in value.items()
    }


@lru_cache(maxsize=1024)
def _is_password_like(name: str) -> bool:
    """Targets use the same few names in every answer."""
    return PASSWORD_LIKE.search(name) is not None


def redacted_text(text: str, secrets: Iterable[Secret]) -> str:
    """The text without any of the secrets, as they are and as JSON writes them."""
    for secret in secrets:
        plain = secret.reveal()
        text = text.replace(plain, MASK).replace(json.dumps(plain)[1:-1], MASK)
    return text


def as_curl(exchange: Mapping[str, Value]) -> str:
    """A command that repeats a logged request; the token is a variable its reader fills in."""
    words = ["curl", "-X", str(exchange["method"]), str(exchange["url"])]
    headers = cast(Mapping[str, Value], exchange["requestHeaders"])
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    body = exchange["requestBody"]
    if body is not None:
        words += ["-d", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)]
    return f'{shlex.join(words)} -H "Authorization: Bearer $TOKEN"'
