"""Every opponent, by how it is made. A source that is added to Rollcall adds a line."""

from __future__ import annotations

from collections.abc import Callable

from provisioning.tests.sources.conformance.file_opponents import CsvFiles, JsonLinesFiles
from provisioning.tests.sources.conformance.graph_opponents import (
    GraphTenant,
    UntidyGraphTenant,
)
from provisioning.tests.sources.conformance.memory_opponents import Announcing, Listing
from provisioning.tests.sources.conformance.opponent import Opponent

OPPONENTS: dict[str, Callable[[], Opponent]] = {
    "csv": CsvFiles,
    "json-lines": JsonLinesFiles,
    "announcing": Announcing,
    "listing": Listing,
    "graph": GraphTenant,
    "graph-untidy": UntidyGraphTenant,
}
