"""A SCIM service to try provisioning on: Genesys Cloud, or a plain server, with faults on demand.

`with simulator.start(quota=0, faults=["status:code=429,times=1"]) as target:` runs one in a thread.
It imports nothing else of ours. Reference: docs/reference/simulator.md.
"""

from __future__ import annotations

from typing import Unpack

from provisioning.simulator.options import StartOptions, make_options
from provisioning.simulator.running import Running

__all__ = ["Running", "StartOptions", "start"]


def start(**options: Unpack[StartOptions]) -> Running:
    """Return a running simulator on a free port of this machine; close it, or use `with`."""
    return Running(make_options(options))
