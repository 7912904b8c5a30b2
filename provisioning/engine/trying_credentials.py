"""Test Connection for credentials that are still in a form: nothing of them is stored for it.

A trial waits outside the database until exactly what it tried is saved: its passport must not
decide how the stored server is spoken to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provisioning.engine.configuration.credentials import credentials_of
from provisioning.engine.configuration.write import store_credentials
from provisioning.engine.test_connection import keep, look_at
from provisioning.engine.typed_credentials import TypedCredentials, judged, trial_mark
from provisioning.models import Application


@dataclass(frozen=True, slots=True)
class Trial:
    """A test as JSON. `saved` says that what was tried is what is stored."""

    of: str
    tested: dict[str, Any]
    saved: bool

    def document(self) -> dict[str, Any]:
        """What `save_credentials` wants to see again; no secret is in it."""
        return {"of": self.of, "tested": self.tested}


def try_credentials(application: Application, typed: TypedCredentials) -> Trial:
    """Test what a form holds, the stored secret standing for an empty one.

    Raises `UsageProblems`. A test of what is stored already is kept with it.
    """
    wanted = judged(application, typed)
    saved = wanted == credentials_of(application.connection)
    candidate = Application.objects.select_related("connection", "job__definition").get(
        pk=application.pk
    )
    # In memory only: the test seals and unseals a typed secret as a stored one.
    store_credentials(candidate.connection, wanted)
    tested = look_at(candidate).document()
    if saved:
        keep(application, tested)
    return Trial(trial_mark(application, wanted), tested, saved)
