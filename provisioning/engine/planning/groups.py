"""Phase *groups*: decide a page of groups, their members compared as edges.

Members at the target are the group's directory members that have an account or get one in this
plan. Members of the target that we do not know are left alone, and so are nested groups, which are
no members at a target (entra-provisioning 13). Each row is one request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from provisioning.core.entitlement import entitlement
from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.core.evaluate import MEMBERS, Account, Decision, decide, matching_values
from provisioning.core.resource import Kind
from provisioning.core.vocabulary import Lane, Operation, Reason, RowState
from provisioning.engine.containing import InternalFault, contained
from provisioning.engine.facts import Fact, Facts
from provisioning.engine.planning.candidates import PAGE, ignored, pages
from provisioning.engine.planning.looking_up import if_free, linked_targets, look_up
from provisioning.engine.planning.references import concerned, newly_linked
from provisioning.engine.planning.rows import EMPTIES, References, failed_row, row_of
from provisioning.engine.planning.scope import Page, store
from provisioning.engine.work import Work
from provisioning.models import Cycle, Link, Membership, PlanRow, TargetMember


def group_pages(cycle: Cycle) -> Iterator[list[UUID]]:
    """Candidate groups, and linked groups with a member whose account may be new to them."""
    touched: set[UUID] = set()
    if cycle.only_id is None:
        for people in concerned(cycle):
            touched |= _lacking(cycle, people)
        touched.difference_update(ignored(cycle))
    for page in pages(cycle, "group"):
        touched -= set(page)
        yield page
    rest = iter(sorted(touched))
    while page := list(islice(rest, PAGE)):
        yield page


def _lacking(cycle: Cycle, people: Sequence[UUID]) -> set[UUID]:
    """Linked groups that were not given one of these people yet."""
    edges = list(
        Membership.objects.current()
        .filter(member_id__in=people, member_kind="user")
        .values_list("group_id", "member_id")
    )
    if not edges:
        return set()
    new = newly_linked(cycle, people)
    links = Link.objects.filter(job=cycle.job)
    groups = dict(links.filter(object_id__in={g for g, _ in edges}).values_list("object_id", "pk"))
    accounts = dict(links.filter(object_id__in=people).values_list("object_id", "target_id"))
    given = set(
        TargetMember.objects.filter(
            link_id__in=groups.values(), target_id__in=accounts.values()
        ).values_list("link_id", "target_id")
    )
    return {
        group
        for group, member in edges
        if group in groups
        and (member in new or member in accounts)
        and (groups[group], accounts.get(member)) not in given
    }


def run(work: Work) -> None:
    """Decide the unit's groups."""
    facts = Facts(work.job, work.definition).page(work.unit.payload["ids"])
    page = Page()
    for fact in facts:
        try:
            with contained(fact.row.pk):
                _decide(work, fact, page)
        except (ConfigurationError, InternalFault) as error:
            page.rows.append(failed_row(work, fact, error))
    store(work, facts, page)


def _decide(work: Work, fact: Fact, page: Page) -> None:
    entitled = entitlement(work.definition, fact.subject)
    account, stored = fact.account, []
    if entitled.entitled and account is None:
        matching = matching_values(work.definition, fact.subject, work.now)
        stored = [[str(path), value] for path, value in matching]
        match = look_up(work.target, Kind.GROUP, stored) if stored else None
        match = if_free(match, fact, linked_targets(work, Kind.GROUP, [match]))
        if isinstance(match, ProvisioningError):
            page.rows.append(failed_row(work, fact, match))
            return
        account = Account(str(match["id"]), match, linked=False) if match is not None else None
    decision = decide(work.definition, fact.subject, entitled, account, work.now)
    page.decided(work, fact, entitled)
    if decision.operation is Operation.SKIP:
        page.skip(fact, _code(decision, entitled.entitled), decision.reasons)
        return
    rows = _rows(work, fact, decision, account)
    if rows and fact.link is None:
        rows[0].matching = stored
    page.rows.extend(rows)
    if not rows:
        page.unchanged += 1


def _code(decision: Decision, entitled: bool) -> str:
    return Reason.IMPORT_SKIPPED if entitled else Reason.NOT_EFFECTIVELY_ENTITLED


def _rows(work: Work, fact: Fact, decision: Decision, account: Account | None) -> list[PlanRow]:
    """Attributes travel with the first members; the rest follows in chunks."""
    first = row_of(work, fact, decision, References({}), account)
    if decision.operation is Operation.DELETE or not _members_mapped(work):
        return [first] if first else []
    difference = _difference(work, fact, account)
    chunks = list(_chunks(work, difference))
    if not chunks:
        return [_in_last_lane(first)] if first else []
    if first is None:
        first = PlanRow(
            plan=work.plan,
            object=fact.row,
            target_id=account.target_id if account else "",
            revision=fact.row.revision,
            state=RowState.PLANNED,
        )
    rows = [_in_last_lane(first)]
    rows[0].members = chunks[0]
    if rows[0].operation != Operation.CREATE:
        rows[0].operation, rows[0].reason = Operation.MEMBERSHIP, Reason.MEMBERS_DIFFER
    for part, chunk in enumerate(chunks[1:], start=1):
        rows.append(
            PlanRow(
                plan=work.plan,
                object=fact.row,
                operation=Operation.MEMBERSHIP,
                lane=Lane.MEMBERSHIPS,
                part=part,
                target_id=rows[0].target_id,
                members=chunk,
                reason=Reason.MEMBERS_DIFFER,
                revision=fact.row.revision,
                state=RowState.PLANNED,
            )
        )
    for row in rows if difference.empties else ():
        row.params[EMPTIES] = True
    return rows


def _in_last_lane(row: PlanRow) -> PlanRow:
    """Groups are written after people, so that their members have accounts."""
    if row.operation != Operation.DELETE:
        row.lane = Lane.MEMBERSHIPS
    return row


def _members_mapped(work: Work) -> bool:
    return any(str(rule.target) == MEMBERS for rule in work.definition.groups.attributes)


@dataclass(frozen=True, slots=True)
class _Difference:
    """Directory ids to add, target ids to remove, each in a stable order."""

    add: Sequence[str]
    remove: Sequence[str]
    empties: bool
    """Whether none of those we know stays."""


def _difference(work: Work, fact: Fact, account: Account | None) -> _Difference:
    edges = Membership.objects.current().filter(
        group=fact.row, member__isnull=False, member_kind="user"
    )
    members = set(edges.values_list("member_id", flat=True))
    links = _accounts(work, members)
    new = newly_linked(work.cycle, members - links.keys())
    current = _current_members(fact, account)
    wanted = {**new, **links}
    add = [str(m) for m, target in sorted(wanted.items()) if target not in current]
    remove = current - set(wanted.values())
    known = Link.objects.filter(job=work.job, target_id__in=remove) if remove else None
    ours = sorted(known.values_list("target_id", flat=True)) if known is not None else []
    return _Difference(add, ours, empties=bool(ours) and not wanted)


def _accounts(work: Work, members: Collection[UUID]) -> dict[UUID, str]:
    """The target ids of the members that have one."""
    found: dict[UUID, str] = {}
    asked = list(members)
    for start in range(0, len(asked), PAGE):
        links = Link.objects.filter(job=work.job, object_id__in=asked[start : start + PAGE])
        found.update(links.values_list("object_id", "target_id"))
    return found


def _current_members(fact: Fact, account: Account | None) -> set[str]:
    if fact.link is not None:
        return set(TargetMember.objects.filter(link=fact.link).values_list("target_id", flat=True))
    if account is None:
        return set()
    return members_of(account.resource)


def members_of(resource: object) -> set[str]:
    """The target ids in a group resource's `members`."""
    members = resource.get(MEMBERS) if isinstance(resource, dict) else None
    return {
        str(member["value"])
        for member in members or ()
        if isinstance(member, dict) and "value" in member
    }


def _chunks(work: Work, difference: _Difference) -> Iterator[dict[str, list[str]]]:
    """At most a chunk of members a request, adds and removes sharing one (design 3)."""
    size = work.target.client.quirks.members_a_request if difference.add or difference.remove else 1
    tasks = [("remove", one) for one in difference.remove] + [
        ("add", one) for one in difference.add
    ]
    for start in range(0, len(tasks), size):
        chunk: dict[str, list[str]] = {"add": [], "remove": []}
        for side, member in tasks[start : start + size]:
            chunk[side].append(member)
        yield chunk
