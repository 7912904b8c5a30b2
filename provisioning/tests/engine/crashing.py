"""A process that dies behind its i-th commit or network call, in one process.

`Death` is an exception that nothing catches. Once it struck, nothing else is committed or sent:
the threads of a dead process do not live on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.transaction import Atomic

from provisioning.scim.session import Door

CHANGES = ("INSERT", "UPDATE", "DELETE")


class Death(BaseException):
    """The process is gone; not an `Exception`, so that nobody handles it."""


class Mortal:
    """Counts the points at which a process may die, and dies at one of them.

    Points lie behind each commit and behind each request; to die before one is to die behind the
    one before it.
    """

    def __init__(self, dies_at: int | None = None) -> None:
        self.points: list[str] = []
        self._dies_at = dies_at
        self._dead = False
        self._lock = Lock()
        self._depth = 0

    def point(self, name: str) -> None:
        """Raise `Death` if this is the one, or if it happened already."""
        with self._lock:
            if not self._dead:
                self.points.append(name)
                self._dead = len(self.points) == self._dies_at
            if self._dead:
                raise Death(name)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Commits and network calls inside are points."""
        self._depth = len(connection.atomic_blocks)
        with ExitStack() as stack:
            stack.enter_context(patch.object(Atomic, "__exit__", self._leaving(Atomic.__exit__)))
            stack.enter_context(patch.object(Door, "send", self._sending(Door.send)))
            stack.enter_context(connection.execute_wrapper(self._statement))
            yield

    def _leaving(self, leave: Callable[..., Any]) -> Callable[..., Any]:
        def exit_(atomic: Atomic, kind: Any, error: Any, trace: Any) -> Any:
            outermost = len(connection.atomic_blocks) == self._depth + 1
            if kind is not None or not outermost:
                return leave(atomic, kind, error, trace)
            if self._dead:
                death = Death("nothing is committed after death")
                leave(atomic, Death, death, None)
                raise death
            result = leave(atomic, None, None, None)
            self.point("commit")
            return result

        return exit_

    def _sending(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def sending(door: Door, call: Any) -> Any:
            if self._dead:
                raise Death("nothing is sent after death")
            try:
                reply = send(door, call)
            except Exception:
                self.point(f"{call.method} without an answer")
                raise
            self.point(call.method)
            return reply

        return sending

    def _statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """A change outside a transaction is a commit of its own."""
        alone = len(connection.atomic_blocks) == self._depth and sql.startswith(CHANGES)
        if not alone:
            return execute(sql, params, many, context)
        if self._dead:
            raise Death("nothing is written after death")
        result = execute(sql, params, many, context)
        self.point("change")
        return result
