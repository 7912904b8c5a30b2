"""The token address: client credentials by secret or by certificate, with Entra's own refusals."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs

from provisioning.simulator.graph.assertions import TYPE, Rejected, check_assertion

LIFETIME = 3599
SCOPE_END = "/.default"
Refused = tuple[int, dict[str, object]]


class Tokens:
    """Which tokens are valid, and until when."""

    def __init__(
        self,
        clients: Mapping[str, str],
        certificates: Mapping[str, Sequence[str]],
        now: Callable[[], float],
    ) -> None:
        """Know these clients: by secret, and by certificates."""
        self.clients = dict(clients)
        self.certificates = {client: list(held) for client, held in certificates.items()}
        self.lifetime = LIFETIME
        self._now = now
        self._issued: dict[str, float] = {}

    def is_valid(self, token: str) -> bool:
        """Tell whether a request with this token may pass."""
        return self._now() < self._issued.get(token, 0.0)

    def revoke(self) -> None:
        """Let every token expire."""
        self._issued.clear()

    def answer(self, form: bytes, audience: str) -> tuple[int, dict[str, object]]:
        """Answer a token request at this address: status and body."""
        fields = {
            name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()
        }
        if fields.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type", 70003, "The grant is not supported.")
        if not fields.get("scope", "").endswith(SCOPE_END):
            message = "The scope of a client credentials request must end with '/.default'."
            return _refused(400, "invalid_scope", 1002012, message)
        return self._proved(fields, audience) or self._issue()

    def _proved(self, fields: Mapping[str, str], audience: str) -> Refused | None:
        client = fields.get("client_id", "")
        if client not in self.clients and client not in self.certificates:
            message = f"Application with identifier '{client}' was not found in the directory."
            return _refused(400, "unauthorized_client", 700016, message)
        if "client_assertion" in fields:
            return self._judge_assertion(fields, client, audience)
        expected = self.clients.get(client, "")
        given = fields.get("client_secret", "")
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            return _refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
        return None

    def _judge_assertion(
        self, fields: Mapping[str, str], client: str, audience: str
    ) -> Refused | None:
        if fields.get("client_assertion_type") != TYPE:
            return _refused(400, "invalid_request", 900144, "client_assertion_type is wrong.")
        held = self.certificates.get(client, [])
        try:
            check_assertion(fields["client_assertion"], client, audience, held, self._now())
        except Rejected as problem:
            return _refused(401, "invalid_client", 700027, str(problem))
        return None

    def _issue(self) -> tuple[int, dict[str, object]]:
        token = secrets.token_urlsafe(32)
        now = self._now()
        self._issued = {held: until for held, until in self._issued.items() if until > now}
        self._issued[token] = now + self.lifetime
        body: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "ext_expires_in": self.lifetime,
            "access_token": token,
        }
        return 200, body


def _refused(status: int, error: str, number: int, message: str) -> Refused:
    body: dict[str, object] = {
        "error": error,
        "error_description": f"AADSTS{number}: {message}",
        "error_codes": [number],
    }
    return status, body
