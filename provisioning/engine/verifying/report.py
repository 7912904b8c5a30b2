"""A verification as people and programs read it (interface.md, `verify`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from provisioning.engine.sentences import sentence
from provisioning.models import Divergence, Verification
from provisioning.models.verification import DivergenceKind

MEANINGS: Mapping[str, str] = {
    "edited_there": gettext_noop("Edited in the application: it held the right value before."),
    "lost_there": gettext_noop("Lost in the application: it was there before."),
    "never_written": gettext_noop("Never written to the application."),
    "not_readable": gettext_noop("Cannot be read."),
    DivergenceKind.EXTRA: gettext_noop("An account that nobody of the directory has."),
    DivergenceKind.STILL_ACTIVE: gettext_noop("Should have no access any more, and still has it."),
}


def document_of(run: Verification) -> dict[str, Any]:
    """The answer of the `verify` command."""
    return {
        "people": run.counts.get("people", {}),
        "attributes": run.counts.get("attributes", {}),
        "exceptions": list(exceptions_of(run)),
        "started": run.started,
        "ended": run.ended,
        "requests": run.requests,
    }


def exceptions_of(run: Verification) -> Iterator[dict[str, Any]]:
    """Each exception, and at the end what the target never shows of anybody."""
    rows = run.divergences.select_related("object").order_by("kind", "drift", "name", "pk")
    for row in rows.iterator(500):
        yield exception_document(row)
    for path, number in sorted(run.counts.get("hidden", {}).items()):
        yield {
            "kind": str(DivergenceKind.NOT_SHOWN),
            "drift": "not_readable",
            "object": None,
            "target": None,
            "sentence": hidden_sentence(path, number),
            "attributes": [{"path": path, "people": number}],
            "because": [],
        }


def exception_document(row: Divergence) -> dict[str, Any]:
    """One exception."""
    return {
        "kind": row.kind,
        "drift": row.drift or None,
        "object": _object(row),
        "target": {"id": row.target_id, "name": row.name} if row.target_id else None,
        "sentence": meaning_of(row),
        "attributes": row.attributes,
        "because": [{**one, "sentence": _sentence(one)} for one in row.because],
    }


def meaning_of(row: Divergence) -> str:
    """What an exception means, and why it is so as far as that is known."""
    if row.kind == DivergenceKind.NOT_LISTED:
        doubts = [_(one) for reason in row.because for one in reason["detail"].get("doubts", ())]
        told = _(
            "The application's listing cannot be believed, so everybody was looked up. Accounts "
            "that nobody has may be missing here."
        )
        return " ".join([told, *doubts])
    meaning = _(MEANINGS[row.drift or row.kind])
    return " ".join([meaning, *(_sentence(one) for one in row.because)])


def hidden_sentence(path: str, number: int) -> str:
    """What nobody can compare."""
    told = ngettext(
        "%(path)s is written, and the application does not show it: of %(number)d person it cannot "
        "be compared.",
        "%(path)s is written, and the application does not show it: of %(number)d people it cannot "
        "be compared.",
        number,
    )
    return told % {"path": path, "number": number}


def agrees(run: Verification) -> bool:
    """Whether nothing is amiss: what no target shows is no difference."""
    return not run.divergences.exists()


def _object(row: Divergence) -> dict[str, str] | None:
    if row.object is None:
        return None
    return {
        "id": row.object.source_id,
        "kind": row.object.kind,
        "displayName": row.object.display_name,
    }


def _sentence(one: Mapping[str, Any]) -> str:
    return sentence(one["reason"], one["detail"])
