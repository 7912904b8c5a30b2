"""Whoever reads French reads French everywhere: log, verdicts, mail, Test Connection."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

import provisioning.engine
import provisioning.scim
from provisioning.core.definition import GuardLimits
from provisioning.core.errors import (
    ConnectionFailed,
    CredentialsRejected,
    ObjectRejected,
    ProvisioningError,
    TargetUnavailable,
)
from provisioning.core.guard import Counted, Danger, judge
from provisioning.core.vocabulary import Operation, Reason, Status
from provisioning.engine import notices
from provisioning.engine.causes import CAUSES, cause
from provisioning.engine.documents import plan_document
from provisioning.engine.log_document import log_document
from provisioning.engine.probing_advice import advice_for
from provisioning.engine.remedies import INACTIVE, REMEDIES
from provisioning.engine.role_words import WHY
from provisioning.engine.sentences import entry_sentence, sentence
from provisioning.engine.spoken import advice_of, message_in, message_of, spoken, stored_error
from provisioning.engine.step_sentences import STEPS as STEPS_OF_AN_ENTRY
from provisioning.engine.step_sentences import described
from provisioning.engine.test_connection import STEPS
from provisioning.management.output import problems_of
from provisioning.models import Application, Connection, Job, LogEntry, Notice, Plan
from provisioning.tests.speaking import french_catalogue

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARAMS = {"name": "Zoé Martin", "properties": ["userName"], "filters": [], "message": "—"}
LOGGED = [one for one in Operation if one not in (Operation.UNCHANGED, Operation.SKIP)]


@pytest.fixture(autouse=True)
def french(settings, tmp_path) -> Iterator[None]:
    with french_catalogue(settings, tmp_path):
        yield


def in_english(speak):
    with translation.override("en"):
        return speak()


def error_classes() -> list[type[ProvisioningError]]:
    for package in (provisioning.engine, provisioning.scim):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, waiting = [], [ProvisioningError]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


def application() -> Job:
    made = Application.objects.create(
        slug="wiki", name="Wiki", template="scim", notification_emails=["ops@contoso.example"]
    )
    Connection.objects.create(application=made)
    return Job.objects.create(application=made, interval=timedelta(minutes=40))


def entry(**fields) -> LogEntry:
    return LogEntry(job=Job(application=Application(name="Wiki")), at=NOW, **fields)


def document_of(entry: LogEntry) -> dict[str, Any]:
    return log_document(entry)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_in_both_languages(reason):
    english = in_english(lambda: sentence(reason, PARAMS))

    assert english != reason
    assert sentence(reason, PARAMS) != english


@pytest.mark.parametrize("operation", LOGGED)
@pytest.mark.parametrize("status", list(Status))
def test_the_log_tells_every_operation_in_both_languages(operation, status):
    because = [{"reason": str(Reason.NOT_ASSIGNED), "params": {}}]

    def told():
        return entry_sentence(
            operation,
            status,
            {**PARAMS, "because": because},
            application="Wiki",
            reason=Reason.NOT_ASSIGNED,
        )

    assert told() != in_english(told)
    assert "Zoé Martin" in told()
    assert "Wiki" in told()


def test_a_skip_says_why_in_french():
    skipped = entry(
        operation=Operation.SKIP,
        status=Status.SKIPPED,
        reason=Reason.NOT_EFFECTIVELY_ENTITLED,
        params={"name": "Karim", "reasons": [{"reason": "DefaultAccessOnly", "params": {}}]},
    )

    told = document_of(skipped)["sentence"]

    assert told.startswith("Karim n'a pas été pris en compte dans Wiki.")
    assert "Accès par défaut" in told


def test_every_step_of_an_entry_is_described_in_both_languages():
    for name in STEPS_OF_AN_ENTRY:
        step = {"name": name, "details": {}}
        french = described(step, "Zoé")["description"]

        assert french != in_english(lambda step=step: described(step, "Zoé")["description"])


def test_every_error_code_has_its_meaning_in_both_languages():
    codes = {kind.code for kind in error_classes()}

    assert codes <= set(CAUSES)
    for code in CAUSES:
        assert cause(code).endswith(f" ({code})")
        assert cause(code) != in_english(lambda code=code: cause(code))


def test_the_advice_of_every_error_is_in_both_languages():
    for kind in error_classes():
        if kind.advice:
            error = kind.__new__(kind)
            # Some kinds are made of more than a message; their advice is not.
            ProvisioningError.__init__(error, "")
            assert advice_of(error) != kind.advice, kind


def test_an_error_of_the_night_is_read_in_the_reader_s_language():
    error = ObjectRejected(
        "The application does not accept a value (%(status)s).", params={"status": 400}
    )
    row = in_english(lambda: stored_error(error))
    kept = entry(
        operation=Operation.UPDATE,
        status=Status.FAILURE,
        reason=row["code"],
        error={"reason": row["reason"], "recommendedAction": row["recommendedAction"]},
        params={"name": "Zoé", **message_in(row)},
    )

    document = document_of(kept)
    information = document["provisioningStatusInfo"]["errorInformation"]

    assert document["sentence"].endswith("L'application n'accepte pas une valeur (400).")
    assert information["reason"] == "L'application n'accepte pas une valeur (400)."
    assert information["recommendedAction"].startswith("Lisez ci-dessous")
    assert set(information) == {"reason", "recommendedAction"}


def test_the_error_behind_an_error_is_spoken_too():
    last = ConnectionFailed(
        "%(host)s cannot be reached on port %(port)s: %(reason)s.",
        params={"host": "a.example", "port": 443, "reason": "no route"},
    )
    error = TargetUnavailable(
        "The application failed %(times)d times in a row. Last: %(last)s",
        params={"times": 10, "last": last.message},
    )
    error.__cause__ = last

    assert message_of(error).endswith(
        "a.example est injoignable sur le port 443\u00a0: aucune route."
    )


def test_a_message_without_a_sentence_stays_as_it_is():
    assert spoken({"message": "100 % of nothing"}) == "100 % of nothing"
    assert spoken({}) == ""


def test_a_command_tells_its_error_in_french_when_french_is_active():
    (problem,) = problems_of(CredentialsRejected("The application has no mappings yet."))

    assert problem.message == "L'application n'a pas encore de mappages."
    assert problem.advice.endswith("puis utilisez Tester la connexion.")


@pytest.mark.django_db
@pytest.mark.parametrize(("removals", "word"), [(9, "dépassent"), (1, "restent")])
def test_the_guard_gives_its_reason_in_french(removals, word):
    counted = Counted({Danger.REMOVAL: removals}, {}, people=40, groups=0)
    verdict = judge(GuardLimits(), counted)

    shown = plan_document(Plan(guard=verdict.as_document()))["guard"]

    assert set(shown) == {"verdict", "removals", "allowed", "reasons"}
    assert word in shown["reasons"][0]


@pytest.mark.django_db
def test_mail_about_quarantine_is_french_where_french_is_active():
    job = application()
    job.quarantine_evidence = {
        "message": "The application rejects our credentials (401).",
        "template": "The application rejects our credentials (%(status)s).",
        "values": {"status": 401},
        "advice": CredentialsRejected.advice,
    }

    notices.tell_of_quarantine(job, NOW)

    mail = Notice.objects.get()
    assert mail.subject == "Wiki : l'approvisionnement est en quarantaine"
    assert "refuse nos informations d'identification (401)." in mail.body
    assert "Saisissez de nouvelles informations d'identification" in mail.body
    assert "application" in mail.body.lower()
    assert "Nothing" not in mail.body


@pytest.mark.django_db
def test_test_connection_advises_in_french():
    refused = CredentialsRejected("The application rejects our credentials (%(status)s).")
    refused.status = 401

    assert advice_for(refused, application().application) == (
        "Wiki refuse le jeton (401). Procurez-vous un nouveau jeton et enregistrez-le avec apply, "
        "puis testez de nouveau."
    )


def test_steps_and_ways_out_are_in_both_languages():
    names = [name for name, _ in STEPS]
    assert [translation.gettext(name) for name in names] == [
        "Adresse", "Ligne chiffrée", "Jeton", "SCIM", "Lire les utilisateurs", "Filtre",
        "Lire les groupes",
    ]  # fmt: skip
    for way_out in [*REMEDIES.values(), *INACTIVE.values(), *WHY.values()]:
        assert translation.gettext(way_out) != way_out
