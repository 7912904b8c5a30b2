"""Each test meets every opponent that can do what it asks about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.conformance.company import fill
from provisioning.tests.sources.conformance.opponent import Can, Opponent
from provisioning.tests.sources.conformance.opponents import OPPONENTS, WHERE_TABLES_DIFFER

_MET = OPPONENTS if connection.vendor == "sqlite" else WHERE_TABLES_DIFFER


@pytest.fixture(params=_MET)
def opponent(request: pytest.FixtureRequest, db: None) -> Iterator[Opponent]:
    """A directory that holds the company; a test that `needs` what it cannot do passes it by."""
    try:
        made = OPPONENTS[request.param]()
    except (ServerMissing, ImportError) as missing:
        pytest.skip(f"not run: {missing}")  # `make test` names it in its last lines
    marker = request.node.get_closest_marker("needs")
    needed: set[Can] = set(marker.args) if marker else set()
    try:
        if not needed <= made.can:
            lacking = ", ".join(sorted(one.name.lower() for one in needed - made.can))
            pytest.skip(f"{made.name} has no such thing: {lacking}")
        fill(made)
        yield made
    finally:
        made.close()
