"""A Microsoft Graph directory to read from: one tenant with people, groups and enterprise apps.

`with graph.start(seed={...}) as tenant:` runs one in a thread. It imports nothing else of ours.
Reference: docs/reference/graph-simulator.md.
"""

from __future__ import annotations

from typing import Unpack

from provisioning.simulator.graph.options import GraphOptions, make_options
from provisioning.simulator.graph.running import RunningGraph

__all__ = ["GraphOptions", "RunningGraph", "start"]


def start(**options: Unpack[GraphOptions]) -> RunningGraph:
    """Return a running directory on a free port of this machine; close it, or use `with`."""
    return RunningGraph(make_options(options))
