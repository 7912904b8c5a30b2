"""Encryption of connections, verified without exception (threat T05).

There is no switch that turns verification off. What fails is told apart, because a wrong host name
and an expired certificate are put right by different people.
"""

from __future__ import annotations

import ssl

import certifi

from provisioning.core.errors import ConfigurationError, ConnectionFailed
from provisioning.core.wording import gettext_noop

EXPIRED, NOT_YET_VALID = 10, 9
SELF_SIGNED = frozenset({18, 19})
UNKNOWN_ISSUER = frozenset({2, 20, 21})
WRONG_HOST = frozenset({62, 64})
OLD_PROTOCOL = frozenset(
    {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
)
NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


def client_context(extra_ca: str | None = None) -> ssl.SSLContext:
    """TLS 1.2 or later, certificate and host name checked; `extra_ca` is one more PEM authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=certifi.where())
    if extra_ca:
        try:
            context.load_verify_locations(cadata=extra_ca)
        except (ssl.SSLError, ValueError):
            raise ConfigurationError(
                gettext_noop("The additional certificate authority is not a PEM certificate."),
                advice=gettext_noop("Paste the text from BEGIN CERTIFICATE to END CERTIFICATE."),
            ) from None
    return context


def tls_failure(host: str, error: ssl.SSLError) -> ConnectionFailed:
    """The sentence for a connection that could not be encrypted and verified."""
    sentence, advice = _sentence(error)
    return ConnectionFailed(sentence, params={"host": host}, advice=advice)


def _sentence(error: ssl.SSLError) -> tuple[str, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_sentence(getattr(error, "verify_code", 0))
    reason = getattr(error, "reason", None) or ""
    if reason in OLD_PROTOCOL:
        return (
            gettext_noop("%(host)s speaks only an outdated TLS, older than 1.2."),
            gettext_noop("Ask its operator to switch on TLS 1.2 or 1.3."),
        )
    if reason in NOT_TLS:
        return (
            gettext_noop("%(host)s answers on this port, but not with TLS."),
            gettext_noop("Check the port of the Tenant URL."),
        )
    return (
        gettext_noop("No encrypted connection (TLS) to %(host)s could be agreed."),
        gettext_noop("Check the Tenant URL, and that nothing in between intercepts TLS."),
    )


def _certificate_sentence(code: int) -> tuple[str, str]:
    if code in SELF_SIGNED:
        return (
            gettext_noop("The certificate of %(host)s is signed by itself, not by an authority."),
            gettext_noop("Install a certificate of an authority there, or add that one here."),
        )
    if code in WRONG_HOST:
        return (
            gettext_noop("The certificate of %(host)s was issued for another host name."),
            gettext_noop("Use the host name that the certificate names, or have it reissued."),
        )
    if code in (EXPIRED, NOT_YET_VALID):
        return (
            gettext_noop("The certificate of %(host)s has expired or is not valid yet."),
            gettext_noop("Have it renewed; if it is valid, check this server's clock."),
        )
    if code in UNKNOWN_ISSUER:
        return (
            gettext_noop("The certificate of %(host)s comes from an authority not known here."),
            gettext_noop("Install its intermediate certificates there, or add its authority here."),
        )
    return (
        gettext_noop("The certificate of %(host)s could not be verified."),
        gettext_noop("Have the certificate checked by the service's operator."),
    )
