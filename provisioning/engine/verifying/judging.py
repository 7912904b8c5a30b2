"""One object and the account that was read for it: as it should be, different, or not there.

The verdicts come from the same functions that planning decides with; why something was never
written is what `explain` answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from provisioning.core.entitlement import Entitlement, entitlement
from provisioning.core.errors import (
    ConfigurationError,
    LinkBroken,
    ObjectRejected,
    ProvisioningError,
)
from provisioning.core.evaluate import Account, decide
from provisioning.core.resource import Kind, Resource
from provisioning.core.verifying import Comparison, Drift, Sight, compare_account
from provisioning.core.vocabulary import REMOVALS
from provisioning.engine import timers
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.explaining import explained
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.knowing import Known
from provisioning.engine.planning.looking_up import Match
from provisioning.engine.planning.rows import References
from provisioning.engine.spoken import stored
from provisioning.engine.target import Target
from provisioning.engine.verifying.findings import Findings
from provisioning.models import Escrow, Link, Standing
from provisioning.models.verification import DivergenceKind


@dataclass(slots=True)
class Judge:
    """Judges pages of objects, and tells `findings` of each."""

    findings: Findings
    target: Target
    facts: Facts

    def judge(self, pairs: Sequence[tuple[Fact, Match]]) -> None:
        """Each object with its account: none, or why nobody can tell which."""
        facts = [fact for fact, _found in pairs]
        references = References.of(self.findings.job, facts)
        known = self._known(facts)
        for fact, found in pairs:
            try:
                with contained(fact.row.pk):
                    self._one(known[fact.row.pk], found, references)
            except (ConfigurationError, InternalFault) as error:
                self._unreadable(fact, error)

    def _one(self, known: Known, found: Match, references: References) -> None:
        fact = known.fact
        entitled = entitlement(self.findings.definition, fact.subject)
        if not entitled.entitled:
            self._leaver(known, entitled, found)
        elif isinstance(found, ProvisioningError):
            self._unreadable(fact, found)
        elif found is None:
            self._missing(known)
        else:
            compared = self._compared(fact, found, references)
            never = any(one.drift is Drift.NEVER_WRITTEN for one in compared.differences)
            because = _because(known) if never else []
            self.findings.compared(fact.row, str(found["id"]), compared, because)

    def _compared(self, fact: Fact, found: Resource, references: References) -> Comparison:
        account = account_read(fact.link, found)
        sight = Sight(account, fact.account, references.target_of(fact.row.pk))
        now = self.findings.around.now
        return compare_account(self.findings.definition, fact.subject, sight, now)

    def _missing(self, known: Known) -> None:
        link = known.fact.link
        drift = Drift.LOST_THERE if link else Drift.NEVER_WRITTEN
        because = _because(known) if link is None else []
        self.findings.missing(known.fact.row, link.target_id if link else "", drift, because)

    def _leaver(self, known: Known, entitled: Entitlement, found: Match) -> None:
        """Somebody who should have no access: an account that still gives it is one too many."""
        if not isinstance(found, Mapping):
            return
        account = account_read(known.fact.link, found)
        now, definition = self.findings.around.now, self.findings.definition
        decision = decide(definition, known.fact.subject, entitled, account, now)
        if decision.operation in REMOVALS:
            self.findings.people["extra"] += 1
            kind, row = DivergenceKind.STILL_ACTIVE, known.fact.row
            self.findings.row(kind, row, account.target_id, because=_because(known))

    def _unreadable(self, fact: Fact, error: ProvisioningError) -> None:
        """Nothing can be said of the account: not what it holds, or not what it should."""
        because = [{"reason": error.code, "detail": stored(error)}]
        target_id = fact.link.target_id if fact.link else ""
        nothing = Comparison(0)
        self.findings.compared(fact.row, target_id, nothing, because, drift=Drift.NOT_READABLE)

    def _known(self, facts: Sequence[Fact]) -> dict[UUID, Known]:
        ids = [fact.row.pk for fact in facts]
        rows = {"job": self.findings.job, "object_id__in": ids}
        standings = {one.object_id: one for one in Standing.objects.filter(**rows)}
        escrows = {one.object_id: one for one in Escrow.objects.filter(**rows)}
        return {
            fact.row.pk: Known(
                fact, standings.get(fact.row.pk), escrows.get(fact.row.pk), self.findings.around
            )
            for fact in facts
        }


def account_read(link: Link | None, found: Resource) -> Account:
    """The account as it was just read, with what the link knows of the target's own spelling."""
    if link is None:
        return Account(str(found["id"]), found, linked=False)
    return Account(link.target_id, found, echo=link.echo, left=timers.read(link))


def read_account(target: Target, kind: Kind, target_id: str) -> Match:
    """The account with this id; none when the target has none."""
    try:
        return target.read(lambda client: client.read(kind, target_id))
    except LinkBroken:
        return None
    except ObjectRejected as error:
        return error


def _because(known: Known) -> list[dict[str, Any]]:
    """Why it is as it is, by reason and parameters; the sentence is spoken when it is read."""
    reasons = explained(known)["because"]
    return [{"reason": one["reason"], "detail": one["detail"]} for one in reasons]
