"""What an administrator says of an LDAP server, read from the texts of a form or a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from provisioning.core.problems import Problem

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PAGE = 500
_SCHEMES = ("ldap", "ldaps", "ldapi")


class Security(StrEnum):
    """How the line is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """A server, where to look in it, and what to take. Empty filters: the server's own default."""

    url: str
    security: Security = Security.TLS
    bind_dn: str = ""
    bases: tuple[str, ...] = ()
    user_filter: str = ""
    group_filter: str = ""
    # Directory attribute to LDAP attribute, beyond or instead of the default.
    attributes: Mapping[str, str] = field(default_factory=dict)
    disabled_attribute: str = ""
    disabled_values: tuple[str, ...] = ()
    ca_certificate: str = ""
    page_size: int = PAGE


def read_settings(said: Mapping[str, str]) -> LdapSettings:
    """The settings from texts; lists have a line each. Say `settings_problems` first."""
    return LdapSettings(
        url=said.get("url", "").strip(),
        security=Security(said.get("security") or Security.TLS),
        bind_dn=said.get("bind_dn", "").strip(),
        bases=_lines(said.get("bases", "")),
        user_filter=said.get("user_filter", "").strip(),
        group_filter=said.get("group_filter", "").strip(),
        attributes=dict(_pairs(said.get("attributes", ""))),
        disabled_attribute=said.get("disabled_attribute", "").strip(),
        disabled_values=_lines(said.get("disabled_values", "")),
        ca_certificate=said.get("ca_certificate", "").strip(),
    )


def settings_problems(said: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the texts, each with the key it was said under."""
    problems = [*_url_problems(said), *_attribute_problems(said.get("attributes", ""))]
    if not _lines(said.get("bases", "")):
        advice = _("For example dc=example,dc=com.")
        problems.append(Problem("bases", _("A base to search is missing."), advice))
    for key in ("user_filter", "group_filter"):
        text = said.get(key, "").strip()
        if text and (text[0] != "(" or text.count("(") != text.count(")")):
            advice = _("For example (objectClass=inetOrgPerson).")
            problems.append(Problem(key, _("A filter stands in parentheses."), advice))
    certificate = said.get("ca_certificate", "").strip()
    if certificate and "-----BEGIN CERTIFICATE-----" not in certificate:
        advice = _("Paste the whole PEM text, with its BEGIN and END lines.")
        problems.append(Problem("ca_certificate", _("This is no certificate."), advice))
    return problems


def host_of(said: Mapping[str, str]) -> str:
    """What the password is bound to: scheme, host and port."""
    parts = urlsplit(said.get("url", "").strip().lower())
    return f"{parts.scheme}://{unquote(parts.netloc)}"


def _url_problems(said: Mapping[str, str]) -> list[Problem]:
    url = said.get("url", "").strip()
    example = _("For example ldaps://dc1.example.com.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        return [Problem("url", _("The address cannot be read."), example)]
    if parts.scheme not in _SCHEMES or not parts.netloc:
        return [Problem("url", _("An address begins with ldaps:// or ldap://."), example)]
    if "@" in parts.netloc:
        advice = _("Leave the user name out of the address: it has a field of its own.")
        return [Problem("url", _("The address holds a user name."), advice)]
    security = said.get("security") or Security.TLS.value
    if security not in list(Security):
        return [Problem("security", _("One of tls, starttls and none.") + f" ({security[:20]})")]
    return _line_problems(parts.scheme, parts.hostname or "", Security(security))


def _line_problems(scheme: str, host: str, security: Security) -> list[Problem]:
    """A password never travels in the clear to another machine."""
    local = scheme == "ldapi" or host in LOOPBACK
    if security is Security.NONE and not local:
        message = _("Without encryption the password could be read on its way.")
        return [Problem("security", message, _("Choose StartTLS, or an ldaps:// address."))]
    if (security is Security.TLS) is not (scheme == "ldaps"):
        message = _("The address and the encryption do not fit together.")
        advice = _("ldaps:// goes with TLS, ldap:// with StartTLS.")
        return [Problem("security", message, advice)]
    return []


def _attribute_problems(text: str) -> list[Problem]:
    wrong = [line for line in _lines(text) if not all(_pair(line))]
    advice = _("One a line, for example userPrincipalName = uid.")
    return [
        Problem("attributes", _("“%(line)s” names no two attributes.") % {"line": one[:60]}, advice)
        for one in wrong
    ]


def _pairs(text: str) -> list[tuple[str, str]]:
    return [pair for pair in map(_pair, _lines(text)) if all(pair)]


def _pair(line: str) -> tuple[str, str]:
    name, _equals, attribute = line.partition("=")
    return name.strip(), attribute.strip()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
