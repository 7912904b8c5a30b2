"""Members of groups as memberships: people and groups; whatever else is a member is left out."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _

from provisioning.core.resource import Kind
from provisioning.sources.base import Edge, Finding
from provisioning.sources.graph.spool import Member, Spool

_KINDS = {"user": (Kind.USER,), "group": (Kind.GROUP,)}


def edges_of(one: Member) -> list[Edge]:
    """The membership; one that ended without saying of what kind it was, of either kind."""
    kinds: tuple[Kind, ...] = _KINDS.get(one.type, ())
    if not one.type:
        kinds = (Kind.USER,) if one.present else (Kind.USER, Kind.GROUP)
    return [Edge(one.holder, one.member, kind) for kind in kinds]


def others_skipped(spool: Spool, place: str) -> tuple[Finding, ...]:
    """How many members are devices, contacts or applications, which no application has (W15)."""
    found = Counter(one.type for one in spool.members() if one.present and one.type not in _KINDS)
    reason = _("%(count)d members are of the type “%(type)s”: only people and groups are read.")
    return tuple(
        Finding(place, None, reason % {"count": count, "type": type_[:60]})
        for type_, count in sorted(found.items())
        if type_
    )
