"""From which directory assignments are taken over, and under which id the application is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from provisioning.engine.importing.taking_over import sources_with_assignments


class TakingOver(forms.Form):
    """A source that knows who is assigned, and the application in it."""

    source = forms.ChoiceField(label=gettext_lazy("Source"))
    app = forms.CharField(
        label=gettext_lazy("Object ID of the enterprise application"),
        max_length=120,
        help_text=gettext_lazy("In Microsoft Entra: Enterprise applications, its Properties."),
        widget=forms.TextInput(attrs={"lang": "en", "translate": "no"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        field.choices = [(one.name, one.name) for one in sources_with_assignments()]
