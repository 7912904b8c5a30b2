"""Every option of the directory as one value, with the defaults of `--help`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from provisioning.simulator.faults import Fault, parse_fault
from provisioning.simulator.graph.pages import Untidiness
from provisioning.simulator.graph.seed import read_seed
from provisioning.simulator.settings_error import SettingError

DEFAULT_PORT = 9500
TENANT = "7d0c7f4e-3f0a-4f8e-9d57-2b1f6f1c9a10"
CLIENT = "rollcall"
SECRET = "rollcall-secret"  # noqa: S105  of a directory that plays
HIGHEST_PORT = 65_535


class GraphOptions(TypedDict, total=False):
    """What a directory is asked for: the options of the command as texts, and a clock."""

    port: int
    tenant: str
    seed: str | Path | Mapping[str, object] | None
    clients: Sequence[str]
    certificates: Sequence[str]
    page_size: int
    members_per_item: int
    untidy: bool
    faults: Sequence[str]
    now: Callable[[], float]


@dataclass(frozen=True)
class Options:
    """What a directory is started with; port 0 takes a free one."""

    port: int = 0
    tenant: str = TENANT
    seed: Mapping[str, object] = field(default_factory=dict)
    clients: Mapping[str, str] = field(default_factory=dict)
    certificates: Mapping[str, Sequence[str]] = field(default_factory=dict)
    untidiness: Untidiness = field(default_factory=Untidiness)
    faults: Sequence[Fault] = ()
    now: Callable[[], float] = time.time


def make_options(given: GraphOptions) -> Options:
    """Return the options that these texts mean; `SettingError` says what is wrong with one."""
    port = given.get("port", 0)
    if not 0 <= port <= HIGHEST_PORT:
        raise SettingError(f"{port} is not a port.", path="--port", advice="Use 0 to 65535.")
    return Options(
        port=port,
        tenant=given.get("tenant", TENANT),
        seed=_seed(given.get("seed")),
        clients=dict(_client(text) for text in given.get("clients") or [f"{CLIENT}:{SECRET}"]),
        certificates=_certificates(given.get("certificates", ())),
        untidiness=_untidiness(given),
        faults=[parse_fault(text) for text in given.get("faults", ())],
        now=given.get("now", time.time),
    )


def _untidiness(given: GraphOptions) -> Untidiness:
    sizes = (given.get("page_size", 100), given.get("members_per_item", 100))
    for path, size in zip(("--page-size", "--members-per-item"), sizes, strict=True):
        if size < 1:
            raise SettingError(f"{path} cannot be {size}.", path=path, advice="Use 1 or more.")
    if not given.get("untidy", False):
        return Untidiness(*sizes)
    return Untidiness(*sizes, shuffled=True, repeated=0.2, split=0.3, empty_pages=True)


def _seed(seed: str | Path | Mapping[str, object] | None) -> Mapping[str, object]:
    if seed is None:
        return {}
    return read_seed(Path(seed)) if isinstance(seed, str | Path) else seed


def _client(text: str) -> tuple[str, str]:
    identifier, _, secret = text.partition(":")
    if not identifier or not secret:
        raise SettingError(
            "A client needs an id and a secret.", path="--client", advice="Write ID:SECRET."
        )
    return identifier, secret


def _certificates(texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        client, _, file = text.partition(":")
        try:
            found.setdefault(client, []).append(Path(file).read_text(encoding="ascii"))
        except (OSError, ValueError):
            raise SettingError(
                f"The certificate in “{file}” cannot be read.",
                path="--certificate",
                advice="Write CLIENT:FILE; the file is PEM.",
            ) from None
    return found
