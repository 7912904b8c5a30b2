"""`make pictures`: one contact sheet per page (languages, widths, themes) below ROLLCALL_DATA.

`PAGES=logs` takes only addresses that match. With `TOUR=1` also the pictures of docs/tutorial.md,
taken on the tour itself.
"""

from __future__ import annotations

import os
import subprocess
import sys

from provisioning.management.make.setup import PYTHON, ROOT

SHEETS = "console/tests/browser/sheets.py"
TOUR = "console/tests/browser/test_tour.py"


def main() -> int:
    """0 when every sheet was made."""
    folder = os.path.join(os.environ.get("ROLLCALL_DATA") or ROOT / "var", "pictures")
    documentation = str(ROOT / "docs" / "pictures")
    runs = [(SHEETS, folder)] + ([(TOUR, documentation)] if os.environ.get("TOUR") else [])
    for tests, target in runs:
        command = [str(PYTHON), "-m", "pytest", "-p", "no:randomly", tests]
        environment = {**os.environ, "ROLLCALL_PICTURES": target}
        done = subprocess.run(command, cwd=ROOT, env=environment)  # noqa: S603  a list of ours
        if done.returncode:
            return done.returncode
        print(f"Pictures are in {target}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
