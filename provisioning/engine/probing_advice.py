"""What Test Connection tells a person about a layer that failed: what happened, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from provisioning.core.errors import (
    AmbiguousMatch,
    CredentialsRejected,
    NotScim,
    ObjectRejected,
    ProvisioningError,
    RetryLater,
)
from provisioning.core.gallery import find_template
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application
from provisioning.models.connection import AuthKind


def advice_for(error: ProvisioningError, application: Application) -> str:
    """One or two sentences; the target's own words come last, never instead of ours."""
    words = f"“{error.target_message}”" if error.target_message else ""
    return " ".join(part for part in (*_sentences(error, application), words) if part)


def _sentences(error: ProvisioningError, application: Application) -> tuple[str, str]:
    match error:
        case CredentialsRejected(status=401):
            return _rejected(error, application)
        case CredentialsRejected(status=403):
            return _forbidden(application)
        case NotScim():
            return _no_scim(error, application)
        case RetryLater():
            advice = _("Try again in a moment. If it stays so, ask the application's operator.")
            return message_of(error), advice
        case AmbiguousMatch():
            return message_of(error), advice_of(error)
        case ObjectRejected():
            return (
                _("The application cannot search by a matching attribute (%(status)s).")
                % {"status": error.status or "-"},
                _("Choose another matching attribute in the mappings, one it can search by."),
            )
    return message_of(error), advice_of(error)


def _rejected(error: ProvisioningError, application: Application) -> tuple[str, str]:
    if application.connection.auth == AuthKind.CLIENT_CREDENTIALS:
        return message_of(error), advice_of(error)
    return (
        _("%(application)s rejects the token (401).") % {"application": application.name},
        _("Get a new one and store it with apply, then test again."),
    )


def _forbidden(application: Application) -> tuple[str, str]:
    return (
        _("The OAuth client may not read this in %(application)s (403).")
        % {"application": application.name},
        _("Give it the Admin role, or one that may read users and groups, then test again."),
    )


def _no_scim(error: ProvisioningError, application: Application) -> tuple[str, str]:
    template = find_template(application.template)
    expected = _("%(template)s expects %(url)s.") % {
        "template": template.title,
        "url": template.expected_url,
    }
    if error.status == 404:
        return _("Nothing answers SCIM at this URL."), expected
    return message_of(error), expected
