"""Credentials as a person types them into a form: judged and stored like those of a file.

Plain text becomes a `Secret` here and nowhere later; an empty secret stands for the stored one,
which is kept only for the host and the kind of sign-in it was given for (T07).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import find_template
from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.configuration.applying import Applied
from provisioning.engine.configuration.credentials import (
    Credentials,
    CredentialsReader,
    allowed_networks,
    credentials_of,
)
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.controls import set_credentials
from provisioning.engine.spoken import message_of
from provisioning.engine.test_connection import keep
from provisioning.models import Application
from provisioning.models.connection import AuthKind
from provisioning.scim.secret import Secret, check_token
from provisioning.scim.tenant_url import check_tenant_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SECRET_PATHS = ("credentials.secret_token", "credentials.client_credentials.client_secret")


@dataclass(frozen=True, slots=True)
class TypedCredentials:
    """What a form holds."""

    auth: AuthKind
    tenant_url: str
    token_url: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)

    def document(self) -> dict[str, object]:
        """The file's `credentials` that say the same."""
        secret = Secret(self.secret) if self.secret else "stored"
        if self.auth == AuthKind.SECRET_TOKEN:
            return {"tenant_url": self.tenant_url, "secret_token": secret}
        client = {
            "token_url": self.token_url,
            "client_id": self.client_id,
            "client_secret": secret,
        }
        return {"tenant_url": self.tenant_url, "client_credentials": client}


def check_address(text: str) -> str:
    """The Tenant URL that was typed, cleaned; raises `ConfigurationError`."""
    return str(check_tenant_url(text, allowed_networks()))


def check_token_address(text: str) -> str:
    """The token URL that was typed, cleaned; raises `ConfigurationError`."""
    try:
        return check_address(text)
    except ConfigurationError as error:
        message = message_of(error).replace(_("Tenant URL"), _("token URL"))
        advice = _("Write it as in https://login.mypurecloud.de/oauth/token.")
        raise ConfigurationError(message, advice=advice) from None


def check_secret(text: str) -> None:
    """Raises `ConfigurationError` for a secret that no server issues."""
    check_token(text)


def judged(application: Application, typed: TypedCredentials) -> Credentials:
    """The credentials that the form asks for; raises `UsageProblems`."""
    stored = credentials_of(application.connection)
    source = ConfigurationDocument({})
    reader = CredentialsReader(source, find_template(application.template), stored)
    try:
        return reader.read({"credentials": typed.document()})
    except UsageProblems as error:
        raise _for_a_form(error.problems, typed) from None


def save_credentials(
    actor: User | None,
    application: Application,
    typed: TypedCredentials,
    trial: Mapping[str, Any] | None = None,
) -> Applied:
    """Store them; `trial` is the last test of a form, kept if it was of exactly these.

    Raises `UsageProblems`.
    """
    mark = trial_mark(application, judged(application, typed))
    with transaction.atomic():
        try:
            applied = set_credentials(actor, application, typed.document())
        except UsageProblems as error:
            raise _for_a_form(error.problems, typed) from None
        if trial is not None and constant_time_compare(str(trial["of"]), mark):
            keep(application, trial["tested"])
    return applied


def trial_mark(application: Application, wanted: Credentials) -> str:
    """A keyed digest by which a test and what is saved later are known to be of the same."""
    stored = bytes(application.connection.secret).hex()
    secret = wanted.secret.reveal() if wanted.secret else stored
    parts = (str(application.pk), wanted.auth, wanted.host, wanted.tenant_url, wanted.token_url,
             wanted.client_id, secret)  # fmt: skip
    return salted_hmac("rollcall.trial", "\x00".join(parts), algorithm="sha256").hexdigest()


def _for_a_form(problems: Iterable[Problem], typed: TypedCredentials) -> UsageProblems:
    """Advice that fits a form: there is a field to type a secret into."""
    advice = _("Type it into its field.")
    return UsageProblems(
        replace(one, advice=advice) if one.path in SECRET_PATHS and not typed.secret else one
        for one in problems
    )
