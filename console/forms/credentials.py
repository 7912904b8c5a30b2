"""The admin credentials of an application: a region or an address, and one way to sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.pages.regions import OTHER, place_at, places_of, tenant_url_for, token_url_for
from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import find_template
from provisioning.core.problems import UsageProblems
from provisioning.engine.spoken import advice_of, message_of, problem_of
from provisioning.engine.typed_credentials import (
    TypedCredentials,
    check_address,
    check_secret,
    check_token_address,
)
from provisioning.models import Application
from provisioning.models.connection import AuthKind

FIELDS = {
    "credentials.tenant_url": "tenant_url",
    "credentials.secret_token": "secret_token",
    "credentials.client_credentials.token_url": "token_url",
    "credentials.client_credentials.client_id": "client_id",
    "credentials.client_credentials.client_secret": "client_secret",
}
SECRETS = {
    AuthKind.SECRET_TOKEN: "secret_token",
    AuthKind.CLIENT_CREDENTIALS: "client_secret",
}


def _secret(label: Any) -> forms.CharField:
    """A field that is never filled again, whatever happens."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, widget=widget)


def _address(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}
    )
    return forms.CharField(
        label=label, required=False, max_length=500, help_text=help_text, widget=widget
    )


class CredentialsForm(forms.Form):
    """Every field of both ways to sign in; only those of the chosen one are read."""

    use_required_attribute = False

    auth = forms.ChoiceField(
        label=_("Sign in with"),
        choices=[
            (AuthKind.CLIENT_CREDENTIALS.value, _("Client credentials (recommended)")),
            (AuthKind.SECRET_TOKEN.value, _("Secret token")),
        ],
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=_("Region"),
        required=False,
        help_text=_(
            "Fills in the Tenant URL when that is empty or belongs to another region. For an "
            "address of your own choose Other."
        ),
    )
    tenant_url = _address(_("Tenant URL"), _("The base address of the SCIM service."))
    secret_token = _secret(_("Secret token"))
    client_id = forms.CharField(
        label=_("Client ID"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    client_secret = _secret(_("Client secret"))
    token_url = _address(
        _("Token URL"),
        _("Where tokens are obtained. Leave it empty to use the one of the region."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, application: Application) -> None:
        connection = application.connection
        template = find_template(application.template)
        self.places = places_of(template)
        self.stored = connection
        first = self.places[0].name if self.places and not connection.tenant_url else ""
        initial = {
            "auth": connection.auth,
            "region": place_at(self.places, connection.tenant_url) or first,
            "tenant_url": connection.tenant_url,
            "client_id": connection.client_id,
            "token_url": connection.token_url,
        }
        super().__init__(data, initial=initial)
        self.fields["tenant_url"].widget.attrs["placeholder"] = template.expected_url
        if self.places:
            choices = [(one.name, one.label) for one in self.places]
            self.fields["region"].choices = [*choices, (OTHER, _("Other"))]  # type: ignore[attr-defined]
        else:
            del self.fields["region"]

    @property
    def retype(self) -> bool:
        """Whether a secret was typed that the page cannot show again."""
        return any(self.data.get(name) for name in SECRETS.values())

    def clean(self) -> dict[str, Any]:
        """Judge what belongs to the chosen way; every problem at its field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "auth" not in given:
            return given
        if "tenant_url" in given:
            self._judge_tenant_url(given)
        self._judge_secret(SECRETS[AuthKind(given["auth"])])
        if given["auth"] == AuthKind.CLIENT_CREDENTIALS:
            self._judge_client(given)
        return given

    def typed(self) -> TypedCredentials:
        """What the engine is given, once the form is valid."""
        given = self.cleaned_data
        auth = AuthKind(given["auth"])
        by_client = auth == AuthKind.CLIENT_CREDENTIALS
        return TypedCredentials(
            auth=auth,
            tenant_url=given["tenant_url"],
            token_url=given["token_url"] if by_client else "",
            client_id=given["client_id"] if by_client else "",
            secret=given[SECRETS[auth]],
        )

    def add_problems(self, problems: UsageProblems) -> None:
        """Show what the engine refused beside the fields it is about."""
        for one in problems.problems:
            self.add_error(FIELDS.get(one.path), problem_of(one))

    def _judge_tenant_url(self, given: dict[str, Any]) -> None:
        region = given.get("region", "")
        text = tenant_url_for(self.places, region, given["tenant_url"].rstrip("/"))
        if not text and self.places:
            self.add_error("tenant_url", _("Choose a region or type the Tenant URL."))
            return
        given["tenant_url"] = self._judge("tenant_url", text, check_address)

    def _judge_secret(self, name: str) -> None:
        given = self.cleaned_data
        if given.get(name):
            self._judge(name, given[name], check_secret)
        elif not self.stored.secret:
            self.add_error(name, _("Type it: none is stored yet."))

    def _judge_client(self, given: dict[str, Any]) -> None:
        if "client_id" in given and not given["client_id"]:
            self.add_error("client_id", _("The client id is missing."))
        if "token_url" in given and "tenant_url" in given:
            text = token_url_for(self.places, given["tenant_url"], given["token_url"])
            given["token_url"] = self._judge("token_url", text, check_token_address)

    def _judge(self, name: str, text: str, check: Callable[[str], Any]) -> Any:
        """The text as the engine writes it, or as typed with the engine's words beside it."""
        try:
            return check(text)
        except ConfigurationError as error:
            self.add_error(name, f"{message_of(error)} {advice_of(error)}")
            return text
