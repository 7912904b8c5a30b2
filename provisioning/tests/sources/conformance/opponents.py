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


def _slapd(kind: str) -> Callable[[], Opponent]:
    """Looked for when it is met: python-ldap and slapd may be missing where nobody tests them."""

    def make() -> Opponent:
        from provisioning.tests.sources.conformance import slapd_opponents

        found: Callable[[], Opponent] = getattr(slapd_opponents, kind)
        return found()

    return make


OPPONENTS: dict[str, Callable[[], Opponent]] = {
    "csv": CsvFiles,
    "json-lines": JsonLinesFiles,
    "announcing": Announcing,
    "listing": Listing,
    "graph": GraphTenant,
    "graph-untidy": UntidyGraphTenant,
    "slapd": _slapd("SlapdWithLog"),
    "slapd-no-log": _slapd("SlapdWithoutLog"),
    "slapd-stamps": _slapd("SlapdWithStamps"),
}
