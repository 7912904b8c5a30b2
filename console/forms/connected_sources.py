"""The form of a connected source, made of what its kind declares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.problems import UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.importing.connected import INTERVAL, Wish, connect_source
from provisioning.engine.importing.kinds import Field, SourceForm, Widget
from provisioning.engine.spoken import problem_of
from provisioning.models import SourceConnection

INTERVALS = [
    (0, gettext_lazy("Only when asked")),
    (15, gettext_lazy("Every 15 minutes")),
    (40, gettext_lazy("Every 40 minutes")),
    (60, gettext_lazy("Every hour")),
    (360, gettext_lazy("Every 6 hours")),
    (1440, gettext_lazy("Every day")),
]
_MINUTE = timedelta(minutes=1)


class Connecting(forms.Form):
    """Name, the kind's own fields, its secret, and how often it is read."""

    use_required_attribute = False

    def __init__(
        self, form: SourceForm, stored: SourceConnection | None, *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._form = form
        self._stored = stored
        if stored is None:
            self.fields["name"] = forms.CharField(
                label=_("Name"),
                max_length=100,
                help_text=_("What this source is called in Rollcall. It cannot be changed later."),
            )
        for one in form.fields:
            self.fields[one.name] = _field(one, stored.settings if stored is not None else {})
            if one.name == form.account_field:
                self.fields[form.secret.name] = self._secret()
        self.fields.setdefault(form.secret.name, self._secret())
        self.fields["interval"] = forms.TypedChoiceField(
            label=_("Read it"),
            coerce=int,
            choices=self._intervals(),
            initial=self._minutes(),
        )

    def save(self, actor: User) -> SourceConnection | None:
        """Store what was typed; what is wrong with it is shown beside its field."""
        typed = self.cleaned_data
        stored = self._stored
        wish = Wish(
            stored.origin.name if stored is not None else typed["name"].strip(),
            self._form.kind,
            {one.name: typed[one.name] for one in self._form.fields},
            typed[self._form.secret.name],
            typed["interval"] * _MINUTE,
        )
        try:
            return connect_source(actor, wish, Clock().now())
        except UsageProblems as problems:
            for one in problems.problems:
                self.add_error(one.path if one.path in self.fields else None, problem_of(one))
            return None

    def _secret(self) -> forms.CharField:
        secret, kept = self._form.secret, bool(self._stored and self._stored.secret)
        attributes = {"autocomplete": "off", "spellcheck": "false"}
        widget: forms.Widget = forms.PasswordInput(attributes)
        if secret.widget is Widget.LINES:
            widget = forms.Textarea({**attributes, "rows": 3})
        hint = _("It is stored. Leave empty to keep it.") if kept else _(secret.help or "")
        return forms.CharField(
            label=_(secret.label), required=False, widget=widget, help_text=hint, strip=True
        )

    def _minutes(self) -> int:
        interval = self._stored.interval if self._stored is not None else INTERVAL
        return int(interval / _MINUTE)

    def _intervals(self) -> list[tuple[int, Any]]:
        """The usual ones, and what a command has set."""
        own = self._minutes()
        if own in dict(INTERVALS):
            return INTERVALS
        return sorted([*INTERVALS, (own, _("Every %(count)d minutes") % {"count": own})])


def _field(one: Field, stored: dict[str, str]) -> forms.Field:
    common: dict[str, Any] = {
        "label": _(one.label),
        "help_text": _(one.help) if one.help else "",
        "required": one.required,
        "initial": stored.get(one.name, one.default),
    }
    match one.widget:
        case Widget.CHOICE:
            choices = [(value, _(word)) for value, word in one.choices]
            return forms.ChoiceField(choices=choices, **common)
        case Widget.LINES:
            return forms.CharField(widget=forms.Textarea({"rows": 3}), **common)
    return forms.CharField(max_length=1000, **common)
