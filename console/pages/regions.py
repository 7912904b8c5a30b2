"""The places an application may be in, and the addresses that belong to each.

On the embedded default, which may reach this machine, the simulator of `make run` comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning.core.gallery import Template
from provisioning.management.supervise.programs import simulator_port

OTHER = "other"
SIMULATOR = "simulator"
LOOPBACK = ip_address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the region list."""

    name: str
    label: str | Promise
    tenant_url: str
    token_url: str


def places_of(template: Template) -> list[Place]:
    """The entries for an application of this template; none when it has no regions."""
    if not template.regions:
        return []
    regions = [
        Place(one.name, f"{one.place} · {one.api_host}", one.tenant_url, one.token_url)
        for one in template.regions
    ]
    return [_simulator(), *regions] if _may_reach_loopback() else regions


def place_at(places: Sequence[Place], tenant_url: str) -> str:
    """The name of the place with this Tenant URL, else *Other*; nothing for no address."""
    found = next((one.name for one in places if one.tenant_url == tenant_url), OTHER)
    return found if tenant_url else ""


def tenant_url_for(places: Sequence[Place], name: str, typed: str) -> str:
    """The Tenant URL that is meant: a region's own, unless an address of one's own was typed."""
    known = {one.name: one.tenant_url for one in places}
    return known[name] if name in known and _is_free(typed, known.values()) else typed


def token_url_for(places: Sequence[Place], tenant_url: str, typed: str) -> str:
    """The token URL that is meant, by the same rule."""
    known = {one.tenant_url: one.token_url for one in places}
    free = tenant_url in known and _is_free(typed, known.values())
    return known[tenant_url] if free else typed


def _is_free(typed: str, known: object) -> bool:
    return not typed or typed in known  # type: ignore[operator]


def _simulator() -> Place:
    origin = f"http://{LOOPBACK}:{simulator_port()}"
    label = _("Simulator on this machine")
    return Place(SIMULATOR, label, f"{origin}/api/v2/scim/v2", f"{origin}/oauth/token")


def _may_reach_loopback() -> bool:
    networks = [ip_network(one, strict=False) for one in settings.ALLOWED_TARGET_NETWORKS]
    return any(LOOPBACK in one for one in networks)
