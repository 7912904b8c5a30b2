"""Asks the target for the one account that has a value: what comes back is judged, not believed.

A match counts only when the returned attribute equals the value asked for (T13).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from provisioning.core.attribute_path import AttributePath
from provisioning.core.compare import matches
from provisioning.core.errors import AmbiguousMatch, Conflict, ObjectRejected, ProvisioningError
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Reason
from provisioning.core.wording import gettext_noop
from provisioning.engine.execution.reading_back import scalar
from provisioning.engine.facts import Fact
from provisioning.engine.target import Target
from provisioning.engine.work import Work
from provisioning.models import Link
from provisioning.scim.client import ScimClient

Match: TypeAlias = Resource | ProvisioningError | None
"""The account, why there is no telling which, or none."""


def look_up(target: Target, kind: Kind, matching: Sequence[Sequence[Value]]) -> Match:
    """The one account a person or group matches at the target, by precedence."""
    for path, value in matching:
        parsed = AttributePath.parse(str(path))
        try:
            hits = target.read(partial(_ask, kind=kind, path=parsed, value=scalar(value)))
        except ObjectRejected as error:
            return error
        found = one_of(str(path), value, hits, kind)
        if found is not None:
            return found
    return None


def _ask(
    client: ScimClient, *, kind: Kind, path: AttributePath, value: str | bool | int | float
) -> list[Resource]:
    return client.find(kind, path, value)


def one_of(path: str, value: Value, resources: Sequence[Resource], kind: Kind = Kind.USER) -> Match:
    """The single resource whose attribute really equals the value; several are ambiguous."""
    parsed = AttributePath.parse(path)
    equals = [one for one in resources if matches(parsed, kind, value, parsed.get(one))]
    if len(equals) > 1:
        return AmbiguousMatch(
            gettext_noop("%(count)d accounts have %(path)s %(value)s."),
            params={"count": len(equals), "path": path, "value": str(value)},
        )
    return equals[0] if equals else None


def linked_targets(work: Work, kind: Kind, found: Sequence[Match]) -> set[str]:
    """Which of the accounts that were found somebody of this application has already."""
    ids = [str(one["id"]) for one in found if isinstance(one, Mapping)]
    linked = Link.objects.filter(job=work.job, kind=kind, target_id__in=ids)
    return set(linked.values_list("target_id", flat=True))


def if_free(match: Match, fact: Fact, linked: Collection[str]) -> Match:
    """The account that was found, unless it is somebody else's: I10, one account a person."""
    if isinstance(match, Mapping) and str(match["id"]) in linked:
        return taken(fact.row.display_name)
    return match


def taken(name: str) -> Conflict:
    """Why somebody does not get the account that matches them."""
    return Conflict(
        gettext_noop("The account that matches %(name)s belongs to somebody else already."),
        params={"name": name},
        code=Reason.DUPLICATE_SOURCE,
    )
