"""What an administrator says to connect a Microsoft Entra tenant by Microsoft Graph."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem
from provisioning.core.wording import gettext_noop
from provisioning.sources.form import Field, Said, SourceForm, Widget
from provisioning.sources.graph.settings import (
    CLOUDS,
    GraphSettings,
    Proof,
    graph_url_of,
    origin_of,
    token_url_of,
)


def graph_settings(said: Said, secret: str) -> GraphSettings:
    """The tenant from what was said; addresses that were given win over those of the cloud."""
    cloud = said.get("cloud") or "global"
    tenant = said.get("tenant", "").strip()
    return GraphSettings(
        tenant=tenant,
        client_id=said.get("client_id", "").strip(),
        proof=Proof(said.get("proof") or Proof.SECRET),
        token_url=said.get("token_url", "").strip() or token_url_of(cloud, tenant),
        graph_url=said.get("graph_url", "").strip() or graph_url_of(cloud),
        secret=secret,
    )


def _host_of(said: Said) -> str:
    """Who gets the secret, and who gets what it buys."""
    settings = graph_settings(said, "")
    return f"{origin_of(settings.token_url)} {origin_of(settings.graph_url)}"


def _problems(said: Said) -> list[Problem]:
    problems = [
        Problem(
            name, _("This is needed."), _("It is on the overview page of the app registration.")
        )
        for name in ("tenant", "client_id")
        if not said.get(name, "").strip()
    ]
    problems += [
        Problem(name, _("Choose one of the list."))
        for name, known in (("cloud", list(CLOUDS)), ("proof", list(Proof)))
        if said.get(name) and said[name] not in known
    ]
    for name in ("token_url", "graph_url"):
        text = said.get(name, "").strip()
        if text and urlsplit(text).scheme not in ("https", "http"):
            problems.append(Problem(name, _("An address begins with https://.")))
    return problems


GRAPH = SourceForm(
    kind="graph",
    title=gettext_noop("Microsoft Entra ID"),
    fields=(
        Field(
            "tenant",
            gettext_noop("Tenant"),
            gettext_noop("Its id, or a domain such as contoso.onmicrosoft.com."),
            required=True,
        ),
        Field("client_id", gettext_noop("Application (client) ID"), required=True),
        Field(
            "proof",
            gettext_noop("Proof"),
            gettext_noop("How the app registration proves itself."),
            Widget.CHOICE,
            default=Proof.SECRET.value,
            choices=(
                (Proof.SECRET.value, gettext_noop("Client secret")),
                (Proof.CERTIFICATE.value, gettext_noop("Certificate with its private key, PEM")),
            ),
        ),
        Field(
            "cloud",
            gettext_noop("Cloud"),
            widget=Widget.CHOICE,
            default="global",
            choices=(
                ("global", gettext_noop("Worldwide")),
                ("us_government", gettext_noop("US Government")),
                ("us_defense", gettext_noop("US Department of Defense")),
                ("china", gettext_noop("China (21Vianet)")),
            ),
        ),
        Field(
            "token_url",
            gettext_noop("Token address"),
            gettext_noop("Empty: that of the cloud. A simulator has its own."),
        ),
        Field(
            "graph_url",
            gettext_noop("Graph address"),
            gettext_noop("Empty: that of the cloud. A simulator has its own."),
        ),
    ),
    secret=Field("secret", gettext_noop("Client secret or certificate"), widget=Widget.LINES),
    account_field="proof",
    host_of=_host_of,
    problems=_problems,
)
