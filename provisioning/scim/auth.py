"""Credentials: a bearer token as it was typed in, or an OAuth 2 client that fetches its own.

RFC 6749, section 4.4, and genesys-scim.md, section 3. Token requests leave through the same door
as all others, are not SCIM requests, and are made by one thread while the others wait for it.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote, urlencode

from provisioning.core.errors import (
    CredentialsRejected,
    NotScim,
    OutcomeUnknown,
    ProvisioningError,
    TargetBusy,
)
from provisioning.core.wording import gettext_noop
from provisioning.scim.json_body import NotJson, parse
from provisioning.scim.refusals import read_refusal
from provisioning.scim.retry_after import retry_after
from provisioning.scim.secret import MaskedText, Secret
from provisioning.scim.session import Call, Door, Reply
from provisioning.scim.tenant_url import TenantUrl

AHEAD = 60.0
AHEAD_SHARE = 0.1
UNSTATED_LIFETIME = 300.0
"""The shortest lifetime Genesys grants; used when the answer names none."""


class Credentials(Protocol):
    """What puts the `Authorization` header on a request."""

    def token(self) -> Secret:
        """The token to send now."""

    def renew(self, rejected: Secret) -> bool:
        """True when another token than the rejected one is there to try."""

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must never be shown, for the redactor."""


def authorization(token: Secret) -> MaskedText:
    """The header value for a token, masked in any `repr`."""
    return MaskedText(f"Bearer {token.reveal()}")


class BearerToken:
    """A token that a person pasted; nobody can renew it."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def token(self) -> Secret:
        return self._token

    def renew(self, rejected: Secret) -> bool:
        return False

    def secrets(self) -> tuple[Secret, ...]:
        return (self._token,)


class ClientCredentials:
    """Fetches a token with id and secret, again before it expires and once after a 401."""

    def __init__(
        self,
        door: Door,
        token_url: TenantUrl,
        client_id: str,
        client_secret: Secret,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._call = _token_call(token_url, client_id, client_secret)
        self._client_secret = client_secret
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Secret | None = None
        self._renew_at = 0.0

    def token(self) -> Secret:
        with self._lock:
            if self._token is None or self._clock() >= self._renew_at:
                self._fetch()
            return self._held()

    def renew(self, rejected: Secret) -> bool:
        with self._lock:
            if self._token == rejected:
                self._fetch()
            return self._token != rejected

    def secrets(self) -> tuple[Secret, ...]:
        basic = Secret(self._call.headers["Authorization"].removeprefix("Basic "))
        held = (self._client_secret, basic)
        return held if self._token is None else (*held, self._token)

    def _held(self) -> Secret:
        assert self._token is not None  # noqa: S101  # `_fetch` sets it or raises
        return self._token

    def _fetch(self) -> None:
        asked_at = self._clock()
        try:
            reply = self._door.send(self._call)
        except OutcomeUnknown as error:  # a token too many harms nobody
            raise TargetBusy(error.template, params=error.params) from None
        self._token, lifetime = _granted(reply, self.secrets())
        self._renew_at = asked_at + lifetime - min(AHEAD, lifetime * AHEAD_SHARE)


def _token_call(token_url: TenantUrl, client_id: str, client_secret: Secret) -> Call:
    # RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(client_secret.reveal(), safe='')}"
    return Call(
        "POST",
        str(token_url),
        {
            "Authorization": MaskedText("Basic " + base64.b64encode(pair.encode()).decode()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        urlencode({"grant_type": "client_credentials"}).encode(),
    )


def _granted(reply: Reply, secrets: tuple[Secret, ...]) -> tuple[Secret, float]:
    if reply.status != 200:
        raise _refused(reply, secrets)
    try:
        body = parse(reply.body)
    except NotJson:
        body = None
    text = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(text, str) or not _sendable(text):
        raise NotScim(
            gettext_noop("The token address answered, but not with an access token."),
            advice=gettext_noop("Check the token address (login host) of the credentials."),
        )
    return Secret(text), _lifetime(body.get("expires_in"))


def _sendable(text: str) -> bool:
    return bool(text) and all("!" <= character <= "~" for character in text)


def _lifetime(stated: object) -> float:
    try:
        seconds = float(str(stated))
    except ValueError:
        return UNSTATED_LIFETIME
    return seconds if 0 < seconds < 1e9 else UNSTATED_LIFETIME


def _refused(reply: Reply, secrets: tuple[Secret, ...]) -> ProvisioningError:
    refusal = read_refusal(reply, secrets)
    params = {"status": reply.status}
    if reply.status == 429:
        # Not TooManyRequests: that one tells of the quota of SCIM requests.
        error: ProvisioningError = TargetBusy(
            gettext_noop("The token service is asked too often (%(status)s)."),
            params=params,
            retry_after=retry_after(reply.headers),
        )
    elif reply.status >= 500 or reply.status == 408:
        error = TargetBusy(
            gettext_noop("The token service could not answer now (%(status)s)."), params=params
        )
    elif reply.status in (400, 401, 403):
        error = CredentialsRejected(
            gettext_noop("The token service rejects the client id or its secret (%(status)s)."),
            params=params,
            advice=gettext_noop("Enter client id and secret again, then use Test Connection."),
        )
    else:
        error = NotScim(
            gettext_noop("The token address answered %(status)s instead of a token."),
            params=params,
            advice=gettext_noop("Check the token address (login host) of the credentials."),
        )
    error.status = reply.status
    error.target_message = refusal.message or refusal.code
    error.correlation_id = refusal.correlation_id
    return error
