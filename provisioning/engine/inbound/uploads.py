"""`bulkUpload`, as Entra's API-driven inbound provisioning takes it: accepted at once, done by a
worker, and told operation by operation at a status address.

People are found by externalId, else by userName, and what an operation does not name stays. A batch
is one transaction with its results: a worker that is killed is followed by one that goes on there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from provisioning.core.directory_keys import fold_key
from provisioning.core.inbound.patching import apply_patch
from provisioning.core.inbound.reading import cleaned, read_resource
from provisioning.core.inbound.refusals import Refusal, invalid_syntax, invalid_value, not_found
from provisioning.core.json_values import entry
from provisioning.core.resource import Kind, Resource, Value
from provisioning.engine import dispatch
from provisioning.engine.clock import database_now
from provisioning.engine.inbound.bulk import Operation, operations_of, result_of
from provisioning.engine.inbound.endpoints import tenant_url
from provisioning.engine.inbound.exchange import Answer, Call
from provisioning.engine.inbound.rendering import location_of, version_of
from provisioning.engine.inbound.resources import kind_of, not_allowed
from provisioning.models.directory import name_key
from provisioning.models.inbound import PushedResource, PushedUpload
from provisioning.sources.inbound.references import as_id
from provisioning.sources.inbound.store import Store

KEPT = timedelta(days=30)
"""How long the results of an upload can be asked for."""
_LEASE = timedelta(minutes=2)
_BATCH = 50


def receive(call: Call, now: datetime) -> Answer:
    """Keep the operations and answer 202 with the address where their results will stand."""
    operations = operations_of(call.document())
    upload = PushedUpload.objects.create(
        endpoint=call.endpoint,
        received=now,
        total=len(operations),
        operations=[dict(one) for one in operations],
    )
    dispatch.wake()
    headers = {"Location": f"{call.base}/bulkUpload/{upload.pk}"}
    return Answer(202, status_document(upload), headers, f"{len(operations)} operations")


def answer_status(call: Call, identifier: str) -> Answer:
    """How far one upload has come, and the result of each of its operations."""
    identity = as_id(identifier)
    rows = PushedUpload.objects.filter(endpoint=call.endpoint)
    upload = rows.filter(pk=identity).first() if identity is not None else None
    if upload is None:
        raise not_found("upload")
    return Answer(200, status_document(upload))


def status_document(upload: PushedUpload) -> dict[str, Value]:
    """What is told of an upload."""
    done, total = len(upload.results), upload.total
    refused = [one for one in upload.results if int(one["status"]) >= 400]
    return {
        "id": str(upload.pk),
        "state": "done" if upload.ended else "running" if done else "waiting",
        "received": upload.received.isoformat(),
        "ended": upload.ended.isoformat() if upload.ended else None,
        "total": total,
        "done": done,
        "refused": len(refused),
        "Operations": list(upload.results),
    }


def due() -> Iterator[uuid.UUID]:
    """Uploads that wait, or whose worker died."""
    free = Q(lease_until=None) | Q(lease_until__lte=database_now())
    waiting = PushedUpload.objects.filter(free, ended=None).order_by("received")
    yield from waiting.values_list("pk", flat=True)[:20]


def work(identity: uuid.UUID, now: datetime) -> bool:
    """Do an upload to its end, if nobody does already; whether it was done here."""
    if not _claim(identity):
        return False
    while _batch(identity, now):
        pass
    return True


def forget_old(now: datetime) -> int:
    """Delete what was done long ago."""
    return PushedUpload.objects.filter(ended__lt=now - KEPT).delete()[0]


def _claim(identity: uuid.UUID) -> bool:
    moment = database_now()
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    rows = PushedUpload.objects.filter(free, pk=identity, ended=None)
    return bool(rows.update(lease_until=moment + _LEASE))


def _batch(identity: uuid.UUID, now: datetime) -> bool:
    """The next operations with their results; whether any are left."""
    with transaction.atomic():
        upload = PushedUpload.objects.select_for_update().get(pk=identity)
        start = len(upload.results)
        for one in upload.operations[start : start + _BATCH]:
            upload.results.append(_done(upload, one, now))
        upload.lease_until = database_now() + _LEASE
        if len(upload.results) >= upload.total:
            upload.ended, upload.operations, upload.lease_until = now, [], None
        upload.save()
    return upload.ended is None


def _done(upload: PushedUpload, operation: Operation, now: datetime) -> dict[str, Value]:
    try:
        with transaction.atomic():
            answer = _answered(upload, operation, now)
    except Refusal as refusal:
        answer = Answer.refusing(refusal)
    return result_of(operation, answer)


def _answered(upload: PushedUpload, operation: Operation, now: datetime) -> Answer:
    method = str(entry(operation, "method") or "").upper()
    if method != "POST":
        raise not_allowed(method)
    kind = kind_of(str(entry(operation, "path") or "").strip("/"))
    data = entry(operation, "data")
    if not isinstance(data, dict):
        raise invalid_syntax("data must be an object.")
    store = Store(upload.endpoint.origin, now)
    row = _present(store, kind, data)
    status = 200
    if row is None:
        row, status = store.create(kind, read_resource(data, kind)), 201
    else:
        _update(store, row, kind, data)
    base = tenant_url(upload.endpoint)
    headers = {"Location": location_of(base, row), "ETag": version_of(row)}
    return Answer(status, headers=headers)


def _present(store: Store, kind: Kind, data: Resource) -> PushedResource | None:
    """Who is meant: externalId is the key of whoever uploads, userName where there is none."""
    rows = PushedResource.objects.filter(origin=store.origin, kind=kind.value)
    external = entry(data, "externalId")
    name = entry(data, "userName" if kind is Kind.USER else "displayName")
    if isinstance(external, str) and external.strip():
        found = rows.filter(external_id=fold_key(external))
    elif isinstance(name, str) and name.strip():
        found = rows.filter(key=name_key(name))
    else:
        raise invalid_value("externalId is missing: nobody can tell who is meant.")
    return found.select_for_update().order_by("created", "id").first()


def _update(store: Store, row: PushedResource, kind: Kind, data: Resource) -> None:
    """What is named takes the place of what was; what is not named stays."""
    told = {name: value for name, value in data.items() if name.lower() not in ("id", "meta")}
    body: Value = {"Operations": [{"op": "replace", "value": told}]}
    patched = apply_patch(body, row.document, kind)
    store.change(row, cleaned(patched.resource, kind), patched.members)
