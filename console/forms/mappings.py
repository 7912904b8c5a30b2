"""One attribute mapping as a form: what fills the target, when, and whether it matches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CODE = {"lang": "en", "translate": "no", "autocomplete": "off", "spellcheck": "false"}
SOURCES = {"direct": "source", "constant": "constant", "expression": "expression"}
NOTHING = {"constant": ""}
"""How the configuration file writes a mapping of type None: only the default acts, on creation."""


class MappingForm(forms.Form):
    """A row of the configuration file's `attributes`."""

    target = forms.CharField(
        label=gettext_lazy("Target attribute"),
        max_length=500,
        help_text=gettext_lazy('A SCIM path, such as title or emails[type eq "work"].value.'),
        widget=forms.TextInput(attrs={**CODE, "list": "targets"}),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Mapping type"),
        widget=forms.RadioSelect,
        choices=[
            ("direct", gettext_lazy("Direct")),
            ("constant", gettext_lazy("Constant")),
            ("expression", gettext_lazy("Expression")),
            ("none", gettext_lazy("None")),
        ],
    )
    source = forms.CharField(
        label=gettext_lazy("Source attribute"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**CODE, "list": "attributes"}),
    )
    constant = forms.CharField(
        label=gettext_lazy("Constant value"), required=False, max_length=1_000
    )
    expression = forms.CharField(
        label=gettext_lazy("Expression"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={**CODE, "rows": 3}),
    )
    default = forms.CharField(
        label=gettext_lazy("Default value if null (optional)"),
        required=False,
        max_length=1_000,
        help_text=gettext_lazy("Used only when an account is created."),
    )
    match = forms.IntegerField(
        label=gettext_lazy("Matching precedence"),
        required=False,
        min_value=0,
        max_value=9,
        help_text=gettext_lazy(
            "Match objects using this attribute: 1 is asked first. Empty: no matching."
        ),
    )
    apply = forms.ChoiceField(
        label=gettext_lazy("Apply this mapping"),
        choices=[
            ("always", gettext_lazy("Always")),
            ("on_create", gettext_lazy("Only during object creation")),
        ],
    )
    when_empty = forms.ChoiceField(
        label=gettext_lazy("When the value is empty"),
        choices=[
            ("leave", gettext_lazy("Leave the target value")),
            ("clear", gettext_lazy("Clear the target value")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """The field of the chosen type is filled."""
        cleaned = super().clean() or {}
        chosen = SOURCES.get(cleaned.get("type", ""), "")
        if chosen and not cleaned.get(chosen):
            self.add_error(chosen, _("Fill this field, or choose another mapping type."))
        if cleaned.get("type") == "none" and not cleaned.get("default"):
            self.add_error(
                "default", _("Without a source only a default does something. Write one.")
            )
        return cleaned

    def as_row(self) -> dict[str, Any]:
        """The row of the configuration file; what has its default is left out."""
        given = self.cleaned_data
        chosen = SOURCES.get(given["type"])
        filled = {chosen: given[chosen]} if chosen else NOTHING
        row: dict[str, Any] = {"target": given["target"].strip(), **filled}
        if given["match"]:
            row["match"] = given["match"]
        if given["default"]:
            row["default"] = given["default"]
        if given["apply"] != "always":
            row["apply"] = given["apply"]
        if given["when_empty"] != "leave":
            row["when_empty"] = given["when_empty"]
        return row


def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values of a stored row."""
    return {
        "apply": "always",
        "when_empty": "leave",
        **row,
        "match": row.get("match") or None,
        "type": type_of(row),
    }


def type_of(row: Mapping[str, Any]) -> str:
    """Which mapping type a stored row is; a new one begins as direct."""
    if row.get("constant") == "":
        return "none"
    return next((name for name, key in SOURCES.items() if row.get(key) is not None), "direct")


class ActionsForm(forms.Form):
    """What may be done to accounts of one kind, and whether the kind is synchronized at all."""

    enabled = forms.BooleanField(label=gettext_lazy("Enabled"), required=False)
    actions = forms.MultipleChoiceField(
        label=gettext_lazy("Target object actions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, allowed: tuple[str, ...], kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        words = {"create": _("Create"), "update": _("Update"), "delete": _("Delete")}
        field = self.fields["actions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared so above
        field.choices = [(name, words[name]) for name in allowed]
        if kind == "users":
            # People cannot be switched off: groups could not have members then.
            del self.fields["enabled"]
