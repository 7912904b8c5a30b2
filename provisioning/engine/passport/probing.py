"""A probe from its consent to its report: test objects made, questions asked, all taken away.

What is left of an earlier probe is taken away first, whatever became of it (a crash at any point).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError, ObjectRejected
from provisioning.core.wording import gettext_noop
from provisioning.engine.clock import Clock
from provisioning.engine.credentials import keep_quirks, open_client, quirks_of
from provisioning.engine.passport.marks import Marks, clean_up
from provisioning.engine.passport.questions import QUESTIONS, deletion
from provisioning.engine.passport.trial import Answer, Trial
from provisioning.engine.spoken import spoken, stored
from provisioning.models import Application, Connection
from provisioning.scim.client import ScimClient
from provisioning.scim.quirks import Quirks

AT_FIRST = 3
"""Test accounts made before the first question; a fourth is inactive."""
LEARNT = (
    *("filter_supported", "settle_seconds", "first_index", "listing_trusted", "page_size"),
    *("user_lists", "uniqueness_enforced", "patch_supported", "patch_paths", "patch_as_entra"),
    *("groups_creatable", "member_chunk", "members_leave_as_list", "etag", "deletes_softly"),
)
ASKED_ANEW: dict[str, Any] = {
    name: getattr(Quirks(), name)
    for name in LEARNT
    if name not in ("page_size", "groups_creatable", "member_chunk", "user_lists")
}
"""What an earlier probe may have learnt and the target may have mended since."""


def what_is_written(application: Application) -> list[str]:
    """What a person consents to, sentence by sentence."""
    name = {"application": application.name}
    told = [
        _("Four or five test accounts are created in %(application)s, named rollcall-probe-…")
        % name,
        _("They are changed, one of them is inactive, and all are deleted at the end."),
        _("No real person's account is read by name, changed or deleted."),
    ]
    if quirks_of(application).groups_creatable:
        told.insert(1, _("One test group, named rollcall-probe-…, gets them as members."))
    return told


def probe(
    application: Application, *, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """Ask every question and keep the answers as the application's passport.

    Raises `ConfigurationError` without credentials, `ProvisioningError` when the target cannot be
    asked at all; what was marked is taken away by the next run then.
    """
    marks = Marks(application)
    with closing(open_client(application, sleep=sleep)) as client:
        client.quirks = replace(client.quirks, **ASKED_ANEW)
        clean_up(client, marks, sleep)
        trial = Trial(client, marks, sleep)
        try:
            answers = _answers(trial)
        finally:
            soft = clean_up(client, marks, sleep)
        trial.learn(deletes_softly=soft)
        answers.append(deletion(soft=soft))
        _keep(application, client, answers)
    application.connection.refresh_from_db()
    return document_of(application)


def clean(application: Application, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Take away what an earlier probe left."""
    with closing(open_client(application, sleep=sleep)) as client:
        clean_up(client, Marks(application), sleep)


def document_of(application: Application) -> dict[str, Any]:
    """The passport and the last probe, as the `passport` command tells them."""
    told = application.connection.probe
    return {
        "quirks": quirks_of(application).as_dict(),
        "probed": told.get("at"),
        "answers": [
            {
                "question": _(one["question"]),
                "sentence": _sentence(one),
                "broken": one["broken"],
            }
            for one in told.get("answers", [])
        ],
        "left_behind": sorted(told.get("marks", {})),
    }


def _answers(trial: Trial) -> list[Answer]:
    """Every question, each of which may go wrong for itself."""
    try:
        trial.people += [trial.make_person() for _number in range(AT_FIRST)]
    except ObjectRejected as refused:
        raise ConfigurationError(
            gettext_noop("The application refuses the test account: %(message)s"),
            params={"message": refused.message},
            advice=gettext_noop("Nothing was learnt. The passport is as it was."),
        ) from refused
    answers = []
    for name, question in QUESTIONS:
        try:
            answers.append(question(trial))
        except ObjectRejected as refused:
            told = gettext_noop("Could not be found out: %(reason)s")
            answers.append(Answer(name, told, {"reason": stored(refused)["message"]}, broken=True))
    return answers


def _keep(application: Application, client: ScimClient, answers: list[Answer]) -> None:
    learnt = {name: value for name, value in client.quirks.as_dict().items() if name in LEARNT}
    keep_quirks(application, **learnt)
    connection = Connection.objects.get(application=application)
    told = {"at": Clock().now().isoformat(), "answers": [one.as_document() for one in answers]}
    connection.probe = {**connection.probe, **told}
    connection.save(update_fields=["probe"])


def _sentence(answer: dict[str, Any]) -> str:
    """In the reader's language; a form of leaving is a phrase of the catalogue too."""
    values = {
        name: _(value) if name == "form" else value for name, value in answer["values"].items()
    }
    return spoken({**answer, "values": values})
