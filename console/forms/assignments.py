"""Assigning people and groups, and changing the role of those who are ticked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.vocabulary import DEFAULT_ACCESS
from provisioning.models import Assignment, DirectoryObject

MOST = 5_000


class Ticked(forms.Form):
    """Directory objects that were ticked in a list."""

    ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Users and groups"), coerce=UUID, required=False
    )

    def __init__(self, data: Any, *, known: list[UUID]) -> None:
        super().__init__(data)
        field = self.fields["ids"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  declared so above
        field.choices = [(one, str(one)) for one in known]

    def clean_ids(self) -> list[UUID]:
        """At least one."""
        ids: list[UUID] = self.cleaned_data["ids"]
        if not ids:
            raise forms.ValidationError(_("Tick at least one person or group first."))
        return ids


class WithRole(Ticked):
    """Whom, and with which role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect, required=True)

    def __init__(self, data: Any, *, known: list[UUID], roles: dict[str, str]) -> None:
        super().__init__(data, known=known)
        self.fields["role"].error_messages["required"] = _("Choose a role.")
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        named = [(value, name) for value, name in roles.items() if value]
        field.choices = [*named, (DEFAULT_ACCESS, _("Default Access"))]

    def hide(self) -> None:
        """Carry what was chosen through a confirmation."""
        self.fields["ids"].widget = forms.MultipleHiddenInput()
        self.fields["role"].widget = forms.HiddenInput()

    @property
    def value(self) -> str:
        """The role's value; Default Access is the empty one."""
        role: str = self.cleaned_data["role"]
        return "" if role == DEFAULT_ACCESS else role


def present_among(ids: list[str]) -> list[UUID]:
    """Those of these ids that the directory has."""
    found = DirectoryObject.objects.filter(pk__in=_uuids(ids))
    return list(found.values_list("pk", flat=True))


def assigned_among(application_id: UUID, ids: list[str]) -> list[UUID]:
    """Those of these ids that are assigned."""
    found = Assignment.objects.filter(application=application_id, object__in=_uuids(ids))
    return list(found.values_list("object", flat=True).distinct())


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
