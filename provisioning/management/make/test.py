"""`make test`: the suite on SQLite, what touches tables again on PostgreSQL, then a real browser.

A server is installed where that is allowed. A ring that cannot run here is named in the last
lines; where `CI` is set it is a failure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass

from provisioning.management.make.servers import missing_servers
from provisioning.management.make.setup import PYTHON, ROOT

PROCESSES = "provisioning/tests/processes"
"""Minutes of real processes: run once, on the database of production where there is one."""
ON_POSTGRESQL = [
    *("provisioning/tests/engine", "provisioning/tests/sources", "console/tests"),
    PROCESSES,
]
NO_BROWSER = ["-m", "not browser"]
BROWSER = "console/tests/browser"
_SUMMARY = re.compile(r"\b(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|warnings?)\b")


@dataclass(frozen=True, slots=True)
class Ring:
    """One run of pytest: what it covers and how it ended."""

    name: str
    code: int
    summary: str


def main(arguments: list[str]) -> int:
    """The suite's exit code; what `arguments` name is handed to pytest, with no browser."""
    missing = missing_servers()
    elsewhere = [] if missing["PostgreSQL"] else ["--ignore", PROCESSES]
    rings = [_run("SQLite", arguments or [*NO_BROWSER, *elsewhere], {})]
    if not missing["PostgreSQL"]:
        again = arguments or [*NO_BROWSER, *ON_POSTGRESQL]
        rings.append(_run("PostgreSQL", again, {"TEST_DATABASE": "postgresql"}))
    if not (missing["Browser"] or arguments):
        rings.append(_run("Browser", [BROWSER], {}))
    for ring in rings:
        print(f"{ring.name}: {ring.summary}")
    absent = {name: reason for name, reason in missing.items() if reason}
    for name, reason in absent.items():
        print(f"{name}: not run. {reason}")
    print(_total(rings), flush=True)
    failed = any(ring.code for ring in rings)
    return 1 if failed or (absent and _in_ci()) else 0


def _run(name: str, arguments: list[str], environment: dict[str, str]) -> Ring:
    print(f"== {name}", flush=True)
    command = [str(PYTHON), "-m", "pytest", "-n", "2", *arguments]
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603  a list of ours, no shell
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101  PIPE was asked for
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.strip(" =\n"))
    said = [line for line in lines if _SUMMARY.search(line)]
    return Ring(name, process.returncode, said[-1] if said else "ended without a summary")


def _total(rings: list[Ring]) -> str:
    """One line for all rings, in the words of pytest."""
    counts: dict[str, int] = {}
    for ring in rings:
        for number, word in _SUMMARY.findall(ring.summary):
            counts[word] = counts.get(word, 0) + int(number)
    told = [f"{counts[word]} {word}" for word in sorted(counts, key=_rank)]
    return ", ".join(told) or "no tests ran"


def _rank(word: str) -> tuple[bool, str]:
    return (not word.startswith(("failed", "error")), word)


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
