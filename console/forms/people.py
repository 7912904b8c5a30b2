"""The moment for which somebody asks why a person was, or was not, in an application."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.core.errors import ConfigurationError
from provisioning.engine.spoken import advice_of, message_of
from provisioning.models import Application

_OF_A_BROWSER = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


class MomentInput(forms.DateTimeInput):
    """A browser's own field for a date with its time. It would drop whatever else was given, so
    that stays as text.
    """

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """As ever, but for the type."""
        context = super().get_context(name, value, attrs)
        given = context["widget"]["value"]
        fits = not given or _OF_A_BROWSER.fullmatch(given)
        context["widget"]["type"] = "datetime-local" if fits else "text"
        return context


class MomentForm(forms.Form):
    """One application, and a date with its time."""

    app = forms.ChoiceField(label=_("Application"))
    on = forms.DateTimeField(
        label=_("Date and time"),
        widget=MomentInput(),
        error_messages={
            "required": _("Give a date with its time."),
            "invalid": _("This is not a date with its time, such as 2026-03-03 14:00."),
        },
    )

    def __init__(self, data: object, applications: Iterable[Application]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the request's own data, or nothing
        self.applications = {one.slug: one for one in applications}
        app = self.fields["app"]
        assert isinstance(app, forms.ChoiceField)  # noqa: S101  declared so above
        app.choices = [(slug, one.name) for slug, one in self.applications.items()]

    @property
    def chosen(self) -> Application:
        """The application that was chosen."""
        return self.applications[self.cleaned_data["app"]]

    @property
    def moment(self) -> datetime:
        """The moment that was given."""
        moment: datetime = self.cleaned_data["on"]
        return moment

    def refuse(self, error: ConfigurationError) -> None:
        """Say beside the date why it cannot be answered for."""
        self.add_error("on", f"{message_of(error)} {advice_of(error)}")
