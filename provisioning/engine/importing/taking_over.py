"""App roles and assignments taken over from a directory instead of being made by hand.

They are read before people are and stored after, so that whoever is deleted in between is deleted
and not merely unassigned. Who is soft-deleted or gone keeps the assignment: no directory lists it,
and what follows is a matter of the deletion. A list that lost many is held like a directory that
shrank (F23).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from provisioning.core.directory_keys import fold_key
from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind, State
from provisioning.engine.configuration.applying import apply_documents
from provisioning.engine.configuration.assignments import (
    Assignee,
    assignment_rows,
    stored_assignments,
)
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.importing.report import ImportReport
from provisioning.models import DirectoryObject, Source, TakenOver
from provisioning.sources.assigned import (
    AssignmentFeed,
    NoSuchApplication,
    SourceApp,
    SourceAssignment,
)
from provisioning.sources.base import DirectorySource, Finding
from provisioning.sources.removal import Shrinkage

KINDS = ("graph",)
"""Of the kinds of source, those whose directories know who is assigned."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What a source said of one application that is taken over; nothing when it has none such."""

    row: TakenOver
    app: SourceApp | None


def sources_with_assignments() -> QuerySet[Source]:
    """The sources that assignments can be taken over from."""
    return Source.objects.filter(kind__in=KINDS).order_by("name")


def read_assignments(source: DirectorySource, origin: Source) -> list[Told]:
    """Ask for every application that is taken over from this source. Raises `SourceUnavailable`."""
    if not isinstance(source, AssignmentFeed):
        return []
    rows = TakenOver.objects.filter(origin=origin).select_related("application__job__definition")
    return [Told(row, _asked(source, row.app)) for row in rows]


def store_assignments(
    told: Iterable[Told], report: ImportReport, now: datetime, *, force: bool
) -> None:
    """Make the assignments of each application those that were told, unless too many are missing;
    what a person should know goes into the report.
    """
    for one in told:
        place = f"{one.row.application.name} ({one.row.app})"
        if one.app is None:
            reason = _("The directory has no application of this id: its assignments stay.")
            report.warnings.append(Finding(place, None, reason))
            continue
        report.warnings.extend(Finding(place, None, reason) for reason in _reasons(one.app))
        _store(one.row, one.app, report, now, force=force)


def _asked(source: AssignmentFeed, app: str) -> SourceApp | None:
    try:
        return source.assigned(app)
    except NoSuchApplication:
        return None


def _store(
    row: TakenOver, app: SourceApp, report: ImportReport, now: datetime, *, force: bool
) -> None:
    stored = stored_assignments(row.application)
    wanted = _assignees(row.origin, app) | _of_the_deleted(stored)
    missing = Shrinkage(len(stored), len(stored - wanted))
    row.held = {}
    if missing.suspicious and not force:
        row.held = {"present": missing.present, "missing": missing.missing}
        report.held = True
        reason = _(
            "%(missing)d of %(present)d assignments are missing: none was changed. If they were "
            "really taken away, read the source again with --force."
        )
        report.warnings.append(
            Finding(f"{row.application.name} ({row.app})", None, reason % row.held)
        )
    else:
        report.warnings.extend(_apply(row, app, wanted))
    row.name, row.read_at = app.name, now
    row.save(update_fields=("name", "read_at", "held"))


def _apply(row: TakenOver, app: SourceApp, wanted: set[Assignee]) -> list[Finding]:
    """Store it as an edit of the configuration; what that refuses changes nothing and is told."""
    held = {one.role for one in wanted}
    declared = {
        role.value: {"value": role.value, "name": role.name}
        for role in app.roles
        if role.enabled or role.value in held
    }
    # A role that only somebody deleted still has is kept until they are gone or restored.
    known = {str(one["value"]): one for one in _stored_roles(row)}
    kept = {value: known[value] for value in held - set(declared) if value in known}
    document = {
        "slug": row.application.slug,
        "roles": [*declared.values(), *kept.values()],
        "assignments": assignment_rows(wanted),
    }
    try:
        apply_documents(None, [ConfigurationDocument(document)])
    except UsageProblems as error:
        return [Finding(row.application.name, None, str(one)) for one in error.problems]
    return []


def _stored_roles(row: TakenOver) -> list[Mapping[str, object]]:
    definition = row.application.job.definition
    return list(definition.content["roles"]) if definition else []


def _assignees(origin: Source, app: SourceApp) -> set[Assignee]:
    """Who is meant, among those who are in the directory; the others will be when they are."""
    found: set[Assignee] = set()
    for kind in Kind:
        told = [one for one in app.assignments if one.kind is kind]
        for start in range(0, len(told), _CHUNK):
            found.update(_known(origin, kind, told[start : start + _CHUNK]))
    return found


def _known(origin: Source, kind: Kind, told: list[SourceAssignment]) -> Iterable[Assignee]:
    keys = {fold_key(one.principal) for one in told}
    rows = DirectoryObject.objects.present().with_keys(origin, kind, keys)
    ids = dict(rows.values_list("source_key", "pk"))
    for one in told:
        if (pk := ids.get(fold_key(one.principal))) is not None:
            yield Assignee(pk, one.role)


def _of_the_deleted(stored: set[Assignee]) -> set[Assignee]:
    ids = sorted({one.object_id for one in stored})
    deleted: set[uuid.UUID] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = DirectoryObject.objects.filter(pk__in=ids[start : start + _CHUNK])
        states = (State.SOFT_DELETED.value, State.GONE.value)
        deleted.update(rows.filter(state__in=states).values_list("pk", flat=True))
    return {one for one in stored if one.object_id in deleted}


def _reasons(app: SourceApp) -> Iterable[str]:
    if app.others:
        reason = _("%(count)d assignments are of applications: only people and groups are taken.")
        yield reason % {"count": app.others}
    if app.unknown_roles:
        reason = _("%(count)d assignments have a role that the application does not declare.")
        yield reason % {"count": app.unknown_roles}
