"""Every option of the simulator as one value, with the defaults of `--help`."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from provisioning.simulator.faults import Fault, parse_fault
from provisioning.simulator.personality import Personality, parse_personality
from provisioning.simulator.seed import Seed, read_seed, seed_of
from provisioning.simulator.settings_error import SettingError

DEFAULT_PORT = 9400
HIGHEST_PORT = 65_535


class StartOptions(TypedDict, total=False):
    """What a simulator is asked for: the options of the command as texts, and a clock."""

    port: int
    personality: str
    seed: str | Path | Mapping[str, object] | None
    groups: Sequence[str]
    state: str | Path | None
    token: str | None
    clients: Sequence[str]
    quota: int | None
    latency: float
    faults: Sequence[str]
    record: str | Path | None
    now: Callable[[], float]


@dataclass(frozen=True)
class Options:
    """What a simulator is started with; port 0 takes a free one."""

    personality: Personality
    token: str
    port: int = 0
    seed: Seed = field(default_factory=Seed)
    groups: Sequence[str] = ()
    state: Path | None = None
    clients: Mapping[str, str] = field(default_factory=dict)
    quota: int | None = None
    latency: float = 0.0
    faults: Sequence[Fault] = ()
    record: Path | None = None
    now: Callable[[], float] = time.time

    @property
    def allowance(self) -> int:
        """Return how many requests a window allows; 0 is no limit."""
        if self.quota is not None:
            return self.quota
        return int(self.personality.number("allowance"))


def make_options(given: StartOptions) -> Options:
    """Return the options that these texts mean; `SettingError` says what is wrong with one."""
    port, quota, latency = given.get("port", 0), given.get("quota"), given.get("latency", 0)
    _check_number("--quota", quota or 0)
    _check_number("--latency", latency)
    if not 0 <= port <= HIGHEST_PORT:
        raise SettingError(f"{port} is not a port.", path="--port", advice="Use 0 to 65535.")
    return Options(
        personality=parse_personality(given.get("personality", "genesys")),
        token=_token(given.get("token")),
        port=port,
        seed=_seed(given.get("seed")),
        groups=tuple(given.get("groups", ())),
        state=_file(given.get("state")),
        clients=dict(_client(text) for text in given.get("clients", ())),
        quota=quota,
        latency=latency / 1000,
        faults=[parse_fault(text) for text in given.get("faults", ())],
        record=_file(given.get("record")),
        now=given.get("now", time.time),
    )


def default_port() -> int:
    """Return SIMULATOR_PORT, else 9400."""
    given = os.environ.get("SIMULATOR_PORT", "").strip()
    if not given:
        return DEFAULT_PORT
    if not given.isdecimal():
        raise SettingError(
            f"SIMULATOR_PORT is “{given}”, which is not a port.",
            path="SIMULATOR_PORT",
            advice="Set it to a number such as 9400, or unset it.",
        )
    return int(given)


def _seed(seed: str | Path | Mapping[str, object] | None) -> Seed:
    if seed is None:
        return Seed()
    return read_seed(Path(seed)) if isinstance(seed, str | Path) else seed_of(dict(seed))


def _file(path: str | Path | None) -> Path | None:
    return Path(path) if path else None


def _token(token: str | None) -> str:
    if token is None:
        return secrets.token_urlsafe(24)
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise SettingError(
            "The token is empty, or has spaces or characters that a header cannot carry.",
            path="--token",
            advice="Use letters, digits and punctuation only.",
        )
    return token


def _client(text: str) -> tuple[str, str]:
    identifier, _, secret = text.partition(":")
    if not identifier or not secret:
        raise SettingError(
            "A client needs an id and a secret.", path="--client", advice="Write ID:SECRET."
        )
    return identifier, secret


def _check_number(path: str, value: float) -> None:
    if value < 0:
        raise SettingError(f"{path} cannot be {value}.", path=path, advice="Use 0 or more.")
