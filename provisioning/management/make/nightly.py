"""`make nightly`: what takes too long for every change, each part with a verdict in the last lines.

The core is covered to the last branch by its own tests; no text breaks a promise in so many seconds
(600, or `SECONDS=60`); no change of the core goes unheard but those that are justified; no seed
(20,000, or `SEEDS=500`) and no story breaks a promise of the engine; every sabotage is caught; a
cycle that is killed at any point, and a command behind any of 50 requests, is finished well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from provisioning.management.make.setup import PYTHON, ROOT, SetupError, install

LONG = 600
"""Seconds of hostile texts when nothing else is said."""

SEEDS = 20_000
"""Simulated worlds when nothing else is said."""

COVERED = "provisioning/core"
TESTS = "provisioning/tests/core"
STORIES = "provisioning/tests/simulation/test_state_machine.py"
CAMPAIGNS = "provisioning.tests.campaigns"
DEATHS = (
    "provisioning/tests/engine/test_crash_points.py",
    "provisioning/tests/processes/test_deaths.py",
)
EVERYWHERE = {"ROLLCALL_CRASH_STEP": "1", "ROLLCALL_CRASH_POINTS": "50"}


def main(arguments: list[str]) -> int:
    """0 when every part held; one that cannot run here is named, and is a failure in CI."""
    seconds = int(arguments[0]) if arguments else LONG
    folder = Path(os.environ.get("ROLLCALL_DATA") or ROOT / "var") / "nightly"
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = {
        "covered": _covered(folder),
        "fuzzed": _fuzzed(seconds, folder),
        "mutated": _verdict([f"{CAMPAIGNS}.mutate"]),
        "simulated": _simulated(int(os.environ.get("SEEDS") or SEEDS)),
        "told": _verdict(["pytest", STORIES], STORIES="2000"),
        "sabotaged": _verdict([f"{CAMPAIGNS}.sabotage"]),
        "killed": _verdict(["pytest", "-s", *DEATHS], **EVERYWHERE),
        "workers killed": _verdict([f"{CAMPAIGNS}.kill_workers"]),
    }
    for part, verdict in verdicts.items():
        print(f"make nightly: {part}: {verdict}")
    bad = {"failed", "not run"} if os.environ.get("CI") else {"failed"}
    return 1 if bad & {verdict.partition(".")[0] for verdict in verdicts.values()} else 0


def _covered(folder: Path) -> str:
    """Whether the core's own tests reach every line and every branch of it."""
    data = f"--data-file={folder / 'coverage'}"
    measured = ["coverage", "run", data, "--branch", f"--source={COVERED}", "-m", "pytest", TESTS]
    if (verdict := _verdict(measured)) != "ok":
        return verdict
    return _verdict(["coverage", "report", data, "-m", "--skip-covered", "--fail-under=100"])


def _fuzzed(seconds: int, folder: Path) -> str:
    """Whether every promise held; what broke one is kept below `folder`."""
    try:
        install("requirements-nightly.txt")
    except SetupError as error:
        return f"not run. {error}"
    return _verdict([f"{CAMPAIGNS}.fuzz", str(seconds), str(folder)])


def _simulated(seeds: int) -> str:
    """Whether every world of so many seeds kept every promise; the others are printed."""
    processes = str(os.cpu_count() or 1)
    chosen = ["--seeds", f"0-{seeds - 1}", "--processes", processes]
    return _verdict([f"{CAMPAIGNS}.simulate", *chosen])


def _verdict(module: list[str], **environment: str) -> str:
    done = subprocess.run(  # noqa: S603  a list of ours
        [str(PYTHON), "-m", *module], cwd=ROOT, env={**os.environ, **environment}
    )
    return "failed" if done.returncode else "ok"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
