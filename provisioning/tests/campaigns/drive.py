"""The instrumented process of the fuzz campaign: atheris drives, the core is watched."""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import atheris

with atheris.instrument_imports(include=["provisioning.core"]):
    from provisioning.tests.campaigns.seeds import keep_promise

SUSPECT = 0.05
"""Seconds after which an input is kept for a second look."""

SUSPECTS = 200


def main(folder: Path, options: list[str]) -> None:
    """Runs until the time is over or a promise is broken."""
    kept = 0

    def one(data: bytes) -> None:
        nonlocal kept
        started = process_time()
        keep_promise(data)
        if process_time() - started > SUSPECT and kept < SUSPECTS:
            kept += 1
            (folder / "slow" / f"{kept:03}").write_bytes(data)

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
