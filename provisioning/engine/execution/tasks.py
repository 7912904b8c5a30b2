"""Rows become tasks: links, references and members of a whole batch in a handful of queries.

A stored plan may be run after another cycle did part of it: what the link shows by now is not sent
again, what has lost its account is not sent at all, and neither is what no longer fits it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change
from provisioning.core.fitting import all_moved, fitting
from provisioning.core.resource import Kind, Resource
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.execution.outcome import Seen, Task
from provisioning.engine.planning.rows import read_changes
from provisioning.engine.work import Work
from provisioning.models import Job, Link, PlanRow, TargetMember
from provisioning.scim.versions import version_of

OPEN = (RowState.INTENT, RowState.UNKNOWN)
NEED_AN_ACCOUNT = (Operation.UPDATE, Operation.ENABLE, Operation.DISABLE, Operation.DELETE)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the accounts of a batch by now."""

    links: Mapping[UUID, Link]
    # The target ids of each linked group's members, by the link.
    members: Mapping[int, set[str]]


def tasks_by_object(work: Work, rows: Sequence[PlanRow]) -> list[list[Task]]:
    """The tasks of each object, in the order in which they must be sent."""
    links = _links(work.job, rows)
    known = _Known(links, _members(links, rows))
    queues: dict[UUID, list[Task]] = {}
    seen: dict[UUID, Seen] = {}
    for row in rows:
        state = seen.setdefault(row.object_id, _seen(row, links.get(row.object_id)))
        queues.setdefault(row.object_id, []).append(_task(row, state, known))
    return list(queues.values())


def task_of(row: PlanRow) -> Task:
    """The task of one row as things stand now, for somebody who looks at it."""
    links = _links(row.plan.job, [row])
    known = _Known(links, _members(links, [row]))
    return _task(row, _seen(row, links.get(row.object_id)), known)


def _links(job: Job, rows: Iterable[PlanRow]) -> dict[UUID, Link]:
    wanted: set[UUID] = set()
    for row in rows:
        wanted.add(row.object_id)
        wanted.update(UUID(one) for one in row.references.values())
        wanted.update(UUID(one) for one in row.members.get("add", ()))
    ids = list(wanted)
    return {
        link.object_id: link
        for start in range(0, len(ids), 500)
        for link in Link.objects.filter(job=job, object_id__in=ids[start : start + 500])
    }


def _seen(row: PlanRow, link: Link | None) -> Seen:
    if link is not None:
        return Seen(link.target_id, link.version, link.resource, link.echo)
    resource: Resource = row.resource or {}
    return Seen(row.target_id, version_of(resource) or "", resource)


def _members(links: Mapping[UUID, Link], rows: Iterable[PlanRow]) -> dict[int, set[str]]:
    groups = {row.object_id for row in rows if row.object.kind == Kind.GROUP}
    wanted = [links[group].pk for group in groups if group in links]
    members: defaultdict[int, set[str]] = defaultdict(set)
    edges = TargetMember.objects.filter(link_id__in=wanted)
    for link_id, target_id in edges.values_list("link_id", "target_id").iterator():
        members[link_id].add(target_id)
    return members


def _task(row: PlanRow, seen: Seen, known: _Known) -> Task:
    missing = dict(row.params.get("missing", {}))
    changes = [*read_changes(row.changes), *_pointing(row, seen, known, missing)]
    members = [known.links.get(UUID(one)) for one in row.members.get("add", ())]
    task = Task(
        row=row,
        kind=Kind(row.object.kind),
        operation=Operation(row.operation),
        changes=tuple(changes),
        seen=seen,
        add=[link.target_id for link in members if link is not None],
        remove=list(row.members.get("remove", ())),
        missing=missing,
        left_open=row.state in OPEN,
    )
    if not task.left_open:
        _compare_with_link(task, known)
    return task


def _pointing(row: PlanRow, seen: Seen, known: _Known, missing: dict[str, str]) -> Iterable[Change]:
    """The references that can be filled in by now; the others are noted as missing."""
    for path, object_id in row.references.items():
        link = known.links.get(UUID(object_id))
        if link is None:
            missing[path] = object_id
        else:
            parsed = AttributePath.parse(path)
            before = row.pointed.get(path, parsed.get(seen.resource))
            yield Change(parsed, before, link.target_id)


def _compare_with_link(task: Task, known: _Known) -> None:
    """Keep what is still to be sent to the account as last seen; notice when it does not fit."""
    link = known.links.get(task.row.object_id)
    if link is None:
        task.moot = task.operation in NEED_AN_ACCOUNT
        return
    if task.operation in (Operation.CREATE, Operation.ADOPT):
        task.operation = Operation.UPDATE
    fit = fitting(task.lasting, link.resource, task.kind, link.echo)
    if _is_another_account(task, link):
        task.moved = all_moved(task.lasting, link.resource, task.kind)
    elif fit.moved:
        task.moved = fit.moved
    task.changes = fit.rest
    if task.kind is Kind.GROUP:
        held = known.members.get(link.pk, set())
        task.add = [member for member in task.add if member not in held]
        task.remove = [member for member in task.remove if member in held]


def _is_another_account(task: Task, link: Link) -> bool:
    """Whether the object was linked to another account after the row was planned."""
    return bool(task.row.target_id) and task.row.target_id != link.target_id
