"""Phase *match*: find each unmatched person's account, then decide anew with the one found.

By precedence, in the snapshot when there is one, else by one `eq` look-up each. A match counts only
when the returned attribute equals the value asked for (T13); two hits are held for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

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


class _Unmatched(NamedTuple):
    """A row to be decided: its key, what was looked for, and what was found."""

    row: int
    matching: list[list[Value]]
    match: Match


@dataclass(slots=True, kw_only=True)
class _Matching(Page):
    """A page of decisions with what matching adds: references, and accounts that are taken."""

    references: References
    taken: set[str]


def run(work: Work) -> None:
    """Decide the unit's unmatched rows anew where an account was found; the others stay as they
    were decided when it was not known yet.
    """
    rows = PlanRow.objects.filter(plan=work.plan, pk__in=work.unit.payload["rows"])
    unmatched = list(rows.order_by("object_id").values_list("object_id", "pk", "matching"))
    undecided = set(rows.filter(changes=[]).values_list("pk", flat=True))
    found = _find_all(work, [matching for _, _, matching in unmatched])
    again = {
        person: _Unmatched(pk, matching, match)
        for (person, pk, matching), match in zip(unmatched, found, strict=True)
        if match is not None or pk in undecided
    }
    facts = Facts(work.job, work.definition).page(list(again))
    page = _Matching(
        replaces={person: one.row for person, one in again.items()},
        created=[pk for person, pk, _ in unmatched if person not in again],
        references=References.of(work.job, facts),
        taken=linked_targets(work, Kind.USER, found),
    )
    for fact in facts:
        row = _decided(work, fact, again[fact.row.pk].match, page)
        if row is not None:
            row.matching = again[fact.row.pk].matching
            page.rows.append(row)
    if work.cycle.only_id:
        work.unit.payload |= {"matching": [matching for _, _, matching in unmatched]}
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


def _find_all(work: Work, wanted: Sequence[list[list[Value]]]) -> list[Match]:
    if not wanted:
        return []
    if is_listed(work):
        snapshot = Snapshot.of(ListedAccount.objects.filter(cycle=work.cycle), wanted)
        return [snapshot.match(matching) for matching in wanted]
    work.target.open()
    with ThreadPoolExecutor(min(LOOKUPS_IN_FLIGHT, len(wanted))) as pool:
        return list(pool.map(partial(look_up, work.target, Kind.USER), wanted))


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
