"""Tokens: a given one, and those issued to clients by the client credentials grant (RFC 6749 4.4).

Issued tokens are not kept over a restart, as secrets do not belong into the state file.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote_plus

FOR_EVER = float("inf")


class Tokens:
    """Which tokens are valid, and until when."""

    def __init__(self, token: str, clients: Mapping[str, str], lifetime: float) -> None:
        """Make the given token valid for ever."""
        self.token = token
        self._clients = dict(clients)
        self._lifetime = lifetime
        self._issued: dict[str, float] = {}
        self._revoked_until = 0.0

    def is_valid(self, token: str, now: float) -> bool:
        """Tell whether a request with this token may pass."""
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return now >= self._revoked_until
        return now < self._issued.get(token, 0.0)

    def expire(self, token: str, now: float, seconds: float | None) -> None:
        """Make a token expire; the given one for some seconds, or until it is renewed."""
        if hmac.compare_digest(token.encode(), self.token.encode()):
            self._revoked_until = now + seconds if seconds else FOR_EVER
        self._issued.pop(token, None)

    def renew(self) -> None:
        """Make the given token valid again."""
        self._revoked_until = 0.0

    def answer(self, authorization: str, form: bytes, now: float) -> tuple[int, dict[str, object]]:
        """Answer a token request (RFC 6749 5): status and body."""
        fields = {
            name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()
        }
        identifier, secret = _basic(authorization) or (
            fields.get("client_id", ""),
            fields.get("client_secret", ""),
        )
        expected = self._clients.get(identifier)
        if expected is None or not hmac.compare_digest(secret.encode(), expected.encode()):
            return 401, _error("invalid_client", "The client or its secret is not known.")
        if fields.get("grant_type") != "client_credentials":
            return 400, _error("unsupported_grant_type", "Only client_credentials is supported.")
        token = secrets.token_urlsafe(32)
        self._issued = {held: until for held, until in self._issued.items() if until > now}
        self._issued[token] = now + self._lifetime
        return 200, {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(self._lifetime),
        }


def bearer(authorization: str) -> str:
    """Return the token of an Authorization header, or nothing."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    identifier, _, secret = decoded.partition(":")
    # RFC 6749 2.3.1: both parts are form-encoded before they are put together.
    return unquote_plus(identifier), unquote_plus(secret)


def _error(code: str, description: str) -> dict[str, object]:
    return {"error": code, "error_description": description, "description": description}
