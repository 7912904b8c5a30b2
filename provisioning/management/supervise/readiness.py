"""Waits until everything answers, then says where; names what is missing if that takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import requests

from provisioning.management.supervise.first_start import SignIn
from provisioning.management.supervise.foreground import tell

_PATIENCE = 90.0
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a person reads when all is ready."""

    address: str
    simulator: str
    data: Path
    sign_in: SignIn | None

    def text(self) -> str:
        lines = ["", "Rollcall is ready.", "", f"  Address    {self.address}", *self._sign_in()]
        lines += [
            f"  Simulator  {self.simulator}",
            f"             Tenant URL {self.simulator}/api/v2/scim/v2",
            f"             token in {self.data / 'simulator-token'}",
            f"  Logs       {self.data / 'log'}",
            "",
            "Ctrl-C stops all of it.",
        ]
        return "\n".join(lines)

    def _sign_in(self) -> list[str]:
        if self.sign_in is None:
            return []
        return [
            f"  Sign-in    {self.sign_in.user} / {self.sign_in.password}",
            f"             kept in {self.data / 'first-sign-in.json'}",
        ]


def announce(announcement: Announcement, web: str, stopping: Event) -> None:
    """Says once that all is ready, or after 90 s what is not, and goes on waiting."""
    patience_ends = monotonic() + _PATIENCE
    complained = False
    while not stopping.wait(_PAUSE):
        missing = _missing(web, announcement.simulator)
        if not missing:
            tell(announcement.text())
            return
        if not complained and monotonic() > patience_ends:
            complained = True
            tell(f"Not ready yet: {missing}. The logs are in {announcement.data / 'log'}.")


def _missing(web: str, simulator: str) -> str:
    problem = _answer(f"{web}/readyz", "web")
    return problem or _answer(f"{simulator}/", "simulator")


def _answer(url: str, name: str) -> str:
    """Empty when it answers 200, else what is missing."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(url, timeout=5, allow_redirects=False)
        except requests.RequestException:
            return f"{name} does not answer at {url}"
    return "" if answer.ok else answer.text.strip()[:200]
