"""Phase *match*: find each unmatched person's account, then decide with or without it.

By precedence, in the snapshot when there is one, else by one `eq` look-up each. A match counts only
when the returned attribute equals the value asked for (T13); two hits are held for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from provisioning.core.entitlement import entitlement
from provisioning.core.errors import (
    ConfigurationError,
    ObjectRejected,
    ProvisioningError,
)
from provisioning.core.evaluate import Account, decide
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Operation, Reason
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.planning.listing import is_listed, key_of
from provisioning.engine.planning.looking_up import (
    Match,
    if_free,
    linked_targets,
    look_up,
    one_of,
)
from provisioning.engine.planning.rows import References, failed_row, row_of
from provisioning.engine.planning.scope import Page, store
from provisioning.engine.planning.unique import with_unique_values
from provisioning.engine.work import Work
from provisioning.models import ListedAccount, PlanRow

LOOKUPS_IN_FLIGHT = 4


@dataclass(slots=True, kw_only=True)
class _Matching(Page):
    """A page of decisions with what matching adds: references, and accounts that are taken."""

    references: References
    taken: set[str]


def run(work: Work) -> None:
    """Replace the unit's unmatched rows by decided ones."""
    rows = {
        row.object_id: row
        for row in PlanRow.objects.filter(plan=work.plan, pk__in=work.unit.payload["rows"])
    }
    facts = Facts(work.job, work.definition).page(list(rows))
    references = References.of(work.job, facts)
    found = _find_all(work, [(fact, rows[fact.row.pk].matching) for fact in facts])
    page = _Matching(
        replaces=list(rows.values()),
        references=references,
        taken=linked_targets(work, Kind.USER, found),
    )
    for fact, match in zip(facts, found, strict=True):
        row = _decided(work, fact, match, page)
        if row is not None:
            row.matching = rows[fact.row.pk].matching
            page.rows.append(row)
    if work.cycle.only_id:
        work.unit.payload |= {"matching": [row.matching for row in rows.values()]}
    store(work, facts, page)


def _decided(
    work: Work,
    fact: Fact,
    match: Match,
    page: _Matching,
) -> PlanRow | None:
    match = if_free(match, fact, page.taken)
    if isinstance(match, ProvisioningError):
        return failed_row(work, fact, match)
    account = Account(str(match["id"]), match, linked=False) if match is not None else None
    try:
        with contained(fact.row.pk):
            entitled = entitlement(work.definition, fact.subject)
            decision = decide(work.definition, fact.subject, entitled, account, work.now)
            decision = with_unique_values(work, fact.subject, decision)
    except (ConfigurationError, ObjectRejected, InternalFault) as fault:
        return failed_row(work, fact, fault)
    if decision.operation is Operation.SKIP:
        page.skip(fact, Reason.IMPORT_SKIPPED, decision.reasons)
        return None
    return row_of(work, fact, decision, page.references, account)


def _find_all(work: Work, wanted: Sequence[tuple[Fact, list[list[Value]]]]) -> list[Match]:
    if not wanted:
        return []
    if is_listed(work):
        accounts = ListedAccount.objects.filter(cycle=work.cycle)
        snapshot = Snapshot.of(accounts, [matching for _, matching in wanted])
        return [snapshot.match(matching) for _, matching in wanted]
    work.target.open()
    with ThreadPoolExecutor(min(LOOKUPS_IN_FLIGHT, len(wanted))) as pool:
        return list(pool.map(lambda pair: look_up(work.target, Kind.USER, pair[1]), wanted))


@dataclass(slots=True)
class Snapshot:
    """The listed accounts that a page of people may match, by path and folded value."""

    hits: dict[tuple[str, str], list[Resource]]

    @classmethod
    def of(cls, accounts: QuerySet[Any], wanted: Sequence[Sequence[Sequence[Value]]]) -> Snapshot:
        """Of accounts that were listed, each by `path` and `key`, those that anybody may match."""
        keys = {key_of(value) for matching in wanted for _, value in matching}
        hits: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)
        for account in accounts.filter(key__in=keys):
            hits[account.path, account.key].append(account.resource)
        return cls(hits)

    def match(self, matching: Sequence[Sequence[Value]]) -> Match:
        """The one account that has these values, by precedence."""
        for path, value in matching:
            found = one_of(str(path), value, self.hits.get((str(path), key_of(value)), []))
            if found is not None:
                return found
        return None
