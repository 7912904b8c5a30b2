"""The SCIM operations behind the gateway: method, body, target, version, then the verb itself.

The order of the checks is section 13 of the Genesys Cloud reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from provisioning.simulator.calls import Call, json_answer, names_version, number_in
from provisioning.simulator.discovery import LARGEST_PAGE
from provisioning.simulator.faults import Fault, lag_of
from provisioning.simulator.filters import parse_filter
from provisioning.simulator.listing import Page, Query
from provisioning.simulator.operations import read_operations
from provisioning.simulator.organisation import Organisation
from provisioning.simulator.refusals import Refusal, bad_request, gateway, invalid_value
from provisioning.simulator.routes import VERSIONED
from provisioning.simulator.schema import Document
from provisioning.simulator.selection import Selection, names_in
from provisioning.simulator.state import Stored
from provisioning.simulator.targets import resolve
from provisioning.simulator.wire import Answer

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MEDIA_TYPES = ("application/scim+json", "application/json")
LARGE_PAGE = 25
LIE = 5
"""By how many an overstated total is wrong."""


class Scim:
    """The operations over one organisation."""

    def __init__(self, organisation: Organisation) -> None:
        """Keep the organisation and its parts."""
        self._organisation = organisation
        self._personality = organisation.personality
        self._store = organisation.store
        self._renderer = organisation.renderer

    def answer(self, call: Call) -> Answer:
        """Return the answer, or raise the refusal."""
        kind = call.route.kind
        if kind in ("ServiceProviderConfig", "ResourceType", "Schema"):
            return self._discovery(call)
        if kind == "Search" or call.route.identifier == ".search":
            return self._search(call)
        if kind not in ("User", "Group"):
            self._refuse_missing(kind)
        self._check_method(call)
        if call.method == "GET" and call.route.identifier is None:
            return self._list(call)
        if call.method == "GET":
            return self._read(call)
        return self._write(call)

    def _refuse_missing(self, kind: str) -> None:
        if kind and self._personality.is_set("missing_endpoints", "405"):
            raise gateway(405, "This endpoint is not supported.")
        raise gateway(404, "There is nothing at this address.")

    def _check_method(self, call: Call) -> None:
        single = call.route.identifier is not None
        allowed = ("GET", "PUT", "PATCH", "DELETE") if single else ("GET", "POST")
        if call.method not in allowed:
            raise gateway(405, f"{call.method} is not allowed.", ("Allow", ", ".join(allowed)))
        patch = self._personality.values["patch"]
        if call.method == "PATCH" and patch.isdecimal():
            others = ", ".join(method for method in allowed if method != "PATCH")
            raise gateway(int(patch), "PATCH is not supported.", ("Allow", others))
        lifecycle = self._personality.values["group_lifecycle"]
        if (
            call.route.kind == "Group"
            and call.method in ("POST", "DELETE")
            and lifecycle != "allow"
        ):
            kept = [method for method in allowed if method not in ("POST", "DELETE")]
            raise gateway(
                int(lifecycle),
                "Groups cannot be created or deleted over SCIM.",
                ("Allow", ", ".join(kept)),
            )

    def _read(self, call: Call) -> Answer:
        selection = self._selection(call)
        stored = self._target(call)
        etag = self._renderer.etag(stored)
        if names_version(call.headers.get("if-none-match", ""), stored.version):
            return Answer(304, content_type="", headers=[("ETag", etag)])
        return self._resource(200, stored, selection, call)

    def _list(self, call: Call) -> Answer:
        kind, parameters = call.route.kind, call.parameters
        selection = self._selection(call)
        query = self._query(kind, parameters, call.fault)
        if (
            kind == "Group"
            and "filter" not in parameters
            and call.route.family == VERSIONED
            and self._personality.is_set("unfiltered_groups", "refuse")
        ):
            raise bad_request("invalidFilter", "A filter is required.")
        too_large = query.count > LARGE_PAGE and selection.wants_expensive()
        if too_large and self._personality.is_set("large_page", "429"):
            raise gateway(429, "Rate limit exceeded. Retry in 3 seconds.", ("Retry-After", "3"))
        page = self._organisation.lister.page(kind, query, self._organisation.options.now())
        return self._listed(page, query, [(selection, item) for item in page.resources], call.base)

    def _listed(
        self, page: Page, query: Query, found: list[tuple[Selection, Stored]], base: str
    ) -> Answer:
        resources = [
            self._renderer.document(stored, selection, base) for selection, stored in found
        ]
        return json_answer(
            200,
            {
                "schemas": [LIST_RESPONSE],
                "totalResults": page.total + (LIE if query.overstated else 0),
                "startIndex": query.start,
                "itemsPerPage": len(resources),
                "Resources": resources,
            },
        )

    def _query(self, kind: str, parameters: Mapping[str, str], fault: Fault | None) -> Query:
        definition = self._organisation.definitions[kind]
        text = parameters.get("filter")
        if text is not None and self._personality.is_set("filtering", "refused"):
            raise bad_request("invalidFilter", "Filters are not supported.")
        node = parse_filter(text, definition, self._personality) if text is not None else None
        self._organisation.lister.check(kind, node)
        fault_kind = fault.kind if fault else ""
        switched_off = self._personality.is_set("filtering", "ignored")
        ignored = fault_kind == "ignore_filter" or switched_off
        sort_by = parameters.get("sortBy", "") if not self._personality.genesys else ""
        return Query(
            node=None if ignored else node,
            start=self._start(parameters),
            count=self._count(parameters),
            sort_by=resolve(definition, sort_by) if sort_by else None,
            descending=parameters.get("sortOrder", "").lower() == "descending",
            lag=max(self._personality.number("filter_lag"), lag_of(fault)),
            overstated=text is None and self._personality.is_set("pages", "overstated"),
            lying=fault_kind == "lying_pages"
            or (text is None and self._personality.is_set("pages", "repeated")),
        )

    def _start(self, parameters: Mapping[str, str]) -> int:
        """Return the position of the first resource, from 1, however the server counts."""
        first = int(self._personality.values["first_index"])
        return max(1, number_in(parameters, "startIndex", first) + 1 - first)

    def _count(self, parameters: Mapping[str, str]) -> int:
        count = max(0, number_in(parameters, "count", self._personality.default_count))
        most = int(self._personality.number("page_cap"))
        return min(count, most) if most else count

    def _search(self, call: Call) -> Answer:
        """Answer a query in a body (RFC 7644 3.4.3), over one kind or over both."""
        if self._personality.genesys or call.method != "POST":
            self._refuse_missing("Search")
        body = self._body(call)
        parameters = {
            name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in body.items()
        }
        kinds = [call.route.kind] if call.route.identifier else ["User", "Group"]
        found: list[tuple[Selection, Stored]] = []
        now = self._organisation.options.now()
        everything = {**parameters, "startIndex": "1", "count": str(LARGEST_PAGE)}
        for kind in kinds:
            selection = self._selection_of(kind, parameters)
            page = self._organisation.lister.page(kind, self._query(kind, everything, None), now)
            found += [(selection, stored) for stored in page.resources]
        asked = Query(None, max(1, number_in(parameters, "startIndex", 1)), self._count(parameters))
        shown = found[asked.start - 1 : asked.start - 1 + asked.count]
        return self._listed(Page(len(found), ()), asked, shown, call.base)

    def _discovery(self, call: Call) -> Answer:
        if call.method != "GET":
            raise gateway(405, f"{call.method} is not allowed.", ("Allow", "GET"))
        kind, identifier = call.route.kind, call.route.identifier
        if kind == "Schema" and "filter" in call.parameters:
            raise gateway(403, "Schemas cannot be filtered.")
        if kind == "ServiceProviderConfig":
            etag = self._renderer.etag(Stored(kind, "", "active", 1, 0.0, 0.0, {}))
            if names_version(call.headers.get("if-none-match", ""), 1):
                return Answer(304, content_type="", headers=[("ETag", etag)])
            answer = json_answer(200, self._organisation.config(call.base))
            answer.headers.append(("ETag", etag))
            return answer
        listed = self._organisation.described(kind, call.base)
        if identifier is not None:
            wanted = identifier.lower()
            for document in listed:
                if str(document["id"]).lower() == wanted:
                    return json_answer(200, document)
            raise gateway(404, f"There is no {kind} {identifier}.")
        return json_answer(
            200,
            {
                "schemas": [LIST_RESPONSE],
                "totalResults": len(listed),
                "startIndex": 1,
                "itemsPerPage": len(listed),
                "Resources": listed,
            },
        )

    def _write(self, call: Call) -> Answer:
        body: Document = {} if call.method == "DELETE" else self._body(call)
        if call.method == "POST":
            return self._create(call, body)
        stored = self._target(call)
        self._check_version(call, stored)
        verbs = self._organisation.users if call.route.kind == "User" else self._organisation.groups
        if call.method == "DELETE":
            verbs.delete(stored)
            return Answer(204, content_type="")
        if call.method == "PUT":
            changed = verbs.replace(stored, body)
        else:
            changed = self._modified(call, stored, body)
        return self._resource(200, changed, self._selection(call), call)

    def _modified(self, call: Call, stored: Stored, body: Document) -> Stored:
        if self._personality.is_set("patch", "ignored"):
            return stored
        verbs = self._organisation.users if call.route.kind == "User" else self._organisation.groups
        definition = self._organisation.definitions[call.route.kind]
        return verbs.modify(stored, read_operations(body, definition, self._personality))

    def _create(self, call: Call, body: Document) -> Answer:
        if call.route.kind == "User":
            status, stored = self._organisation.users.create(body)
        else:
            status, stored = 201, self._organisation.groups.create(body)
        answer = self._resource(status, stored, self._selection(call), call)
        location = self._renderer.location(stored.kind, stored.id, call.base)
        answer.headers.append(("Location", location))
        return answer

    def _body(self, call: Call) -> Document:
        media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise gateway(415, f"The content type must be one of {', '.join(MEDIA_TYPES)}.")
        limit = int(self._personality.number("body_limit"))
        if len(call.body) > limit:
            raise gateway(413, f"The body is larger than the maximum of {limit} bytes.")
        try:
            body = json.loads(call.body)
        except (ValueError, RecursionError):
            raise bad_request("invalidSyntax", "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise bad_request("invalidSyntax", "The body is not a JSON object.")
        return body

    def _target(self, call: Call) -> Stored:
        stored = self._store.collection(call.route.kind).get(str(call.route.identifier))
        if stored is None:
            raise gateway(404, f"There is no {call.route.kind} {call.route.identifier}.")
        return stored

    def _check_version(self, call: Call, stored: Stored) -> None:
        wanted = call.headers.get("if-match")
        kept = self._personality.is_set("versions", "kept")
        if wanted is None or not kept or names_version(wanted, stored.version):
            return
        status = int(self._personality.values["stale_if_match"])
        detail = "The version does not match the current one."
        if status == 400:
            raise bad_request("invalidVers", detail)
        raise Refusal(status, detail, platform=status == 412)

    def _resource(self, status: int, stored: Stored, selection: Selection, call: Call) -> Answer:
        answer = json_answer(status, self._renderer.document(stored, selection, call.base))
        if not self._personality.is_set("versions", "none"):
            answer.headers.append(("ETag", self._renderer.etag(stored)))
        return answer

    def _selection(self, call: Call) -> Selection:
        return self._selection_of(call.route.kind, call.parameters)

    def _selection_of(self, kind: str, parameters: Mapping[str, str]) -> Selection:
        included = names_in(parameters.get("attributes"))
        excluded = names_in(parameters.get("excludedAttributes"))
        if included and excluded:
            raise invalid_value("attributes and excludedAttributes exclude each other.")
        definition = self._organisation.definitions[kind]
        return Selection(definition, self._personality, included, excluded)
