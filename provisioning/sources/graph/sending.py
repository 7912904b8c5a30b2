"""What the source needs of the network: the engine hands over the one door (docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Reply(Protocol):
    """An answer; header names are in lower case."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...


class Send(Protocol):
    """Sends one request and returns its answer, whatever the status; else a ProvisioningError."""

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply: ...
