"""One app role: its name, the value that is sent, and what becomes of those who had it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.vocabulary import DEFAULT_ACCESS

_VALUE = re.compile(r"^[^\s/]{1,120}$")


class RoleForm(forms.Form):
    """A role that assignment offers."""

    name = forms.CharField(label=gettext_lazy("Display name"), max_length=120)
    value = forms.CharField(
        label=gettext_lazy("Value sent"),
        max_length=120,
        help_text=gettext_lazy("A word without spaces, as the application knows the role."),
        widget=forms.TextInput(attrs={"lang": "en", "translate": "no"}),
    )

    def __init__(self, data: Any, *, others: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.others = others

    def clean_name(self) -> str:
        """A name that tells it from the others."""
        name: str = self.cleaned_data["name"]
        if name == DEFAULT_ACCESS:
            raise forms.ValidationError(_("Default Access exists already. Choose another name."))
        return name

    def clean_value(self) -> str:
        """A value that no other role has."""
        value: str = self.cleaned_data["value"]
        if not _VALUE.match(value):
            raise forms.ValidationError(_("Write one word without spaces or slashes: agent."))
        for other in self.others:
            if other["value"] == value:
                raise forms.ValidationError(
                    _("The role %(name)s has this value. Choose another one.")
                    % {"name": other["name"]}
                )
        return value


class Replacement(forms.Form):
    """Which role those get whose role is deleted."""

    role = forms.ChoiceField(label=gettext_lazy("Role in its place"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, others: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(data)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        named = [(str(one["value"]), str(one["name"])) for one in others]
        field.choices = [*named, (DEFAULT_ACCESS, _("Default Access"))]
