"""Phase *list*: find accounts without a request each, when that is cheaper (design 3).

When more than one person has no link, the first page of the target tells its total; if reading the
rest costs less than one look-up per person, the target is listed into a snapshot. A listing that
is not complete and stable is no proof of absence: then each is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioning.core.attribute_path import AttributePath
from provisioning.core.resource import Kind, Resource
from provisioning.core.vocabulary import Phase, RowState
from provisioning.engine.work import Work, finishing
from provisioning.models import ListedAccount, PlanRow, WorkUnit, bulk
from provisioning.scim.client import ScimClient


def run(work: Work) -> None:
    """List the target's people if it pays; the unit's payload says whether absence is proven."""
    unmatched = PlanRow.objects.filter(plan=work.plan, state=RowState.UNMATCHED).count()
    quirks = work.target.client.quirks if unmatched else None
    listed: list[Resource] = []
    proven = False
    several = unmatched > 1 or (quirks is not None and not quirks.filter_supported)
    if quirks and several and quirks.listing_trusted and quirks.uniqueness_enforced:
        listed, proven = work.target.read(lambda client: _read(client, unmatched))
    work.unit.payload |= {"proven": proven}
    users = work.definition.users
    paths = [*(rule.target for rule in users.matching), *map(AttributePath.parse, users.unique)]
    with finishing(work):
        ListedAccount.objects.filter(cycle=work.cycle).delete()
        bulk.insert(_snapshot(work, listed, paths) if proven else [])


def _read(client: ScimClient, unmatched: int) -> tuple[list[Resource], bool]:
    """Everybody, and whether absence is proven; nobody when looking each up is cheaper."""
    listing = client.listing(Kind.USER)
    searches = client.quirks.filter_supported
    if searches and not listing.cheaper_than(unmatched):
        return [], False
    listed = list(listing)
    return listed, listing.complete


def _snapshot(
    work: Work, resources: Iterable[Resource], paths: Sequence[AttributePath]
) -> list[ListedAccount]:
    return [
        ListedAccount(
            cycle=work.cycle,
            path=str(path),
            key=key_of(value),
            target_id=str(resource["id"]),
            resource=resource,
        )
        for resource in resources
        for path in paths
        if (value := path.get(resource)) not in (None, "")
    ]


def is_listed(work: Work) -> bool:
    """Whether the snapshot proves who has no account."""
    unit = WorkUnit.objects.filter(cycle=work.cycle, phase=Phase.LIST).first()
    return bool(unit and unit.payload.get("proven"))


def key_of(value: object) -> str:
    """How a matching value is looked up in the snapshot; the true case rule decides later."""
    return str(value).strip().casefold()[:255]
