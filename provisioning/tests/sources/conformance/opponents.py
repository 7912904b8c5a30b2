"""Every opponent, by how it is made. A source that is added to Rollcall adds a line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from provisioning.tests.sources.conformance.file_opponents import CsvFiles, JsonLinesFiles
from provisioning.tests.sources.conformance.graph_opponents import (
    GraphTenant,
    UntidyGraphTenant,
)
from provisioning.tests.sources.conformance.inbound_opponents import InboundPusher
from provisioning.tests.sources.conformance.memory_opponents import Announcing, Listing
from provisioning.tests.sources.conformance.opponent import Opponent
from provisioning.tests.sources.conformance.sql_opponents import (
    PostgresTables,
    SqliteChanges,
    SqliteFile,
)


def _found(module: str, kind: str) -> Callable[[], Opponent]:
    """Looked for when it is met: library and servers may be missing where nobody tests them."""

    def make() -> Opponent:
        found = import_module(f"provisioning.tests.sources.conformance.{module}")
        made: Opponent = getattr(found, kind)()
        return made

    return make


OPPONENTS: dict[str, Callable[[], Opponent]] = {
    "csv": CsvFiles,
    "json-lines": JsonLinesFiles,
    "announcing": Announcing,
    "listing": Listing,
    "graph": GraphTenant,
    "graph-untidy": UntidyGraphTenant,
    "sqlite": SqliteFile,
    "sqlite-changes": SqliteChanges,
    "postgresql": PostgresTables,
    "mariadb": _found("mariadb_opponent", "MariaDb"),
    "slapd": _found("slapd_opponents", "SlapdWithLog"),
    "slapd-no-log": _found("slapd_opponents", "SlapdWithoutLog"),
    "slapd-stamps": _found("slapd_opponents", "SlapdWithStamps"),
    "samba": _found("samba_opponents", "ActiveDirectory"),
    "inbound": InboundPusher,
}

WHERE_TABLES_DIFFER = ("announcing", "listing", "csv", "inbound")
"""Whom the suite meets again where the directory itself lies in PostgreSQL: each way of changing it
once. What a server does was judged on SQLite.
"""
