"""Links and target members after a write: what the target is known to hold from now on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from provisioning.core.diff import learnt
from provisioning.core.errors import LinkBroken
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.execution.outcome import Outcome, Task
from provisioning.engine.planning.groups import members_of
from provisioning.engine.planning.looking_up import taken
from provisioning.engine.work import Work
from provisioning.models import Link, PastLink, TargetMember, bulk


def refuse_shared_accounts(work: Work, outcomes: Sequence[Outcome]) -> None:
    """An account found while it was being made may be somebody else's by now: no second link (I10).

    Planning sees to it that this is rare; the person fails and is looked at again.
    """
    new = (Operation.CREATE, Operation.ADOPT)
    found = [o for o in outcomes if o.applied and o.operation in new]
    links = Link.objects.filter(job=work.job, target_id__in=[o.task.seen.target_id for o in found])
    owners = {
        (kind, target): owner
        for kind, target, owner in links.values_list("kind", "target_id", "object_id")
    }
    for outcome in found:
        task = outcome.task
        owner = owners.setdefault((task.kind.value, task.seen.target_id), task.row.object_id)
        if owner != task.row.object_id:
            outcome.state = RowState.FAILED
            outcome.error = taken(task.row.object.display_name)


def save_links(work: Work, outcomes: Sequence[Outcome]) -> None:
    """Insert or replace the link of each object that was written."""
    latest = {o.task.row.object_id: o for o in outcomes if o.operation is not Operation.DELETE}
    for outcome in [one for one in outcomes if not one.differs]:
        task, once = outcome.task, outcome.task.row.once
        written = [change for change in task.changes if str(change.path) not in once]
        task.seen.echo = learnt(task.seen.echo, written, task.seen.resource, task.kind)
    now = work.now
    links = [_link(work, outcome, now) for outcome in latest.values()]
    PastLink.keep(work.job.pk, latest, now)
    bulk.upsert(
        links,
        by=["job_id", "object_id"],
        take=["target_id", "version", "resource", "echo", "disabled_by_us", "updated"],
    )
    for outcome in outcomes:
        if outcome.task.kind is Kind.GROUP and outcome.operation is not Operation.DELETE:
            _save_members(work, outcome.task)


def refresh_links(work: Work, stale: Sequence[Outcome]) -> None:
    """Accounts that others changed are known as they are now, so that they are decided anew."""
    tasks = {outcome.task.row.object_id: outcome.task for outcome in stale}
    PastLink.keep(work.job.pk, list(tasks), work.now)
    for object_id, task in tasks.items():
        Link.objects.filter(job=work.job, object_id=object_id).update(
            version=task.seen.version, resource=_kept(task.seen.resource), updated=work.now
        )


def forget_links(work: Work, outcomes: Sequence[Outcome]) -> None:
    """Deleted accounts, and accounts that are gone from the target, are no longer linked."""
    gone = [
        outcome.task.row.object_id
        for outcome in outcomes
        if (outcome.applied and outcome.operation is Operation.DELETE)
        or isinstance(outcome.error, LinkBroken)
    ]
    if gone:
        PastLink.keep(work.job.pk, gone, work.now)
        Link.objects.filter(job=work.job, object_id__in=gone).delete()


def _link(work: Work, outcome: Outcome, now: datetime) -> Link:
    task = outcome.task
    return Link(
        job_id=work.cycle.job_id,
        object_id=task.row.object_id,
        kind=task.kind.value,
        target_id=task.seen.target_id,
        version=task.seen.version,
        resource=_kept(task.seen.resource),
        echo=task.seen.echo,
        disabled_by_us=outcome.operation is Operation.DISABLE,
        created=now,
        updated=now,
    )


def _kept(seen: Resource) -> dict[str, Value]:
    """Of an account what is remembered: members are edges, and a password is never returned (RFC
    7643, 4.1.1); who returns it anyway is not believed.
    """
    left_out = ("members", "password")
    return {name: value for name, value in seen.items() if name.lower() not in left_out}


def _save_members(work: Work, task: Task) -> None:
    link = Link.objects.get(job=work.job, object_id=task.row.object_id)
    known = TargetMember.objects.filter(link=link)
    fresh = [] if known.exists() else sorted(members_of(task.row.resource))
    known.filter(target_id__in=task.remove).delete()
    members = [one for one in [*fresh, *task.add] if one not in set(task.remove)]
    TargetMember.objects.bulk_create(
        [TargetMember(link=link, target_id=one) for one in dict.fromkeys(members)],
        batch_size=200,
        ignore_conflicts=True,
    )
