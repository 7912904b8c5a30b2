"""POST `/.search`: a list request in a body, of one kind or of all (RFC 7644, 3.4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.inbound.querying import Query, list_response
from provisioning.core.inbound.refusals import invalid_syntax
from provisioning.core.json_values import elements
from provisioning.core.resource import Kind, Value
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.listing import listed


def search(call: Call, kinds: tuple[Kind, ...]) -> Answer:
    """People first, then groups, as one list."""
    body = call.document()
    if not isinstance(body, Mapping):
        raise invalid_syntax("The body must be a SearchRequest.")
    query = Query.read(body)
    origin = call.endpoint.origin
    found: list[Value] = []
    total = 0
    for kind in kinds:
        start = max(1, query.start - total)
        wanted = Query(query.tree, start, query.count - len(found), query.selection)
        page = listed(call.base, origin, kind, wanted)
        found += elements(page["Resources"])
        total += int(str(page["totalResults"]))
    return Answer(200, list_response(found, total, query.start))
