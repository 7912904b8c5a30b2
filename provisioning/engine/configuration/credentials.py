"""The credentials of a configuration file: checked addresses, and secrets read by reference.

A stored secret is bound to where it is sent: a Tenant URL or token URL on another host needs the
secret again (T07). Secrets are read once, trimmed and judged (T32), and appear nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard

from django.conf import settings
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import Template
from provisioning.core.problems import Problem, UsageProblems
from provisioning.core.wording import gettext_noop
from provisioning.engine.configuration.normal import Document, section
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.configuration.values import SecretReference
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Connection
from provisioning.models.connection import AuthKind
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.secret import Secret, check_token
from provisioning.scim.tenant_url import TenantUrl, check_tenant_url

SEALED_FOR = Connection._meta.db_table
"""The table that a sealed secret is bound to."""

LARGEST_SECRET_FILE = 64 * 1024
_SECRET_KEYS = {
    AuthKind.SECRET_TOKEN: ("secret_token",),
    AuthKind.CLIENT_CREDENTIALS: ("client_credentials", "client_secret"),
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """How an application is entered. `secret` is a new one; `keeps` says the stored one stays."""

    tenant_url: str = ""
    auth: AuthKind = AuthKind.SECRET_TOKEN
    token_url: str = ""
    client_id: str = ""
    host: str = ""
    secret: Secret | None = None
    keeps: bool = False

    @property
    def secret_path(self) -> str:
        """Where the configuration file has the secret."""
        return ".".join(("credentials", *_SECRET_KEYS[self.auth]))

    @property
    def entered(self) -> bool:
        """Whether there is an address and a secret."""
        return bool(self.tenant_url and (self.secret or self.keeps))

    def keeping(self) -> Credentials:
        """The same, with the stored secret instead of a new one."""
        return replace(self, secret=None, keeps=True)

    def document(self) -> Document:
        """The part of the normal form, in which a secret is only `stored`."""
        stored = "stored" if self.secret or self.keeps else None
        by_token = self.auth == AuthKind.SECRET_TOKEN
        client = {
            "token_url": self.token_url,
            "client_id": self.client_id,
            "client_secret": stored,
        }
        return {
            "tenant_url": self.tenant_url,
            "secret_token": stored if by_token else None,
            "client_credentials": None if by_token else client,
        }


def credentials_of(connection: Connection) -> Credentials:
    """What is stored."""
    return Credentials(
        tenant_url=connection.tenant_url,
        auth=AuthKind(connection.auth),
        token_url=connection.token_url,
        client_id=connection.client_id,
        host=connection.host,
        keeps=bool(connection.secret),
    )


def allowed_networks() -> AllowedNetworks:
    """What the server's settings let a Tenant URL reach beyond the public internet."""
    return AllowedNetworks.parse(",".join(settings.ALLOWED_TARGET_NETWORKS))


def bound_host(tenant: TenantUrl, token: TenantUrl | None) -> str:
    """What a secret is bound to: the host that gets it, and the one that gets what it buys."""
    return f"{tenant.origin} {token.origin}" if token else tenant.origin


@dataclass(frozen=True, slots=True)
class CredentialsReader:
    """Reads the credentials of one document over what is stored for its application."""

    source: ConfigurationDocument
    template: Template
    current: Credentials

    def read(self, given: Mapping[str, object]) -> Credentials:
        """The credentials that the document asks for; raises `UsageProblems`."""
        if "credentials" not in given:
            return self.current
        asked = given["credentials"]
        if not isinstance(asked, dict):
            return Credentials()
        tenant_url = str(asked.get("tenant_url", self.current.tenant_url) or "")
        if asked.get("client_credentials"):
            return self._client_credentials(tenant_url, section(asked, "client_credentials"))
        if asked.get("secret_token") or self.current.auth == AuthKind.SECRET_TOKEN:
            return self._secret_token(tenant_url, asked)
        if "client_credentials" in asked:
            return Credentials(tenant_url=tenant_url)
        return self._client_credentials(tenant_url, {})

    def _secret_token(self, tenant_url: str, asked: Mapping[str, object]) -> Credentials:
        reference = asked.get("secret_token")
        if not tenant_url:
            return self._without_url(reference)
        tenant = self._address(tenant_url, ("tenant_url",))
        wanted = Credentials(str(tenant), AuthKind.SECRET_TOKEN, host=bound_host(tenant, None))
        if "secret_token" in asked and reference is None:
            return wanted
        return self._with_secret(wanted, reference)

    def _client_credentials(self, tenant_url: str, asked: Mapping[str, object]) -> Credentials:
        reference = asked.get("client_secret")
        if not tenant_url:
            return self._without_url(reference or asked)
        place = ("client_credentials", "token_url")
        tenant = self._address(tenant_url, ("tenant_url",))
        token_url = asked.get("token_url") or self.current.token_url or self._region(tenant)
        client_id = str(asked.get("client_id") or self.current.client_id)
        if not token_url:
            raise self._refused(place, _("The token URL is missing."), _(_LOGIN_EXAMPLE))
        if not client_id:
            path = ("client_credentials", "client_id")
            raise self._refused(path, _("The client id is missing."), _("Add client_id: to it."))
        token = self._address(str(token_url), place)
        wanted = Credentials(
            str(tenant),
            AuthKind.CLIENT_CREDENTIALS,
            token_url=str(token),
            client_id=client_id,
            host=bound_host(tenant, token),
        )
        return self._with_secret(wanted, reference)

    def _with_secret(self, wanted: Credentials, reference: object) -> Credentials:
        path = _SECRET_KEYS[wanted.auth]
        if _is_given(reference):
            return replace(wanted, secret=self._secret(reference, path))
        same = wanted.auth == self.current.auth and wanted.host == self.current.host
        if self.current.keeps and not same:
            raise self._refused(
                path,
                _("The stored secret was given for another host or another kind of sign-in."),
                _("Give the secret again, as {env: NAME} or {file: PATH}."),
            )
        if reference is not None and not self.current.keeps:
            advice = _("Give it once, as {env: NAME} or {file: PATH}.")
            raise self._refused(path, _("No secret is stored for this application."), advice)
        return replace(wanted, keeps=self.current.keeps)

    def _without_url(self, reference: object) -> Credentials:
        if reference:
            message = _("The Tenant URL is missing, so there is no host the secret belongs to.")
            raise self._refused(("tenant_url",), message, _("Add tenant_url: to credentials."))
        return Credentials()

    def _secret(self, reference: SecretReference | Secret, path: tuple[str, ...]) -> Secret:
        try:
            return check_token(_read_secret(reference))
        except ConfigurationError as error:
            raise self._refused(path, message_of(error), advice_of(error)) from None

    def _address(self, text: str, path: tuple[str, ...]) -> TenantUrl:
        try:
            return check_tenant_url(text, allowed_networks())
        except ConfigurationError as error:
            if path == ("tenant_url",):
                raise self._refused(path, message_of(error), advice_of(error)) from None
            message = message_of(error).replace(_("Tenant URL"), _("token URL"))
            raise self._refused(path, message, _(_LOGIN_EXAMPLE)) from None

    def _region(self, tenant: TenantUrl) -> str:
        regions = (one for one in self.template.regions if one.api_host == tenant.host)
        return next((region.token_url for region in regions), "")

    def _refused(self, path: tuple[str, ...], message: str, advice: str) -> UsageProblems:
        problem: Problem = self.source.problem(("credentials", *path), message, advice)
        return UsageProblems([problem])


_LOGIN_EXAMPLE = gettext_noop("Write it as in https://login.mypurecloud.de/oauth/token.")


def _is_given(reference: object) -> TypeGuard[SecretReference | Secret]:
    if isinstance(reference, SecretReference):
        return reference.kind != "stored"
    return isinstance(reference, Secret)


def _read_secret(reference: SecretReference | Secret) -> str:
    """The text behind a reference; nothing of it enters a message."""
    if isinstance(reference, Secret):
        return reference.reveal()
    if reference.kind == "env":
        if (text := os.environ.get(reference.name)) is None:
            raise ConfigurationError(
                gettext_noop("The environment variable %(name)s is not set."),
                params={"name": reference.name},
                advice=gettext_noop("Set it where this command runs, then apply again."),
            )
        return text
    try:
        with Path(reference.name).open("rb") as file:
            content = file.read(LARGEST_SECRET_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else _("not a path")
        raise ConfigurationError(
            gettext_noop("The file %(name)s cannot be read: %(reason)s."),
            params={"name": reference.name, "reason": str(reason)},
            advice=gettext_noop(
                "Check the path, from where this command runs, and its permissions."
            ),
        ) from None
    return content[:LARGEST_SECRET_FILE].decode("utf-8-sig", errors="replace")
