"""Provision on demand: who, and whether anything is written."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.models import DirectoryObject

PROVISION, PREVIEW = "provision", "preview"


class ProvisionForm(forms.Form):
    """One person or group, now."""

    user = forms.ModelChoiceField(
        label=_("User or group"),
        queryset=DirectoryObject.objects.all(),
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose a person or a group first."),
            "invalid_choice": _("The directory has nobody like this. Search again."),
        },
    )
    mode = forms.ChoiceField(
        label=_("What to do"),
        choices=(
            (PROVISION, _("Provision")),
            (PREVIEW, _("Only show what would happen")),
        ),
        initial=PROVISION,
        widget=forms.RadioSelect,
    )

    @property
    def preview(self) -> bool:
        """Whether nothing is written."""
        return bool(self.cleaned_data["mode"] == PREVIEW)
