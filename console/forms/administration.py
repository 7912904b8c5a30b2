"""Forms of the console's own accounts and the filters of the audit log."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.models import Role, Theme
from console.pages.status import ACTIVITIES
from provisioning.models import Application

PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewAccount(forms.Form):
    """Who may sign in, and as what."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(label=gettext_lazy("Email"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=PASSWORD,
        help_text=gettext_lazy("At least 10 characters. Pass it on; it can be changed later."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect, initial="reader"
    )

    def clean_username(self) -> str:
        """A name that nobody has."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody has this name already. Choose another one."))
        return name

    def clean_password(self) -> str:
        """Not too easy to guess."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class FirstAccount(NewAccount):
    """The very first administrator, who knows the code that the server printed."""

    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        help_text=gettext_lazy("The server printed it when it started."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    role = None  # type: ignore[assignment]  # the first one is an administrator
    field_order = ("code", "username", "email", "password")


class ChangeRole(forms.Form):
    """Another role, or no access any more."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect
    )
    active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)


class Preferences(forms.Form):
    """How the console speaks and looks to one person."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As the browser says")), ("en", "English"), ("fr", "Français")],
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        required=False,
        choices=Theme.choices,
        widget=forms.RadioSelect,
    )


class ChangePassword(forms.Form):
    """The present password, then the new one."""

    present = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(label=gettext_lazy("New password"), strip=False, widget=PASSWORD)

    def __init__(self, data: object, user: User) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the request's own data
        self.user = user

    def clean_present(self) -> str:
        """Whoever sits at an open console does not take it over."""
        password: str = self.cleaned_data["present"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your present password. Type it again."))
        return password

    def clean_new(self) -> str:
        """Not too easy to guess."""
        password: str = self.cleaned_data["new"]
        validate_password(password, self.user)
        return password


class AuditFilter(forms.Form):
    """Which changes somebody looks for."""

    who = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=150)
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    app = forms.ChoiceField(label=gettext_lazy("Application"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the request's own data
        applications = Application.objects.values_list("slug", "name")
        _choose(self.fields["what"], [(key.value, str(text)) for key, text in ACTIVITIES.items()])
        _choose(self.fields["app"], list(applications))


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
    field.choices = [("", _("All")), *choices]
