"""A Microsoft Graph tenant as a source, reached through the one door (docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from provisioning.engine.configuration.credentials import allowed_networks
from provisioning.engine.importing.attributes_in_use import attributes_in_use
from provisioning.scim.secret import MaskedText
from provisioning.scim.session import Call, Door, Reply
from provisioning.scim.tenant_url import check_tenant_url
from provisioning.sources.graph.client import GraphClient, Pace
from provisioning.sources.graph.sending import Send
from provisioning.sources.graph.settings import GraphSettings
from provisioning.sources.graph.source import GraphDirectory
from provisioning.sources.graph.tokens import Tokens


def open_graph(settings: GraphSettings, now: datetime, pace: Pace | None = None) -> GraphDirectory:
    """The tenant as a source; nothing is sent yet. Raises `ConfigurationError` for an address that
    no request may reach.
    """
    client = graph_client(settings, pace)
    return GraphDirectory(settings, client, attributes_in_use(), now)


def graph_client(settings: GraphSettings, pace: Pace | None = None) -> GraphClient:
    """A reader of the tenant; nothing is sent yet. Raises `ConfigurationError`."""
    networks = allowed_networks()
    for address in (settings.token_url, settings.graph_url):
        check_tenant_url(address, networks)
    send = send_through(Door(networks))
    return GraphClient(settings.graph_url, Tokens(settings, send), send, pace)


def send_through(door: Door) -> Send:
    """What a source sends with; the token masks itself in whatever shows the headers."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        masked = {
            name: MaskedText(value) if name == "Authorization" else value
            for name, value in headers.items()
        }
        return door.send(Call(method, url, masked, body))

    return send
