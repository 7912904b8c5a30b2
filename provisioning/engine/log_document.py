"""A log entry as a document: the names of Entra's provisioning log, and ours (interface.md)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from provisioning.core.vocabulary import Status
from provisioning.engine.sentences import entry_sentence
from provisioning.engine.spoken import spoken
from provisioning.engine.step_sentences import described
from provisioning.models import LogEntry


def log_document(entry: LogEntry) -> dict[str, object]:
    """The entry with its sentence in the language that is active."""
    skipped = entry.status == Status.SKIPPED
    return {
        "id": str(entry.pk),
        "activityDateTime": entry.at.isoformat(),
        "durationInMilliseconds": entry.milliseconds,
        "jobId": str(entry.job_id),
        "cycleId": str(entry.cycle_id) if entry.cycle_id else None,
        "provisioningAction": entry.action,
        "provisioningStatusInfo": {
            "status": entry.status,
            "errorInformation": _error(entry),
        },
        "sourceIdentity": {
            "id": entry.source_id,
            "displayName": entry.source_name,
            "details": {"identityType": entry.kind},
        },
        "targetIdentity": {
            "id": entry.target_id or None,
            "displayName": None,
            "details": {"identityType": entry.kind},
        },
        "modifiedProperties": entry.modified,
        "provisioningSteps": [described(step, entry.source_name) for step in entry.steps],
        "operation": entry.operation,
        "skipReason": entry.reason if skipped else None,
        "sentence": sentence_of(entry),
        "exchanges": entry.exchanges,
    }


def _error(entry: LogEntry) -> dict[str, object] | None:
    """What went wrong and what to do, in the language that is active."""
    if not entry.error:
        return None
    advice = str(entry.error.get("recommendedAction", ""))
    return {**entry.error, "reason": spoken(entry.params), "recommendedAction": _(advice)}


def sentence_of(entry: LogEntry) -> str:
    """What happened and why, for a person."""
    return entry_sentence(
        entry.operation,
        entry.status,
        entry.params,
        application=entry.job.application.name,
        reason=entry.reason,
    )


def log_line(entry: LogEntry) -> str:
    """The entry on one line, for a terminal: when, how it ended, and the sentence."""
    sentence = " ".join(sentence_of(entry).split())
    return f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.status:<8} {entry.operation:<10} {sentence}"
