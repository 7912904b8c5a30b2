"""The description of each provisioning step: spoken when an entry is read, like its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.engine.sentences import because

STEPS: Mapping[str, str] = {
    "EntryImport": gettext_noop("%(name)s was read from the directory."),
    "EntrySynchronizationScoping": gettext_noop("Scope was determined. %(why)s"),
    "EntrySynchronizationSkip": gettext_noop("Nothing is done. %(why)s"),
    "EntryMatching": gettext_noop("The account was looked for by its matching attributes."),
    "EntryExportAdd": gettext_noop("Create the account."),
    "EntryExportUpdate": gettext_noop("Update the account."),
    "EntryExportUpdateSoftDelete": gettext_noop("Disable the account."),
    "EntryExportDelete": gettext_noop("Delete the account."),
    "EntryExportStale": gettext_noop("Nothing is sent: the account is not as it was planned from."),
    "EntryExportHeld": gettext_noop("This waits for a person."),
}


def described(step: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The step with its description in the language that is active."""
    why = because(step.get("details", {}).get("reasons", ()))
    description = _(STEPS[step["name"]]) % {"name": name, "why": why}
    return {**step, "description": description.strip()}
