"""Content synchronisation (RFC 4533), refresh only: what changed since a cookie, or everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import ldap
from ldap.syncrepl import SyncDoneControl, SyncInfoMessage, SyncRequestControl, SyncStateControl

from provisioning.sources.ldap.connection import TIMEOUT, Connection, Entry, entry_of
from provisioning.sources.ldap.failures import told


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that is new or different."""

    uuid: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Entries that are there as before."""

    uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Entries that are gone, or fit the filter no more."""

    uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The end. Unless `announced`, everybody who was not named is gone. Without a `cookie` nothing
    changed and the old one goes on.
    """

    cookie: str
    announced: bool


class CannotSynchronise(Exception):
    """The server knows the control but not for this database, this account or so many entries."""


Event: TypeAlias = Changed | Unchanged | Deleted | Done


def synchronise(  # noqa: PLR0913  the parameters of a search
    connection: Connection,
    base: str,
    query: str,
    attributes: Sequence[str],
    cookie: str,
    *,
    alone: bool = False,
) -> Iterator[Event]:
    """What changed since `cookie`; with an empty one everything, or of `base` `alone`. Raises
    `CursorExpired` when the server forgot the cookie, and `CannotSynchronise` when it does not do
    this for us.
    """
    handle = connection.handle
    control = SyncRequestControl(cookie=cookie or None)
    state = _State()
    with told(connection.place), _refusals():
        scope = ldap.SCOPE_BASE if alone else ldap.SCOPE_SUBTREE
        number = handle.search_ext(base, scope, query, list(attributes), serverctrls=[control])
    while not state.over:
        with told(connection.place), _refusals():
            kind, data, _number, controls, _name, _value = handle.result4(
                number, all=0, timeout=TIMEOUT, add_ctrls=1, add_intermediates=1
            )
        if kind == ldap.RES_SEARCH_ENTRY:
            yield from _entry_events(data)
        elif kind == ldap.RES_INTERMEDIATE:
            yield from state.informed(data)
        elif kind == ldap.RES_SEARCH_RESULT:
            yield state.done(controls)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (
        ldap.UNAVAILABLE_CRITICAL_EXTENSION,
        ldap.UNWILLING_TO_PERFORM,
        ldap.INSUFFICIENT_ACCESS,
        ldap.SIZELIMIT_EXCEEDED,
        ldap.ADMINLIMIT_EXCEEDED,
    ):
        raise CannotSynchronise from None


class _State:
    """What a refresh has told about itself."""

    def __init__(self) -> None:
        self.over = False
        self._cookie = ""
        # A refresh with a phase of presence names who stays; one without names who goes.
        self._present_phase = False

    def informed(self, messages: list[tuple[str, bytes, Any]]) -> Iterator[Event]:
        for name, value, _controls in messages:
            if name != SyncInfoMessage.responseName:
                continue
            told_so = SyncInfoMessage(value)
            for one in (told_so.refreshDelete, told_so.refreshPresent, told_so.syncIdSet):
                self._cookie = (one or {}).get("cookie") or self._cookie
            self._cookie = told_so.newcookie or self._cookie
            self._present_phase = self._present_phase or told_so.refreshPresent is not None
            if told_so.syncIdSet is not None:
                yield self._set(told_so.syncIdSet)

    def done(self, controls: list[Any]) -> Done:
        """Absence means something only when the server says so: an answer without a word about it
        comes when nothing has changed.
        """
        self.over = True
        announced = True
        for one in controls:
            if isinstance(one, SyncDoneControl):
                self._cookie = one.cookie or self._cookie
                announced = bool(one.refreshDeletes) and not self._present_phase
        return Done(self._cookie, announced)

    def _set(self, ids: dict[str, Any]) -> Event:
        uuids = tuple(ids.get("syncUUIDs") or ())
        return Deleted(uuids) if ids.get("refreshDeletes") else Unchanged(uuids)


def _entry_events(data: list[tuple[str, dict[str, list[bytes]], list[Any]]]) -> Iterator[Event]:
    for dn, values, controls in data:
        for one in controls:
            if not isinstance(one, SyncStateControl):
                continue
            if one.state == "delete":
                yield Deleted((one.entryUUID,))
            elif one.state == "present":
                yield Unchanged((one.entryUUID,))
            else:
                yield Changed(one.entryUUID, entry_of(dn, values))
