"""Approving a plan: whether the removals that the guard holds go along."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

LEAVE, RELEASE = "leave", "release"


class NameForm(forms.Form):
    """The application's name, typed by whoever is sure (console-ux 4.4, L3)."""

    typed = forms.CharField(label=_("Type the application's name"), required=False)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["typed"].help_text = name
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def needs_name(self) -> bool:
        """Whether the name has to be typed for what was chosen."""
        return True

    def clean_typed(self) -> str:
        """The name as it is written, or the reason why it is asked for."""
        typed = str(self.cleaned_data["typed"]).strip()
        if self.needs_name() and typed != self.name:
            raise forms.ValidationError(
                _("Type %(name)s exactly as it is written.") % {"name": self.name}
            )
        return typed


class HeldForm(NameForm):
    """Approval of a plan of which the guard holds rows."""

    held = forms.ChoiceField(
        widget=forms.RadioSelect,
        initial=LEAVE,
        choices=(
            (LEAVE, _("Leave them for the review")),
            (RELEASE, _("Release them too: accounts are disabled or overwritten now")),
        ),
    )
    field_order = ("held", "typed")

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held"].label = ngettext(
            "%(number)d change is over the limit",
            "%(number)d changes are over the limit",
            number,
        ) % {"number": number}
        self.fields["typed"].label = _("To release them, type the application's name")

    def needs_name(self) -> bool:
        """Only what is over a limit asks for it."""
        return self.cleaned_data.get("held") == RELEASE

    @property
    def release(self) -> bool:
        """Whether the held rows go along."""
        return self.needs_name()
