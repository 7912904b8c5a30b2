"""POST `/Bulk` (RFC 7644, 3.7): many operations in one request, each done or refused by itself.

A `bulkId` becomes the id of its resource before anything is done, so that operations may refer to
each other in any order, and in a circle.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from provisioning.core.inbound.discovery import MOST_OPERATIONS
from provisioning.core.inbound.refusals import Refusal, invalid_syntax
from provisioning.core.json_values import entry
from provisioning.core.resource import Value
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.resources import answer_resource, created, kind_of, not_allowed

BULK_RESPONSE: Final = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
_REFERENCE: Final = re.compile(r"bulkId:([^\s/\"]+)")
Operation = Mapping[str, Value]


def operations_of(body: Value, most: int = MOST_OPERATIONS) -> list[Operation]:
    """The operations of a BulkRequest; `Refusal` when it is none, or too long."""
    listed = entry(body, "Operations") if isinstance(body, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise invalid_syntax("Operations must be a list of at least one operation.")
    if len(listed) > most:
        raise Refusal(413, f"At most {most} operations are taken in one request.", "tooMany")
    found = [one for one in listed if isinstance(one, Mapping)]
    if len(found) < len(listed):
        raise invalid_syntax("Each operation must be an object.")
    return found


def answer_bulk(call: Call, now: datetime) -> Answer:
    """All operations, or as many as `failOnErrors` lets fail."""
    body = call.document()
    operations = operations_of(body)
    fail_on = entry(body, "failOnErrors") if isinstance(body, Mapping) else None
    most_failures = fail_on if isinstance(fail_on, int) and fail_on > 0 else len(operations) + 1
    ids = {
        name: uuid.uuid4()
        for one in operations
        if isinstance(name := entry(one, "bulkId"), str) and _method(one) == "POST"
    }
    results: list[Value] = []
    failures = 0
    for one in operations:
        result = _done(call, one, ids, now)
        results.append(result)
        failures += int(str(result["status"])) >= 400
        if failures >= most_failures:
            break
    document: dict[str, Value] = {"schemas": [BULK_RESPONSE], "Operations": results}
    return Answer(200, document, subject=f"{len(results)} operations, {failures} refused")


def _done(
    call: Call, operation: Operation, ids: Mapping[str, uuid.UUID], now: datetime
) -> dict[str, Value]:
    """One operation in a transaction of its own, and what is answered to it."""
    try:
        with transaction.atomic():
            answer = _answered(call, operation, ids, now)
    except Refusal as refusal:
        answer = Answer.refusing(refusal)
    return result_of(operation, answer)


def result_of(operation: Operation, answer: Answer) -> dict[str, Value]:
    """An operation of a BulkResponse."""
    result: dict[str, Value] = {"method": _method(operation), "status": str(answer.status)}
    if (name := entry(operation, "bulkId")) is not None:
        result["bulkId"] = str(name)
    if "Location" in answer.headers:
        result["location"] = answer.headers["Location"]
        result["version"] = answer.headers["ETag"]
    if answer.status >= 400:
        result["response"] = answer.document
    return result


def _answered(
    call: Call, operation: Operation, ids: Mapping[str, uuid.UUID], now: datetime
) -> Answer:
    method, path = _method(operation), str(_resolved(entry(operation, "path"), ids) or "")
    parts = tuple(part for part in path.split("/") if part)
    data = _resolved(entry(operation, "data"), ids)
    if not 1 <= len(parts) <= 2:
        raise invalid_syntax("path must be /Users, /Groups or one of their resources.")
    kind = kind_of(parts[0])
    if len(parts) == 1:
        if method != "POST":
            raise not_allowed(method)
        return created(call, kind, data, now, ids.get(str(entry(operation, "bulkId"))))
    if method not in ("PUT", "PATCH", "DELETE"):
        raise not_allowed(method)
    version = entry(operation, "version")
    inner = replace(
        call,
        method=method,
        path=parts,
        query={},
        given=data,
        if_match=version if isinstance(version, str) else "",
        if_none_match="",
    )
    return answer_resource(inner, kind, parts[1], now)


def _resolved(value: Value, ids: Mapping[str, uuid.UUID]) -> Value:
    """The value with the ids in the place of `bulkId:` references."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str(ids.get(found[1], found[0])), value)
    if isinstance(value, Mapping):
        return {name: _resolved(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, ids) for item in value]
    return value


def _method(operation: Operation) -> str:
    return str(entry(operation, "method") or "").upper()
