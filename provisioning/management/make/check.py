"""`make check`: every tool runs, so that one look shows everything that is wrong."""

from __future__ import annotations

import os
import subprocess
import sys

from provisioning.management.make.setup import PYTHON, ROOT, VENV

TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
TOOLS: dict[str, list[str]] = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy", "manage.py", "console", "provisioning"],
    "layers": ["lint-imports", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "layout": ["djade", "--target-version", "5.2", "--check", *TEMPLATES],
    "spelling": ["typos", "--format", "brief"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["python", "-m", "provisioning.management.make.catalogue", "check"],
    "settings": ["python", "manage.py", "check"],
}


def main() -> int:
    """0 when nothing is wrong; what a tool says is shown only when it complains."""
    failed = [name for name, command in TOOLS.items() if not _passes(name, command)]
    if failed:
        print(f"make check: {', '.join(failed)} failed.")
        return 1
    print(f"make check: {len(TOOLS)} checks passed.")
    return 0


def _passes(name: str, command: list[str]) -> bool:
    program = str(PYTHON) if command[0] == "python" else str(VENV / "bin" / command[0])
    done = subprocess.run(  # noqa: S603  a list of ours, no shell
        [program, *command[1:]],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{name:<13}{'ok' if done.returncode == 0 else 'failed'}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
