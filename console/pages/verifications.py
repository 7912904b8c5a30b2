"""A verification as its page shows it: progress, what came out, and each exception with its fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.pages.spreadsheet import csv_line
from console.pages.status import Tag
from console.templatetags.figures import shown
from provisioning.engine.verifying.report import (
    exceptions_of,
    hidden_sentence,
    meaning_of,
)
from provisioning.models import Application, Divergence, Job, Verification
from provisioning.models.verification import DivergenceKind, VerificationState

STATES: Mapping[str, Tag] = {
    VerificationState.RUNNING: Tag(_("Running"), "run", "loader-circle"),
    VerificationState.STOPPED: Tag(_("Stopped"), "idle", "circle-stop"),
    VerificationState.FAILED: Tag(_("Failed"), "bad", "circle-x"),
}
AGREES = Tag(_("Everything agrees"), "ok", "circle-check")
DIFFERS = Tag(_("Differences"), "warn", "triangle-alert")
EDITED = Tag(_("Edited there"), "warn", "pencil")
KINDS: Mapping[str, Tag] = {
    "edited_there": EDITED,
    "lost_there": Tag(_("Lost there"), "bad", "circle-minus"),
    "never_written": Tag(_("Never written"), "idle", "clock"),
    "not_readable": Tag(_("Not readable"), "bad", "circle-x"),
    DivergenceKind.EXTRA: Tag(_("Nobody's account"), "warn", "circle-question-mark"),
    DivergenceKind.STILL_ACTIVE: Tag(_("Still active"), "bad", "circle-x"),
    DivergenceKind.NOT_LISTED: Tag(_("Not listed"), "warn", "triangle-alert"),
}
HEADER = ("kind", "drift", "id", "name", "account", "attribute", "expected", "found", "meaning")


@dataclass(frozen=True, slots=True)
class Shown:
    """One exception of the list."""

    row: Divergence
    tag: Tag
    meaning: str
    fix: str
    """Where it is mended: provision on demand for somebody of the directory."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of exception with its number, which filters the list."""

    value: str
    tag: Tag
    number: int


def reports_of(job: Job) -> QuerySet[Verification]:
    """The newest first, with the number of exceptions of each."""
    return job.verifications.annotate(exceptions=Count("divergences")).order_by("-started")


def report_or_404(job: Job, pk: UUID) -> Verification:
    """One report of this application."""
    found = reports_of(job).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def outcome_of(run: Verification) -> Tag:
    """How a report of `reports_of` ended, or that it goes on."""
    if run.state != VerificationState.FINISHED:
        return STATES[run.state]
    return DIFFERS if getattr(run, "exceptions", 0) else AGREES


def choices_of(run: Verification) -> list[Choice]:
    """The kinds that there are, in the order of the vocabulary."""
    counted = run.divergences.order_by().values_list("kind", "drift").annotate(n=Count("pk"))
    numbers: dict[str, int] = {}
    for kind, drift, number in counted:
        numbers[drift or kind] = numbers.get(drift or kind, 0) + number
    return [Choice(str(one), tag, numbers[one]) for one, tag in KINDS.items() if one in numbers]


def exceptions(run: Verification, kind: str) -> QuerySet[Divergence]:
    """The exceptions of one kind or drift, or all."""
    rows = run.divergences.select_related("object").order_by("kind", "drift", "name", "pk")
    if kind not in KINDS:
        return rows
    drift = kind not in [*DivergenceKind]
    return rows.filter(drift=kind) if drift else rows.filter(kind=kind)


def shown_exception(application: Application, row: Divergence) -> Shown:
    """An exception with what it means and the way to mend it."""
    fix = ""
    if row.object_id is not None:
        fix = f"{reverse('on-demand', args=[application.slug])}?user={row.object_id}#chosen"
    return Shown(row, KINDS[row.drift or row.kind], meaning_of(row), fix)


def hidden_of(run: Verification) -> list[str]:
    """What cannot be compared, in sentences."""
    hidden = run.counts.get("hidden", {})
    return [hidden_sentence(path, number) for path, number in sorted(hidden.items())]


def csv_lines(run: Verification) -> Iterator[str]:
    """The report with a line for each attribute, safe to open in a spreadsheet."""
    yield csv_line(HEADER)
    for one in exceptions_of(run):
        who: Mapping[str, Any] = one["object"] or {}
        account: Mapping[str, Any] = one["target"] or {}
        name = who.get("displayName") or account.get("name", "")
        head = (one["kind"], one["drift"] or "", who.get("id", ""), name, account.get("id", ""))
        for each in one["attributes"] or [{}]:
            values = (
                each.get("path", ""),
                shown(each.get("expected")),
                shown(each.get("found")),
                one["sentence"],
            )
            yield csv_line((*head, *values))
