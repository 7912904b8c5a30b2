"""Rows become tasks: links, references and members of a whole batch in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change
from provisioning.core.resource import Kind, Resource
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.execution.outcome import Seen, Task
from provisioning.engine.planning.rows import read_changes
from provisioning.engine.work import Work
from provisioning.models import Link, PlanRow
from provisioning.scim.versions import version_of

OPEN = (RowState.INTENT, RowState.UNKNOWN)


def tasks_by_object(work: Work, rows: Sequence[PlanRow]) -> list[list[Task]]:
    """The tasks of each object, in the order in which they must be sent."""
    links = _links(work, rows)
    queues: dict[UUID, list[Task]] = {}
    seen: dict[UUID, Seen] = {}
    for row in rows:
        state = seen.setdefault(row.object_id, _seen(row, links.get(row.object_id)))
        queues.setdefault(row.object_id, []).append(_task(row, state, links))
    return list(queues.values())


def _links(work: Work, rows: Iterable[PlanRow]) -> dict[UUID, Link]:
    wanted: set[UUID] = set()
    for row in rows:
        wanted.add(row.object_id)
        wanted.update(UUID(one) for one in row.references.values())
        wanted.update(UUID(one) for one in row.members.get("add", ()))
    ids = list(wanted)
    return {
        link.object_id: link
        for start in range(0, len(ids), 500)
        for link in Link.objects.filter(job=work.job, object_id__in=ids[start : start + 500])
    }


def _seen(row: PlanRow, link: Link | None) -> Seen:
    if link is not None:
        return Seen(link.target_id, link.version, link.resource)
    resource: Resource = row.resource or {}
    return Seen(row.target_id, version_of(resource) or "", resource)


def _task(row: PlanRow, seen: Seen, links: Mapping[UUID, Link]) -> Task:
    changes, missing = list(read_changes(row.changes)), dict(row.params.get("missing", {}))
    for path, object_id in row.references.items():
        link = links.get(UUID(object_id))
        if link is None:
            missing[path] = object_id
            continue
        parsed = AttributePath.parse(path)
        changes.append(Change(parsed, parsed.get(seen.resource), link.target_id))
    members = [links.get(UUID(one)) for one in row.members.get("add", ())]
    return Task(
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
