"""Worlds by seed: `python -m provisioning.tests.campaigns.simulate --seeds 0-999 --processes 2`.

Every seed that fails is printed with the commit, what it broke and what happened in its world;
`--seed N` runs one again. Hashes are seeded too, so that a seed is the same everywhere.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[3]


def main(arguments: Sequence[str]) -> int:
    """0 when every seed kept every promise; `--minutes` ends a campaign early, and says where."""
    given = _parser().parse_args(arguments)
    seeds = [given.seed] if given.seed is not None else _range(given.seeds)
    ends = monotonic() + given.minutes * 60 if given.minutes else float("inf")
    began, passed, failed = monotonic(), 0, []
    for seed, told in _verdicts(seeds, given.processes):
        if told:
            failed.append(seed)
            print(f"== commit {_commit()}\n{told}", flush=True)
        else:
            passed += 1
        if (passed + len(failed)) % 25 == 0:
            print(f"… {passed} passed, {len(failed)} failed", flush=True)
        if monotonic() > ends:
            break
    seconds = monotonic() - began
    print(
        f"{passed} seeds passed, {len(failed)} failed, at commit {_commit()},"
        f" {seconds / max(1, passed + len(failed)):.2f} s a seed",
        flush=True,
    )
    if failed:
        print(f"failed: {' '.join(map(str, failed))}")
    return 1 if failed else 0


def _verdicts(seeds: Sequence[int], processes: int) -> Iterator[tuple[int, str]]:
    if processes == 1:
        yield from map(_verdict, seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(_verdict, seeds, chunksize=5)
        finally:
            pool.shutdown(cancel_futures=True)


def _verdict(seed: int) -> tuple[int, str]:
    """The seed, and what there is to tell of it; nothing when it kept every promise."""
    _django()
    from provisioning.tests.simulation.seeds import run_seed

    verdict = run_seed(seed)
    return seed, str(verdict) if verdict.breaches else ""


@cache
def _django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "provisioning.tests.settings"
    import django

    django.setup()


@cache
def _commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"


def _range(text: str) -> Sequence[int]:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="one seed again")
    parser.add_argument("--seeds", default="0-999", help="from-to, both included")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="end after so many minutes")
    return parser


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        again = [sys.executable, "-m", __spec__.name, *sys.argv[1:]]
        os.execv(sys.executable, again)  # noqa: S606  this very command
    sys.exit(main(sys.argv[1:]))
