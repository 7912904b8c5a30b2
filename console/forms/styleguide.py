"""A form with one field of each kind, for the style guide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EveryField(forms.Form):
    """Text, choice, radio, tick and area; the number is judged."""

    name = forms.CharField(label=_("Name"), help_text=_("As people call it."))
    role = forms.ChoiceField(label=_("Role"), choices=[("agent", "Agent"), ("none", "–")])
    scope = forms.ChoiceField(
        label=_("Scope"),
        choices=[
            ("assigned", _("Sync only assigned users and groups")),
            ("all", _("Sync all users and groups")),
        ],
        widget=forms.RadioSelect,
    )
    percent = forms.IntegerField(label=_("Threshold in percent"), max_value=100)
    told = forms.BooleanField(label=_("Send an email notification when a failure occurs"))
    text = forms.CharField(label=_("Expression"), widget=forms.Textarea(attrs={"rows": 2}))
