"""Naming a new application, and what it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.problems import UsageProblems
from provisioning.engine import controls
from provisioning.engine.configuration.export import export_document
from provisioning.engine.configuration.read import ConfigurationText, read_configuration
from provisioning.engine.spoken import problem_of
from provisioning.models import Application

KEPT = (
    *("limits", "dialect", "scope", "nested_groups", "exclude_default_access", "roles"),
    *(
        "on_leaving_scope",
        "on_deletion",
        "deprovisioning",
        "deletion_guard",
        "log_retention",
        "mappings",
    ),
)
"""What a copy takes along: never a token, never an assignment, never the status."""
LARGEST = 10 * 1024 * 1024


class NewApplication(forms.Form):
    """A name, and default settings, a copy or a file."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy(
            "For first tests add a separate application, so that nobody's real account is touched."
        ),
    )
    start = forms.ChoiceField(
        label=gettext_lazy("Start from"), widget=forms.RadioSelect, initial="default"
    )
    file = forms.FileField(
        label=gettext_lazy("Exported file"),
        required=False,
        help_text=gettext_lazy("YAML as Settings exports it. Its token is not in it."),
    )

    def __init__(self, *args: Any, template: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        same = Application.objects.filter(template=template).order_by("name")
        copies = [(one.slug, _("A copy of %(app)s") % {"app": one.name}) for one in same]
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)  # noqa: S101  it is declared so above
        start.choices = [
            ("default", _("Default settings")),
            *copies,
            ("file", _("An exported file")),
        ]

    def clean(self) -> dict[str, object]:
        """The configuration that the new application begins with, in `content`."""
        cleaned = super().clean() or {}
        try:
            cleaned["content"] = self._content(cleaned)
        except UsageProblems as error:
            for problem in error.problems:
                self.add_error("file", f"{problem.path}: {problem_of(problem)}")
        return cleaned

    def create(self, actor: User) -> Application:
        """The application, off; raises `UsageProblems` for what its configuration gets wrong."""
        name = self.cleaned_data["name"]
        return controls.create_application(
            actor, name=name, template=self.template, content=self.cleaned_data["content"]
        )

    def _content(self, cleaned: Mapping[str, object]) -> dict[str, object]:
        start = cleaned.get("start")
        if start == "file":
            return self._uploaded(cleaned.get("file"))
        if start in ("default", None):
            return {}
        source = Application.objects.get(slug=start)
        document = export_document(source)
        return {key: document[key] for key in KEPT if key in document}

    def _uploaded(self, file: object) -> dict[str, object]:
        if not isinstance(file, UploadedFile):
            self.add_error("file", _("Choose the file to start from."))
            return {}
        if (file.size or 0) > LARGEST:
            self.add_error("file", _("The file is larger than 10 MB. Export one application."))
            return {}
        text = ConfigurationText(file.name or "file", file.read())
        documents = read_configuration([text])
        if len(documents) > 1:
            self.add_error("file", _("The file holds several applications. Export one of them."))
        return {key: documents[0].content[key] for key in KEPT if key in documents[0].content}
