"""The upload of directory files: which part each is, whose they are, and whether they are all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.file_readings import (
    DELIMITERS,
    ENCODINGS,
    KNOWN,
    FileLook,
    FileReading,
    Part,
)
from provisioning.engine.importing.uploads import Draft, UploadedPart, file_name, keep_draft

_FILE = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.json,.jsonl,.ndjson"})


def _file(label: Any, help_text: Any, *, required: bool = False) -> forms.FileField:
    return forms.FileField(
        label=label, help_text=help_text, required=required, widget=_FILE, allow_empty_file=True
    )


class Upload(forms.Form):
    """Up to three files of one source."""

    use_required_attribute = False

    users = _file(
        gettext_lazy("People"),
        gettext_lazy("CSV or JSON Lines; one column holds an id that never changes."),
        required=True,
    )
    groups = _file(gettext_lazy("Groups"), gettext_lazy("With the columns id and displayName."))
    memberships = _file(
        gettext_lazy("Memberships"), gettext_lazy("With the columns group and member.")
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=100,
        help_text=gettext_lazy(
            "A name for where the files come from. The same name updates the same people."
        ),
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("What the files hold"),
        initial="complete",
        choices=[
            ("complete", gettext_lazy("Everybody: who is not in them has left")),
            (
                "partial",
                gettext_lazy("Changes only: nobody is removed unless the column action says so"),
            ),
        ],
        widget=forms.RadioSelect,
    )

    def clean_source(self) -> str:
        """A name that can be printed."""
        name: str = self.cleaned_data["source"]
        if not name.isprintable():
            raise forms.ValidationError(_("Leave out line breaks and control characters."))
        return name

    def keep(self) -> Draft:
        """Keep the files for the preview."""
        given = self.cleaned_data
        files = {
            part: UploadedPart(one.name or part, one.chunks())
            for part, one in self._chosen().items()
        }
        return keep_draft(files, source=given["source"], partial=given["extent"] == "partial")

    def add_problems(self, problems: UsageProblems) -> None:
        """Show what is wrong with a file beside the field it was chosen in."""
        names = {one.name: part for part, one in self._chosen().items()}
        for one in problems.problems:
            place = one.path if one.line is None else f"{one.path}:{one.line}"
            text = " ".join(filter(None, (f"{file_name(place)}: {one.message}", one.advice)))
            self.add_error(names.get(file_name(one.path)), text)

    def _chosen(self) -> dict[str, UploadedFile[Any]]:
        parts = ("users", "groups", "memberships")
        chosen = {part: self.cleaned_data.get(part) for part in parts}
        return {part: one for part, one in chosen.items() if isinstance(one, UploadedFile)}


class Reading(forms.Form):
    """How one file is read: its encoding, what stands between cells, what each column becomes."""

    use_required_attribute = False

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), choices=[(one, one.upper()) for one in ENCODINGS]
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Between two cells"),
        choices=[
            (",", gettext_lazy("Comma")),
            (";", gettext_lazy("Semicolon")),
            ("\t", gettext_lazy("Tab")),
            ("|", gettext_lazy("Vertical bar")),
        ],
    )
    separator = forms.CharField(
        label=gettext_lazy("Between several values of a cell"),
        max_length=5,
        required=False,
        help_text=gettext_lazy("Empty: a cell holds one value. Known columns always hold one."),
    )

    def __init__(self, look: FileLook, data: Any = None) -> None:
        self.look = look
        initial = {
            "encoding": look.encoding.name,
            "delimiter": look.delimiter,
            "separator": look.separator,
        }
        super().__init__(data, prefix=look.part.value, initial=initial)
        if look.delimiter not in DELIMITERS or not look.delimiter:
            del self.fields["delimiter"], self.fields["separator"]
        for place, (column, name) in enumerate(look.names):
            self.fields[f"column{place}"] = _column_field(look.part, column, name)

    def reading(self) -> FileReading:
        """What was said; a column that keeps its name is not mentioned."""
        given = self.cleaned_data
        columns = {
            column: given[f"column{place}"]
            for place, column in enumerate(self.look.columns)
            if given[f"column{place}"] != column
        }
        return FileReading(
            given["encoding"], given.get("delimiter", ""), given.get("separator", ""), columns
        )


def _column_field(part: Part, column: str, name: str) -> forms.ChoiceField:
    """What a column becomes: a known attribute, an extension attribute of its own name, nothing."""
    known = [(one, one) for one in KNOWN[part]]
    own = [] if column in KNOWN[part] else [(column, _("%(name)s, as it is") % {"name": column})]
    choices = [*own, *known, ("", _("leave it out"))]
    return forms.ChoiceField(label=column, choices=choices, initial=name, required=False)
