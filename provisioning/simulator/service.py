"""The front door: pages and control, tokens, and for SCIM the gateway with its order of checks.

Fault and latency first, then token (401), rate (429), permission (403), then `scim.py`.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Sequence
from urllib.parse import parse_qs

from provisioning.simulator.calls import Call
from provisioning.simulator.faults import Fault, Plan
from provisioning.simulator.oauth import Tokens, bearer
from provisioning.simulator.options import Options
from provisioning.simulator.organisation import Organisation
from provisioning.simulator.permissions import check_permission
from provisioning.simulator.quota import Quota
from provisioning.simulator.record import Record, Recorder
from provisioning.simulator.refusals import Refusal, gateway
from provisioning.simulator.routes import Route, find_route
from provisioning.simulator.scim import Scim
from provisioning.simulator.wire import Answer, Request

_NO_CACHE = ("Cache-Control", "no-cache, no-store, must-revalidate")
_DELIVERIES = {"lost_reply": "cut", "truncate": "half", "slow": "dripping"}
_GARBAGE = b"<!doctype html><title>Sign in</title><p>This is not the answer you were looking for."


class Service:
    """Answers every request of one simulator."""

    def __init__(self, options: Options, stopping: threading.Event) -> None:
        """Build the organisation and the gateway before it."""
        self.options = options
        self.personality = options.personality
        self.organisation = Organisation(options)
        self.recorder = Recorder(options.record)
        self.plan = Plan(options.faults, self.personality.number("random_errors"))
        lifetime = self.personality.number("token_lifetime")
        self.tokens = Tokens(options.token, options.clients, lifetime)
        self.quota = Quota(options.allowance, self.personality.number("window"))
        self.root = ""
        self._scim = Scim(self.organisation)
        self._stopping = stopping
        self._lock = self.organisation.store.lock
        self.set_faults(options.faults)

    def set_faults(self, faults: Sequence[Fault]) -> None:
        """Set the faults anew; a token that one of them expired is valid again."""
        self.plan.replace(faults)
        lags = self.plan.longest_lag() > 0 or self.personality.number("filter_lag") > 0
        self.organisation.store.remember_recent = lags
        self.tokens.renew()

    def reset(self) -> None:
        """Go back to the start: seed, faults as given, no records, full allowance."""
        with self._lock:
            self.organisation.reset()
            self.recorder.clear()
            self.quota.clear()
            self.set_faults(self.options.faults)

    def close(self) -> None:
        """Write what is kept and close the files."""
        self.organisation.close()
        self.recorder.close()

    def token_answer(self, request: Request) -> Answer:
        """Answer a request for a token."""
        fault = self._struck(request)
        if fault is not None and fault.kind in ("status", "timeout"):
            return self._faulty(fault, "")
        if request.method != "POST":
            return _plain(405, {"error": "invalid_request"})
        with self._lock:
            status, body = self.tokens.answer(
                request.headers.get("authorization", ""), request.body, self.options.now()
            )
        answer = _plain(status, body)
        if status == 401:
            answer.headers.append(("WWW-Authenticate", "Basic"))
        return self._delivered(answer, fault)

    def scim_answer(self, request: Request) -> Answer | None:
        """Answer a SCIM request, and record it; None when the path is not SCIM."""
        route = find_route(request.path, self.personality)
        if route is None:
            return None
        correlation_id = str(uuid.uuid4())
        fault = self._struck(request)
        if fault is not None and fault.kind in ("status", "timeout"):
            answer = self._faulty(fault, correlation_id)
            self._record(request, answer, fault)
            return answer
        with self._lock:
            answer = self._gateway(request, route, fault, correlation_id)
            answer = self._delivered(answer, fault)
            self._record(request, answer, fault)
        return answer

    def _struck(self, request: Request) -> Fault | None:
        fault = self.plan.strike(request.method, request.path, self.options.now())
        if self.options.latency:
            self._stopping.wait(self.options.latency)
        return fault

    def _gateway(
        self, request: Request, route: Route, fault: Fault | None, correlation_id: str
    ) -> Answer:
        token = bearer(request.headers.get("authorization", ""))
        now = self.options.now()
        if fault is not None and fault.kind == "token_expiry":
            self.tokens.expire(token, now, fault.seconds)
        headers = [("ININ-Correlation-Id", correlation_id), _NO_CACHE]
        try:
            self._check_token(token, now)
            allowance = self.quota.count(token, now)
            if allowance is not None:
                headers += allowance.headers()
                if allowance.exceeded:
                    raise _too_many(allowance.reset)
            check_permission(self.personality, route.kind, request.method)
            answer = self._scim.answer(self._call(request, route, fault))
        except Refusal as refusal:
            answer = self._refused(refusal, correlation_id)
        answer.headers += headers
        return answer

    def _check_token(self, token: str, now: float) -> None:
        if not self.tokens.is_valid(token, now):
            detail = "Invalid login credentials." if token else "No authentication bearer token."
            raise gateway(401, detail, ("WWW-Authenticate", "Bearer"))

    def _call(self, request: Request, route: Route, fault: Fault | None) -> Call:
        parsed = parse_qs(request.query, keep_blank_values=True) if request.query else {}
        parameters = {name: values[0] for name, values in parsed.items()}
        base = route.family if self.personality.genesys else f"{self.root}{route.family}"
        return Call(request.method, route, parameters, request.headers, request.body, base, fault)

    def _refused(self, refusal: Refusal, correlation_id: str) -> Answer:
        genesys = self.personality.genesys
        body = json.dumps(refusal.body(correlation_id, genesys)).encode()
        plain = refusal.platform and genesys
        content_type = "application/json" if plain else "application/scim+json"
        return Answer(refusal.status, body, content_type, list(refusal.headers))

    def _faulty(self, fault: Fault, correlation_id: str) -> Answer:
        """Return the answer of a request that nothing looked at."""
        if fault.kind == "timeout":
            return Answer(0, delivery="silent", seconds=fault.seconds)
        refusal = gateway(fault.code, "This fault was asked for.")
        if fault.retry_after:
            refusal = gateway(fault.code, refusal.detail, ("Retry-After", fault.retry_after))
        answer = self._refused(refusal, correlation_id)
        answer.headers += [("ININ-Correlation-Id", correlation_id), _NO_CACHE]
        return answer

    def _delivered(self, answer: Answer, fault: Fault | None) -> Answer:
        if fault is None:
            return answer
        if fault.kind == "garbage":
            answer.body, answer.content_type = _GARBAGE, "text/html; charset=utf-8"
            answer.status = 200 if answer.status == 204 else answer.status
        answer.delivery = _DELIVERIES.get(fault.kind, "whole")
        answer.seconds = fault.seconds
        return answer

    def _record(self, request: Request, answer: Answer, fault: Fault | None) -> None:
        with self._lock:
            silent = answer.delivery in ("silent", "cut")
            record = Record(
                n=self.recorder.number(),
                at=self.options.now(),
                method=request.method,
                path=request.target,
                status=None if silent else answer.status,
                body=request.body,
                response=b"" if silent else answer.body,
                fault=fault.kind if fault is not None else None,
                changes=self.organisation.take_changes(),
            )
            self.recorder.add(record)


def _too_many(seconds: int) -> Refusal:
    return gateway(
        429,
        f"Rate limit exceeded the maximum. Retry the request in {seconds} seconds.",
        ("Retry-After", str(seconds)),
    )


def _plain(status: int, body: dict[str, object]) -> Answer:
    answer = Answer(status, json.dumps(body).encode(), "application/json")
    answer.headers += [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
    return answer
