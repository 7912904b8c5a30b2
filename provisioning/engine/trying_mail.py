"""A test mail, sent at once, and what the mail server said to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from provisioning.models import Application

LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class MailResult:
    """Whether the mail server took the mail, and its own words when it did not."""

    accepted: bool
    answer: str = ""


def has_mail_server() -> bool:
    """Whether mails leave this machine; else they become files."""
    return bool(settings.EMAIL_URL)


def send_test_mail(application: Application, recipients: Sequence[str]) -> MailResult:
    """One mail to these addresses, as a failure would be told; nothing is repeated."""
    message = EmailMessage(
        subject=_("Test: notifications of %(application)s") % {"application": _line(application)},
        body=_(
            "This is a test. Failures and quarantine of %(application)s will be told to this "
            "address."
        )
        % {"application": application.name},
        to=list(recipients),
        from_email=settings.DEFAULT_FROM_EMAIL,
    )
    try:
        message.send()
    except OSError as error:
        return MailResult(False, str(error)[:LONGEST_ANSWER] or type(error).__name__)
    return MailResult(True)


def _line(application: Application) -> str:
    """Its name without anything that could begin another header (T20)."""
    return "".join(one if one.isprintable() else " " for one in application.name)[:100]
