"""The sign-in form: allauth's, with its throttle, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WRONG = gettext_lazy("The user name or password is not right.")
TOO_MANY = gettext_lazy("Too many tries from this address. Wait one minute, then try again.")


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Name, password, whether to stay signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Email or user name"),
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            max_length=1_000,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.fields["remember"].label = _("Keep me signed in on this device")

    def clean(self) -> dict[str, Any]:
        """One sentence whatever was wrong: nobody learns which accounts exist or are closed."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            throttled = error.code == "too_many_login_attempts"
            raise ValidationError(TOO_MANY if throttled else WRONG) from None
        if self.user is not None and not self.user.is_active:
            raise ValidationError(WRONG)
        return cleaned
