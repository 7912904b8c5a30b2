"""Whether the target is still the application that the links were made with (F16, F42).

Two linked accounts that are gone may have been deleted there; a target that lost its data, or an
address that leads to another tenant, looks the same at first. So with the second one a sample of
linked accounts is read: where more than 5 % of them are missing, nothing more is sent and no link
is forgotten, until a person says that it is the same application. The same holds when at least ten
accounts, and more than 5 % of the linked, are gone in one cycle.
"""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.core.errors import LinkBroken, TargetUnavailable
from provisioning.core.resource import Kind
from provisioning.core.wording import gettext_noop
from provisioning.engine.execution.outcome import Outcome
from provisioning.engine.work import Work
from provisioning.models import Job, Link, LogEntry

SAMPLE = 50
PERCENT = 5
SUSPICIOUS = 2
MASS = 10
SAME, DUE = "same", "due"
"""What a job's fingerprint says: a person recognised the target; it is to be looked at."""


class TargetChanged(TargetUnavailable):
    """Too many linked accounts are gone: a person says whether this is still the application."""

    code = "TargetChanged"
    advice = gettext_noop(
        "Is it another application, or did it lose its data? Correct the Tenant URL, or restart "
        "with forgotten links. If it is the same one, take it out of quarantine: whoever is gone "
        "there is looked for again."
    )


def stranger(work: Work, outcomes: Sequence[Outcome]) -> TargetChanged | None:
    """Why nothing more may be sent, by what these outcomes say beside those before them."""
    gone = sum(isinstance(outcome.error, LinkBroken) for outcome in outcomes)
    if not gone or work.job.fingerprint.get(SAME):
        return None
    gone += LogEntry.objects.filter(cycle=work.cycle, reason=LinkBroken.code).count()
    linked = Link.objects.filter(job=work.job).count()
    if gone >= MASS and _too_many(gone, linked):
        return _changed(gone, linked)
    return recognise(work) if gone >= SUSPICIOUS else None


def recognise(work: Work) -> TargetChanged | None:
    """Read a sample of linked accounts; too many missing, and it is not the same application."""
    links = Link.objects.filter(job=work.job, kind=Kind.USER).order_by("target_id")
    sample = list(links.values_list("target_id", flat=True)[:SAMPLE])
    missing = 0
    for target_id in sample:
        missing += not _is_there(work, target_id)
        if _too_many(missing, len(sample)):
            return _changed(missing, len(sample))
    return None


def without_broken(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that may be recorded of a stranger: no link is forgotten."""
    return [outcome for outcome in outcomes if not isinstance(outcome.error, LinkBroken)]


def is_the_same(job: Job) -> None:
    """A person says so: accounts that are gone are looked for again, in the next cycle."""
    job.fingerprint = {SAME: True}
    job.save(update_fields=("fingerprint",))


def look_at_it(job: Job) -> None:
    """The next cycle reads a sample before it writes."""
    if Link.objects.filter(job=job).exists():
        job.fingerprint = {DUE: True}
        job.save(update_fields=("fingerprint",))


def _is_there(work: Work, target_id: str) -> bool:
    try:
        work.target.read(lambda client: client.read(Kind.USER, target_id))
    except LinkBroken:
        return False
    return True


def _too_many(missing: int, among: int) -> bool:
    return missing * 100 > among * PERCENT


def _changed(missing: int, among: int) -> TargetChanged:
    return TargetChanged(
        gettext_noop(
            "%(missing)d of %(among)d linked accounts are not in the application any more."
        ),
        params={"missing": missing, "among": among},
    )
