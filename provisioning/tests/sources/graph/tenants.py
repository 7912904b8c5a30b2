"""A running tenant, and what reads it: through the one door, as the engine does, never asleep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Unpack

from provisioning.engine.importing.graph import send_through
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.session import Door
from provisioning.simulator import graph
from provisioning.sources.base import Part
from provisioning.sources.graph.client import GraphClient, Pace
from provisioning.sources.graph.settings import GraphSettings, Proof
from provisioning.sources.graph.source import GraphDirectory
from provisioning.sources.graph.tokens import Tokens

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
SECRET = "entra client secret 42"
LOOPBACK = AllowedNetworks.parse("127.0.0.0/8")


@dataclass
class Waits:
    """Notes for how long somebody would have slept."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def settings_of(running: graph.RunningGraph, secret: str = SECRET) -> GraphSettings:
    """How the tenant is reached with a client secret."""
    return GraphSettings(
        running.options.tenant,
        "rollcall",
        Proof.SECRET,
        running.token_url,
        running.graph_url,
        secret,
    )


def client_of(settings: GraphSettings, waits: Waits | None = None) -> GraphClient:
    """A reader that never sleeps."""
    send = send_through(Door(LOOPBACK))
    pace = Pace(wait=waits or Waits(), dice=lambda: 1.0)
    return GraphClient(settings.graph_url, Tokens(settings, send), send, pace)


def graph_source(
    running: graph.RunningGraph,
    used: Mapping[Part, Iterable[str]] | None = None,
    waits: Waits | None = None,
) -> GraphDirectory:
    """The tenant as a source; `used` are names beyond those of the suite."""
    names = {Part.USERS: {"department", *(used or {}).get(Part.USERS, ())}}
    settings = settings_of(running)
    return GraphDirectory(settings, client_of(settings, waits), names, NOW)


@contextmanager
def tenant(**options: Unpack[graph.GraphOptions]) -> Iterator[graph.RunningGraph]:
    """Run a tenant that knows our secret."""
    options.setdefault("clients", [f"rollcall:{SECRET}"])
    with graph.start(**options) as running:
        yield running
