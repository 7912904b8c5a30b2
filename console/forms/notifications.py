"""Who hears about failures of an application (S07)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_ADDRESSES = 20


class Notifications(forms.Form):
    """Addresses, and whether anything is sent to them."""

    email = forms.CharField(
        label=gettext_lazy("Notification email"),
        required=False,
        max_length=5_000,
        help_text=gettext_lazy("One address, or several separated by commas."),
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    on_failure = forms.BooleanField(
        label=gettext_lazy("Send an email notification when a failure occurs"), required=False
    )

    def clean_email(self) -> list[str]:
        """The addresses, each one once and each one checked."""
        found = [one for one in re.split(r"[\s,;]+", self.cleaned_data["email"]) if one]
        addresses = list(dict.fromkeys(found))
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(
                _("%(number)d addresses are too many; name a distribution list instead.")
                % {"number": len(addresses)}
            )
        wrong = [one for one in addresses if not _is_address(one)]
        if wrong:
            raise ValidationError(
                _("%(address)s is not an email address. Write name@example.com.")
                % {"address": wrong[0][:100]}
            )
        return addresses

    def clean(self) -> dict[str, Any]:
        """Whoever wants mails says where to."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("on_failure") and given.get("email") == []:
            self.add_error("email", _("Write an address, or switch the mails off below."))
        return given

    def as_changes(self) -> dict[str, Any]:
        """The keys of the configuration file that this page changes."""
        given = self.cleaned_data
        return {"notification": {"email": given["email"], "on_failure": given["on_failure"]}}


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
