"""The addresses below `/_sim`: what the simulator holds, what it was asked, faults, reset.

For programs on this machine only. A web page elsewhere cannot use them through a browser: a
foreign Host (DNS rebinding) and a foreign Origin are refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from provisioning.simulator.faults import Fault, parse_fault
from provisioning.simulator.service import Service
from provisioning.simulator.settings_error import SettingError
from provisioning.simulator.wire import Answer, Request

PREFIX = "/_sim"
Verb = TypeVar("Verb")
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


class Control:
    """Answers the control addresses of one service."""

    def __init__(self, service: Service) -> None:
        """Name the addresses."""
        self._service = service
        self._verbs: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/state"): self._state,
            ("GET", "/requests"): self._requests,
            ("GET", "/faults"): self._faults,
            ("PUT", "/faults"): self._set_faults,
            ("POST", "/reset"): self._reset,
        }

    def answer(self, request: Request) -> Answer:
        """Return the answer to a control request."""
        verb = asked_verb(request, self._verbs)
        return verb if isinstance(verb, Answer) else verb(request)

    def _state(self, _: Request) -> Answer:
        return json_answer(200, self._service.organisation.document())

    def _requests(self, _: Request) -> Answer:
        return json_answer(200, list(self._service.recorder.documents()))

    def _faults(self, _: Request) -> Answer:
        return json_answer(200, [fault.text for fault in self._service.plan.faults])

    def _set_faults(self, request: Request) -> Answer:
        try:
            faults = read_faults(json.loads(request.body or b"[]"))
        except SettingError as problem:
            return json_answer(400, {"message": problem.message, "advice": problem.advice})
        except (ValueError, RecursionError):
            return json_answer(
                400, {"message": "The body is not JSON.", "advice": 'Send ["SPEC", …].'}
            )
        self._service.set_faults(faults)
        return self._faults(request)

    def _reset(self, _: Request) -> Answer:
        self._service.reset()
        return Answer(204, content_type="")


def read_faults(content: object) -> list[Fault]:
    """Return the faults in a list of SPEC texts, or of objects `{kind, key: value, …}`."""
    if isinstance(content, dict):
        content = content.get("faults")
    if not isinstance(content, list):
        raise SettingError("The faults are not a list.", path="faults", advice='Send ["SPEC", …].')
    return [parse_fault(_spec(item)) for item in content]


def _spec(item: object) -> str:
    if isinstance(item, dict):
        keys = ",".join(f"{key}={value}" for key, value in item.items() if key != "kind")
        return f"{item.get('kind', '')}:{keys}"
    return str(item)


def asked_verb(request: Request, verbs: Mapping[tuple[str, str], Verb]) -> Verb | Answer:
    """Return what a control request asks for, of `{(method, path below the prefix): verb}`, or the
    answer that refuses it.
    """
    if not is_local(request):
        return json_answer(403, {"message": "The control addresses are for this machine only."})
    # `control_url` already ends in /_sim; joining the documented address to it works too.
    path = request.path.removeprefix(PREFIX).removeprefix(PREFIX).rstrip("/")
    if (verb := verbs.get((request.method, path))) is not None:
        return verb
    known = ", ".join(f"{method} {PREFIX}{name}" for method, name in verbs)
    return json_answer(404, {"message": f"Known are: {known}."})


def is_local(request: Request) -> bool:
    """Tell whether a request comes from this machine, and not from a page of another site."""
    if request.peer not in ("127.0.0.1", "::1"):
        return False
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    origin = request.headers.get("origin")
    own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    return host in _LOOPBACK_NAMES and own


def json_answer(status: int, document: object) -> Answer:
    """Return an answer that is this document."""
    return Answer(status, json.dumps(document).encode(), "application/json")
