"""Opens the sources whose files arrive by themselves: below ROLLCALL_DATA, or by the one door."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from provisioning.engine.configuration.credentials import allowed_networks
from provisioning.engine.importing.report import ImportReport
from provisioning.scim.secret import MaskedText
from provisioning.scim.session import Call, Door, Limits, Reply
from provisioning.scim.tenant_url import check_tenant_url
from provisioning.sources.deliveries.address import FetchedFiles
from provisioning.sources.deliveries.folder import WatchedFolder
from provisioning.sources.deliveries.forms import addresses_of
from provisioning.sources.deliveries.settings import read_file_settings

MOST_BYTES = 64 * 1024 * 1024
SECONDS = 300.0
_TOLD = 1000


def open_folder(said: Mapping[str, str], memory: Mapping[str, Any], now: datetime) -> WatchedFolder:
    """The folder below `inbox`; nothing is looked at yet."""
    folder = Path(settings.ROLLCALL_DATA) / "inbox" / said["folder"].strip()
    return WatchedFolder(folder, read_file_settings(said), memory, now)


def open_addresses(
    said: Mapping[str, str], secret: Callable[[], str], memory: Mapping[str, Any]
) -> FetchedFiles:
    """The addresses; nothing is sent yet. Raises `ConfigurationError` for one that no request may
    reach.
    """
    networks = allowed_networks()
    addresses = addresses_of(said)
    for url in addresses.urls.values():
        check_tenant_url(url.partition("?")[0].rstrip("/").rpartition("/")[0], networks)
    door = Door(networks, limits=Limits(total=SECONDS, body=MOST_BYTES))

    def ask(url: str, headers: Mapping[str, str]) -> Reply:
        return door.send(Call("GET", url, {**headers, **_authorization(secret())}))

    return FetchedFiles(addresses, ask, read_file_settings(said), memory)


def told(report: ImportReport) -> list[str]:
    """What the log beside a file says of its import."""
    parts = (("people", report.users), ("groups", report.groups), ("members", report.memberships))
    lines = [
        f"{name}: {one.added} new, {one.changed} changed, {one.removed} removed,"
        f" {one.unchanged} unchanged"
        for name, one in parts
    ]
    found = [*report.rejected, *report.warnings]
    return lines + [f"{one.file}:{one.line or '-'}: {one.reason}" for one in found[:_TOLD]]


def _authorization(secret: str) -> dict[str, str]:
    """As a bearer, or with a name as HTTP Basic."""
    if not secret:
        return {}
    if ":" in secret:
        return {"Authorization": MaskedText(f"Basic {base64.b64encode(secret.encode()).decode()}")}
    return {"Authorization": MaskedText(f"Bearer {secret}")}
