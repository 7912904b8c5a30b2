"""What a verification has found so far: tallies in memory, exceptions as rows, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from provisioning.core.definition import JobDefinition
from provisioning.core.redaction import shown
from provisioning.core.resource import Value
from provisioning.core.verifying import Comparison, Difference, Drift
from provisioning.engine.knowing import Circumstances
from provisioning.engine.leases import LeaseLost
from provisioning.models import DirectoryObject, Divergence, Job, ReadAccount, Verification
from provisioning.models.verification import DivergenceKind

PEOPLE = ("expected", "equal", "different", "missing", "extra")


@dataclass(slots=True)
class Findings:
    """The tallies of one run; `keep` makes a page of them true, or raises `LeaseLost`."""

    run: Verification
    definition: JobDefinition
    around: Circumstances
    people: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    done: int = 0
    total: int = 0
    _rows: list[Divergence] = field(default_factory=list)
    _read: list[ReadAccount] = field(default_factory=list)

    @property
    def job(self) -> Job:
        """The job whose application is read."""
        return self.run.job

    def forget(self) -> None:
        """Begin anew: a listing that broke off, or another worker's half of the work."""
        for tally in (self.people, self.attributes, self.hidden):
            tally.clear()
        self.done, self._rows, self._read = 0, [], []
        with transaction.atomic():
            self.keep()
            Divergence.objects.filter(run=self.run).delete()
            ReadAccount.objects.filter(run=self.run).delete()

    def compared(
        self,
        row: DirectoryObject,
        target_id: str,
        found: Comparison,
        because: Iterable[Mapping[str, Any]] = (),
        *,
        drift: Drift | None = None,
    ) -> None:
        """Somebody's account was compared, or could not be: then `drift` says so."""
        self.attributes["compared"] += found.compared
        self.attributes["equal"] += found.compared - len({one.path for one in found.differences})
        self.hidden.update(found.hidden)
        drift = drift or found.drift
        self._count(row, "equal" if drift is None else "different")
        if drift is not None:
            self.row(
                DivergenceKind.DIFFERENT,
                row,
                target_id,
                drift=drift,
                attributes=_stored(found.differences, self._redacted(row)),
                because=list(because),
            )

    def missing(
        self,
        row: DirectoryObject,
        target_id: str,
        drift: Drift,
        because: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Somebody expected has no account."""
        self._count(row, "missing")
        self.row(DivergenceKind.MISSING, row, target_id, drift=drift, because=list(because))

    def row(
        self, kind: DivergenceKind, row: DirectoryObject | None, target_id: str, **more: Any
    ) -> None:
        """One exception of the report."""
        more["name"] = (row.display_name or row.source_id if row else more["name"])[:255]
        self._rows.append(
            Divergence(run=self.run, kind=kind, object=row, target_id=target_id, **more)
        )

    def saw(self, *read: ReadAccount) -> None:
        """What has to be remembered until the end of the run."""
        self._read.extend(read)

    def keep(self, looked_at: int = 0) -> None:
        """Store the page and how far the run is. Raises `LeaseLost` when it is not ours."""
        self.done += looked_at
        with transaction.atomic():
            Divergence.objects.bulk_create(self._rows, batch_size=200)
            ReadAccount.objects.bulk_create(self._read, batch_size=200)
            counts = self.counts
            if not self.run.keep(done=self.done, total=max(self.total, self.done), counts=counts):
                raise LeaseLost(str(self.run))
        self._rows, self._read = [], []

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The tallies as they are stored."""
        return {
            "people": {name: self.people[name] for name in PEOPLE},
            "attributes": {name: self.attributes[name] for name in ("compared", "equal")},
            "hidden": dict(self.hidden),
        }

    def _count(self, row: DirectoryObject, verdict: str) -> None:
        """Groups are not people: what is wrong with them is among the exceptions."""
        if row.kind == "user":
            self.people["expected"] += 1
            self.people[verdict] += 1

    def _redacted(self, row: DirectoryObject) -> list[str]:
        return self.definition.of(row.as_source_object().kind).redacted


def _stored(differences: Iterable[Difference], redacted: list[str]) -> list[dict[str, Value]]:
    told = []
    for one in differences:
        [[path, expected, found]] = shown([[one.path, one.expected, one.found]], redacted)
        told.append({"path": path, "expected": expected, "found": found, "drift": str(one.drift)})
    return told
