"""One governor per quota: which ledger an application's requests are counted in, and what it says.

A target counts by credential, so two applications with the same token at the same host share one.
The credential stands in the ledger's name as a keyed hash only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.utils.crypto import salted_hmac

from provisioning.engine.broker import broker_client
from provisioning.engine.shared_ledger import PATIENCE, SharedLedger
from provisioning.models import Connection
from provisioning.scim.governor import Governor
from provisioning.scim.secret import Secret
from provisioning.scim.store import InProcess, Store

TENDS = 2.0
"""Seconds between renewals of what a process holds: two may fail before its lease is over."""

_stores: dict[tuple[str, Callable[[], float]], Store] = {}
_opening = threading.Lock()


def quota_key(host: str, connection: Connection, secret: Secret) -> str:
    """The name of the quota of this credential at this host; nobody can read the credential."""
    parts = (host, connection.auth, connection.token_url, connection.client_id, secret.reveal())
    return salted_hmac("rollcall.quota", "\x00".join(parts), algorithm="sha256").hexdigest()


def ledger_of(key: str, clock: Callable[[], float]) -> Store:
    """The ledger that this process uses for a quota, one for all its governors."""
    with _opening:
        if (key, clock) not in _stores:
            _stores[key, clock] = _open_ledger(key, clock)
        return _stores[key, clock]


def _open_ledger(key: str, clock: Callable[[], float]) -> Store:
    try:
        client = broker_client(settings.CELERY_BROKER_URL, seconds=PATIENCE)
    except ValueError:  # a broker of another kind keeps nothing for us
        return InProcess(clock)
    return SharedLedger(client, key, clock)


class Keeper:
    """Renews beside the work what a governor holds: one request may take longer than a lease."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="governor", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Renew nothing more, and leave what is held to others."""
        self._ended.set()
        self._thread.join()
        self._governor.close()

    def _run(self) -> None:
        while not self._ended.wait(TENDS):
            self._governor.tend()
