"""The exchanges of a log entry keep the Authorization header."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from provisioning.scim import exchange
from provisioning.tests.simulation.sabotages import instead


def sabotage() -> AbstractContextManager[Any]:
    stack = ExitStack()
    kept = frozenset({*exchange.KEPT_HEADERS, "authorization"})
    stack.enter_context(instead(exchange, "KEPT_HEADERS", kept))
    stack.enter_context(instead(exchange, "redacted_text", lambda text, secrets: text))
    return stack
