"""An inbound source: all that has to be known of it beforehand is its name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from provisioning.core.problems import UsageProblems
from provisioning.engine.inbound.endpoints import LONGEST_NAME


class NewInbound(forms.Form):
    """Where the people come from, in a word."""

    use_required_attribute = False

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy(
            "What pushes to Rollcall, such as Entra ID or Okta. It names the source for good."
        ),
    )

    def add_problems(self, problems: UsageProblems) -> None:
        """What the engine refuses, beside the field."""
        for one in problems.problems:
            self.add_error("name", " ".join(filter(None, (one.message, one.advice))))
