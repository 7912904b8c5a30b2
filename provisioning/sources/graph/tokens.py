"""The access token: by secret or certificate, renewed at 80 % of its life and after a 401."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

from provisioning.core.errors import ProvisioningError, SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.graph.certificates import Certificate
from provisioning.sources.graph.sending import Reply, Send
from provisioning.sources.graph.settings import GraphSettings, Proof

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RENEW_AT = 0.8
UNSTATED_LIFETIME = 300.0

# Entra's error numbers that a person can do something about (AADSTS…).
_ADVICE = {
    90002: gettext_noop("Check the tenant id of the source."),
    700016: gettext_noop("Check the client id: the tenant has no such application registration."),
    7000215: gettext_noop("Enter the client secret again: its value, not its id."),
    7000222: gettext_noop("The client secret has expired: create another one and enter it."),
    700027: gettext_noop(
        "Upload the certificate to the application registration, and check that it is valid."
    ),
}
_OTHERWISE = gettext_noop("Check tenant id, client id and secret, then use Test Connection.")


class Tokens:
    """The token of one tenant, for one reader."""

    def __init__(
        self,
        settings: GraphSettings,
        send: Send,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._send = send
        self._clock = clock
        self._now = now
        self._token = ""
        self._renew_at = 0.0

    def token(self) -> str:
        """The token to send now. Raises `SourceUnavailable`."""
        if not self._token or self._clock() >= self._renew_at:
            self.renew()
        return self._token

    def renew(self) -> None:
        """Fetch another token."""
        asked_at = self._clock()
        form = urlencode(self._form()).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            reply = self._send("POST", self._settings.token_url, headers, form)
        except ProvisioningError as error:
            raise SourceUnavailable(
                gettext_noop(
                    "The sign-in address of Microsoft Entra cannot be reached: %(reason)s"
                ),
                params={"reason": error.message},
            ) from None
        self._token, lifetime = _granted(reply)
        self._renew_at = asked_at + lifetime * RENEW_AT

    def _form(self) -> dict[str, str]:
        settings = self._settings
        form = {
            "client_id": settings.client_id,
            "scope": settings.scope,
            "grant_type": "client_credentials",
        }
        if settings.proof is Proof.SECRET:
            return {**form, "client_secret": settings.secret}
        certificate = Certificate.read(settings.secret)
        signed = certificate.assertion(settings.client_id, settings.token_url, self._now())
        return {**form, "client_assertion_type": ASSERTION, "client_assertion": signed}


def _granted(reply: Reply) -> tuple[str, float]:
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        body = {}
    token = body.get("access_token")
    if reply.status == 200 and isinstance(token, str) and token.isascii() and token.isprintable():
        return token, _lifetime(body.get("expires_in"))
    raise _refused(reply.status, body)


def _lifetime(stated: object) -> float:
    if isinstance(stated, int | float) and 0 < stated < 1e9:
        return float(stated)
    return UNSTATED_LIFETIME


def _refused(status: int, body: dict[str, object]) -> SourceUnavailable:
    numbers = body.get("error_codes")
    number = numbers[0] if isinstance(numbers, list) and numbers else None
    error = SourceUnavailable(
        gettext_noop("Microsoft Entra gives no token (%(status)s %(error)s)."),
        params={"status": status, "error": str(body.get("error", ""))[:60]},
        advice=_ADVICE.get(number, _OTHERWISE) if isinstance(number, int) else _OTHERWISE,
    )
    error.status = status
    error.target_message = str(body.get("error_description", ""))[:500]
    return error
