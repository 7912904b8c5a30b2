"""Who would be in scope with an edited definition, beside who is now: the scope page's live count.

The same facts and the same entitlement as a cycle; above 2,000 people a sample answers first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from provisioning.core.definition import JobDefinition, read_definition
from provisioning.core.entitlement import entitlement
from provisioning.core.gallery import find_template
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import Reason
from provisioning.engine.facts import Facts
from provisioning.engine.person_checks import Check, scope_checks
from provisioning.engine.refusal_words import told_refusal
from provisioning.models import DirectoryObject, Job

SAMPLE = 2_000
NAMED = 10
_PAGE = 500


@dataclass(slots=True)
class Effect:
    """How many are in scope; who would come in and who would leave, the first by name."""

    total: int
    looked_at: int = 0
    inside: int = 0
    entering: int = 0
    leaving: int = 0
    enter_names: list[str] = field(default_factory=list)
    leave_names: list[str] = field(default_factory=list)

    @property
    def sampled(self) -> bool:
        """Whether the numbers are estimates from a sample."""
        return self.looked_at < self.total

    def estimate(self, counted: int) -> int:
        """What the sample says of everybody, with as many digits as it can know; exact without."""
        if not self.sampled:
            return counted
        guess = counted * self.total / max(self.looked_at, 1)
        return round(guess / 100) * 100 if guess >= 100 else round(guess)


def edited(job: Job, changes: Mapping[str, Any]) -> JobDefinition:
    """The job's definition with some keys of the file replaced; `UsageProblems` for wrong ones."""
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    content = dict(job.definition.content)
    mappings = {kind: dict(part) for kind, part in content["mappings"].items()}
    for kind, part in changes.get("mappings", {}).items():
        mappings[kind] |= part
    content |= {key: value for key, value in changes.items() if key != "mappings"}
    required = find_template(job.application.template).required
    return read_definition(content | {"mappings": mappings}, required)


def effect(job: Job, wanted: JobDefinition, kind: Kind = Kind.USER, most: int = SAMPLE) -> Effect:
    """Judge up to `most` objects of one kind with both definitions."""
    if job.definition is None:
        raise LookupError(f"{job} has no definition.")
    present = job.definition.as_definition()
    rows = DirectoryObject.objects.present().filter(kind=kind.value)
    found = Effect(total=rows.count())
    # Directory ids are digests: their order is as good as a draw.
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    facts = Facts(job, present, beside=wanted)
    for page in _pages(ids):
        for fact in facts.page(page):
            before, after = _inside(present, fact.subject), _inside(wanted, fact.subject)
            _count(found, str(fact.row), before, after)
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """About one person or group: the checks in the order of a cycle, and what each filter asked
    and found.
    """

    in_scope: bool
    checks: Sequence[Check]
    refusals: Sequence[str]


def verdict(job: Job, wanted: JobDefinition, row: DirectoryObject) -> Verdict:
    """Whether this one would be in scope, and what speaks against it."""
    [fact] = Facts(job, wanted).page([row.pk])
    entitled = entitlement(wanted, fact.subject)
    failed: list[Any] = [
        one.params["filters"] for one in entitled.reasons if one.reason is Reason.FILTER_FAILED
    ]
    refused = [told_refusal(one) for refusals in failed for one in refusals]
    return Verdict(entitled.entitled, scope_checks(wanted, fact), refused)


def _inside(definition: JobDefinition, subject: Any) -> bool:
    return not entitlement(definition, subject).reasons


def _count(found: Effect, name: str, before: bool, after: bool) -> None:
    found.looked_at += 1
    found.inside += after
    if after and not before:
        found.entering += 1
        found.enter_names += [name] if len(found.enter_names) < NAMED else []
    if before and not after:
        found.leaving += 1
        found.leave_names += [name] if len(found.leave_names) < NAMED else []


def _pages(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _PAGE):
        yield ids[start : start + _PAGE]
