"""The front door of the tenant: tokens, then for each request fault, token, permission, answer."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.simulator.faults import Fault, Plan
from provisioning.simulator.graph.deltas import DeltaPage, Deltas
from provisioning.simulator.graph.options import Options
from provisioning.simulator.graph.permissions import ALL, check_permission
from provisioning.simulator.graph.properties import COLLECTIONS
from provisioning.simulator.graph.queries import options_of
from provisioning.simulator.graph.reads import LARGEST_PAGE, Listing, Number, Reads, Single
from provisioning.simulator.graph.refusals import Refusal, bad_request
from provisioning.simulator.graph.seed import sow
from provisioning.simulator.graph.tenant import Tenant
from provisioning.simulator.graph.times import iso
from provisioning.simulator.graph.tokens import Tokens
from provisioning.simulator.oauth import bearer
from provisioning.simulator.wire import Answer, Request

VERSION = "/v1.0"
_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false"
_DELIVERIES = {"lost_reply": "cut", "truncate": "half", "slow": "dripping"}
_GARBAGE = b"<!doctype html><title>Our services aren't available right now</title>"
MOST_KEPT = 50_000
_KINDS = {f"/{collection}/delta": kind for kind, collection in COLLECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was answered."""

    n: int
    method: str
    path: str
    status: int | None
    fault: str | None


class Service:
    """Answers every request of one tenant."""

    def __init__(self, options: Options) -> None:
        """Sow the tenant; `SettingError` when the seed does not fit."""
        self.options = options
        self.root = ""
        self.asked: deque[Asked] = deque(maxlen=MOST_KEPT)
        self.plan = Plan(options.faults)
        self.tokens = Tokens(options.clients, options.certificates, options.now)
        self.permissions = set(ALL)
        self.throttle_percentage = 0.0
        self.tenant = Tenant(options.now)
        sow(self.tenant, options.seed)
        self.deltas = Deltas(self.tenant, options.untidiness, told_deleted=True)
        self._reads = Reads(self.tenant)

    def set_faults(self, faults: Sequence[Fault]) -> None:
        """Set these faults instead of the present ones."""
        self.plan.replace(faults)

    def token_answer(self, request: Request, tenant: str) -> Answer:
        """Answer a request for a token of a tenant."""
        fault = self.plan.strike(request.method, "/oauth/token", self.options.now())
        if fault is not None and fault.kind in ("status", "timeout"):
            return self._faulty(fault, request)
        if request.method != "POST":
            return _json(405, {"error": "invalid_request"})
        if tenant != self.options.tenant:
            message = f"AADSTS90002: Tenant '{tenant}' not found."
            body = {"error": "invalid_request", "error_description": message}
            return _json(400, {**body, "error_codes": [90002]})
        with self.tenant.lock:
            status, body_ = self.tokens.answer(request.body, f"{self.root}{request.path}")
        return _json(status, body_)

    def graph_answer(self, request: Request) -> Answer:
        """Answer a request below the version, and record it."""
        path = request.path.removeprefix(VERSION)
        fault = self.plan.strike(request.method, path, self.options.now())
        if fault is not None and fault.kind in ("status", "timeout"):
            answer = self._faulty(fault, request)
        else:
            with self.tenant.lock:
                answer = _delivered(self._judged(request, path, fault), fault)
        self._record(request, answer, fault)
        return answer

    def _judged(self, request: Request, path: str, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind == "token_expiry":
            self.tokens.revoke()
        try:
            self._check(request, path)
            answer = self._found(request, path)
        except Refusal as refusal:
            answer = self._refused(refusal, request)
        answer.headers += self._headers(request)
        return answer

    def _check(self, request: Request, path: str) -> None:
        if not self.tokens.is_valid(bearer(request.headers.get("authorization", ""))):
            message = "Access token has expired or is not yet valid."
            raise Refusal(401, "InvalidAuthenticationToken", message)
        check_permission(path, self.permissions)
        if request.method != "GET":
            raise Refusal(405, "Request_BadRequest", "This directory is read by Graph only.")

    def _found(self, request: Request, path: str) -> Answer:
        options = options_of(request.query)
        if (kind := _KINDS.get(path)) is not None:
            prefer = request.headers.get("prefer", "")
            return self._delta(self.deltas.answer(kind, options, prefer), COLLECTIONS[kind])
        consistency = request.headers.get("consistencylevel", "")
        match self._reads.answer(path, options, consistency):
            case Number(value):
                return Answer(200, str(value).encode(), "text/plain")
            case Single(document, type_):
                return _json(200, {"@odata.context": self._context(type_), **document})
            case Listing() as listing:
                return self._listed(listing, path, options)
        raise bad_request(f"Resource not found for the segment '{path.rpartition('/')[2]}'.")

    def _delta(self, page: DeltaPage, collection: str) -> Answer:
        body: dict[str, object] = {
            "@odata.context": self._context(collection),
            page.link_name: f"{self.root}{VERSION}{page.link}",
            "value": page.items,
        }
        return _json(200, body)

    def _listed(self, listing: Listing, path: str, options: dict[str, str]) -> Answer:
        size = _size(options.get("$top", ""))
        token = options.get("$skiptoken", "0")
        start = int(token) if token.isdecimal() else 0
        body: dict[str, object] = {"@odata.context": self._context(listing.type)}
        if start + size < len(listing.items):
            kept = "".join(
                f"&{name}={options[name]}"
                for name in ("$select", "$top", "$filter")
                if name in options
            )
            body["@odata.nextLink"] = f"{self.root}{VERSION}{path}?$skiptoken={start + size}{kept}"
        return _json(200, {**body, "value": list(listing.items[start : start + size])})

    def _context(self, type_: str) -> str:
        return f"{self.root}{VERSION}/$metadata#{type_}"

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        sent = request.headers.get("client-request-id", "")
        headers = [("request-id", str(uuid.uuid4())), ("x-ms-resource-unit", "1")]
        if sent:
            headers.append(("client-request-id", sent))
        if self.throttle_percentage >= 0.8:
            headers.append(("x-ms-throttle-limit-percentage", str(self.throttle_percentage)))
        return headers

    def _refused(self, refusal: Refusal, request: Request) -> Answer:
        client = request.headers.get("client-request-id", "")
        date = iso(self.options.now()).removesuffix("Z")
        body = refusal.body(date, str(uuid.uuid4()), client)
        answer = _json(refusal.status, body)
        for name, value in refusal.headers:
            where = f"{self.root}{VERSION}{value}" if name == "Location" else value
            answer.headers.append((name, where))
        return answer

    def _faulty(self, fault: Fault, request: Request) -> Answer:
        """Return the answer of a request that nothing looked at."""
        if fault.kind == "timeout":
            return Answer(0, delivery="silent", seconds=fault.seconds)
        codes = {429: "TooManyRequests", 403: "Authorization_RequestDenied"}
        code = codes.get(fault.code, "UnknownError")
        after = [("Retry-After", fault.retry_after)] if fault.retry_after else []
        return self._refused(
            Refusal(fault.code, code, "This fault was asked for.", *after), request
        )

    def _record(self, request: Request, answer: Answer, fault: Fault | None) -> None:
        silent = answer.delivery in ("silent", "cut")
        with self.tenant.lock:
            number = self.asked[-1].n + 1 if self.asked else 1
            status = None if silent else answer.status
            kind = fault.kind if fault is not None else None
            self.asked.append(Asked(number, request.method, request.target, status, kind))


def _size(text: str) -> int:
    if not text:
        return 100
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        raise bad_request(f"Invalid page size specified: '{text}'. Must be between 1 and 999.")
    return int(text)


def _delivered(answer: Answer, fault: Fault | None) -> Answer:
    if fault is None:
        return answer
    if fault.kind == "garbage":
        answer.body, answer.content_type = _GARBAGE, "text/html; charset=utf-8"
    answer.delivery = _DELIVERIES.get(fault.kind, "whole")
    answer.seconds = fault.seconds
    return answer


def _json(status: int, document: object) -> Answer:
    answer = Answer(status, json.dumps(document).encode(), _JSON)
    answer.headers.append(("Cache-Control", "no-cache"))
    return answer
