"""Phase *scope*: decide a page of people as far as the directory and the links tell.

Linked people get their row at once. People who are entitled and have no link become unmatched
rows: whether the target is listed or asked for each depends on how many there are. They are decided
as creations here, where everything about them is at hand: for whoever is not found, matching only
has to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from provisioning.core.entitlement import Because, Entitlement, entitlement
from provisioning.core.errors import ConfigurationError
from provisioning.core.evaluate import decide, matching_values, ways_out
from provisioning.core.vocabulary import REMOVALS, Lane, Operation, Reason, RowState
from provisioning.engine import timers
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.planning.catching_up import remembered
from provisioning.engine.planning.rows import References, failed_row, row_of
from provisioning.engine.standings import Verdict, keep_verdicts
from provisioning.engine.work import Work, finishing
from provisioning.models import Escrow, PastStanding, PlanRow, Standing, bulk
from provisioning.models.cycle import Purpose


@dataclass(slots=True)
class Page:
    """What one page of decisions comes to."""

    rows: list[PlanRow] = field(default_factory=list)
    # The unmatched rows that these take the place of: their keys by whose they are.
    replaces: Mapping[UUID, int] = field(default_factory=dict)
    # The unmatched rows of people who were not found: they are as they were decided.
    created: Sequence[int] = ()
    verdicts: list[Verdict] = field(default_factory=list)
    # Who is neither assigned nor linked: no verdict of theirs is kept.
    unconcerned: list[Verdict] = field(default_factory=list)
    # Of who has an account: in which ways they left, if they did.
    left: list[timers.Left] = field(default_factory=list)
    skipped: int = 0
    unchanged: int = 0

    def decided(self, work: Work, fact: Fact, entitled: Entitlement) -> None:
        """Note in which ways the object left."""
        if fact.link is not None:
            self.left.append((fact.link, ways_out(work.definition, fact.subject, entitled)))

    def skip(self, fact: Fact, code: str, reasons: tuple[Because, ...]) -> None:
        """Count somebody who is left out; who merely is not assigned gets no verdict kept."""
        self.skipped += 1
        concerned = fact.subject.assigned or fact.link is not None
        kept = concerned or code != Reason.NOT_EFFECTIVELY_ENTITLED
        (self.verdicts if kept else self.unconcerned).append(Verdict(fact, code, reasons))


def run(work: Work) -> None:
    """Decide the unit's people and store rows, verdicts and tallies in one transaction."""
    facts = Facts(work.job, work.definition).page(work.unit.payload["ids"])
    references = References.of(work.job, facts)
    page = Page()
    for fact in facts:
        try:
            with contained(fact.row.pk):
                _decide(work, fact, references, page)
        except (ConfigurationError, InternalFault) as error:
            page.rows.append(failed_row(work, fact, error))
    if work.cycle.purpose == Purpose.REMOVALS:
        page = Page(rows=[row for row in page.rows if row.operation in REMOVALS])
    store(work, facts, page)


def store(work: Work, facts: list[Fact], page: Page) -> None:
    """Make a page true: rows, deletion timers, verdicts, tallies, and the unit done."""
    work.unit.payload |= {"skipped": page.skipped, "unchanged": page.unchanged}
    if not work.records:
        work.unit.payload |= {"verdicts": remembered(page.verdicts)}
    if work.cycle.only_id:
        work.unit.payload |= {"told": _told(facts, page)}
    with finishing(work):
        _store_rows(page)
        if work.records and work.cycle.purpose != Purpose.REMOVALS:
            timers.run(work.definition, page.left, work.now)
            keep_verdicts(work, page.verdicts)
            _forget_settled(work, facts, page)


def _store_rows(page: Page) -> None:
    """Write the page's rows; each takes the place of the unmatched one there is of its person."""
    decided = {row.object_id for row in page.rows if row.lane == Lane.CHANGES}
    left = [key for person, key in page.replaces.items() if person not in decided]
    if left:
        PlanRow.objects.filter(pk__in=left).delete()
    if page.created:
        PlanRow.objects.filter(pk__in=page.created).update(state=RowState.PLANNED)
    if page.replaces:
        bulk.upsert(page.rows, by=["plan_id", "object_id", "lane", "part"])
    else:
        bulk.insert(page.rows)


def _told(facts: list[Fact], page: Page) -> dict[str, object]:
    """What provision on demand tells of its one person, however the directory changes later."""
    return {
        "assigned": [[one.role, one.through] for fact in facts for one in fact.subject.assigned],
        "verdicts": remembered([*page.verdicts, *page.unconcerned]),
    }


def _decide(work: Work, fact: Fact, references: References, page: Page) -> None:
    entitled = entitlement(work.definition, fact.subject)
    if entitled.entitled and fact.link is None:
        _to_be_matched(work, fact, references, page)
        return
    decision = decide(work.definition, fact.subject, entitled, fact.account, work.now)
    page.decided(work, fact, entitled)
    row = row_of(work, fact, decision, references, fact.account)
    if row is not None:
        page.rows.append(row)
    elif decision.operation is Operation.SKIP:
        code = Reason.IMPORT_SKIPPED if entitled.entitled else Reason.NOT_EFFECTIVELY_ENTITLED
        page.skip(fact, code, decision.reasons)
    else:
        page.unchanged += 1
        page.verdicts.append(Verdict(fact, Reason.PROVISIONED, decision.reasons))


def _to_be_matched(work: Work, fact: Fact, references: References, page: Page) -> None:
    values = matching_values(work.definition, fact.subject, work.now)
    if not values:
        names = [str(rule.target) for rule in work.definition.users.matching]
        because = Because(Reason.IMPORT_SKIPPED, {"properties": list(names)})
        page.skip(fact, Reason.IMPORT_SKIPPED, (because,))
        return
    row = _created(work, fact, references) or PlanRow(
        plan=work.plan,
        object=fact.row,
        operation=Operation.CREATE,
        lane=Lane.CHANGES,
        reason=Reason.NO_MATCH,
        revision=fact.row.revision,
    )
    row.matching = [[str(path), value] for path, value in values]
    row.state = RowState.UNMATCHED
    page.rows.append(row)


def _created(work: Work, fact: Fact, references: References) -> PlanRow | None:
    """The row of somebody who is not found; `None` when only matching can tell what it will be.

    Unique values are asked for then, and what cannot be created may exist.
    """
    if work.definition.users.unique:
        return None
    with suppress(ConfigurationError):
        decision = decide(work.definition, fact.subject, Entitlement(), None, work.now)
        if decision.operation is Operation.CREATE:
            return row_of(work, fact, decision, references, None)
    return None


def _forget_settled(work: Work, facts: list[Fact], page: Page) -> None:
    """Who has nothing to be done needs no retry; who is not concerned any more, no verdict."""
    busy = {row.object_id for row in page.rows}
    settled = [fact.row.pk for fact in facts if fact.row.pk not in busy]
    Escrow.objects.filter(job=work.job, object_id__in=settled).delete()
    gone = [verdict.fact.row.pk for verdict in page.unconcerned]
    PastStanding.keep(work.job.pk, gone, work.now)
    Standing.objects.filter(job=work.job, object_id__in=gone).delete()
