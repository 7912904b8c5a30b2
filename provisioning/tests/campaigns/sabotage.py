"""Does the simulation catch every broken engine? `python -m provisioning.tests.campaigns.sabotage`.

Each sabotage lives through the seeds 0, 1, 2 … until one of them breaks a promise. One that no
seed notices is a failure: then it is the suite that is broken. Names choose some of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from provisioning.tests.campaigns.simulate import _django

MOST = 150
"""Seeds that a sabotage may outlive."""


def main(arguments: Sequence[str]) -> int:
    """0 when all were caught; the list is printed, and the score in the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of names, such as s001")
    parser.add_argument("--most", type=int, default=MOST, help="seeds for each")
    given = parser.parse_args(arguments)
    _django()
    from provisioning.tests.simulation.sabotages import sabotages
    from provisioning.tests.simulation.seeds import first_breach

    names = tuple(given.names) or ("",)
    chosen = [one for one in sabotages() if one.name.startswith(names)]
    caught = 0
    for one in chosen:
        found = first_breach(one, given.most)
        caught += found is not None
        told = f"caught by seed {found[0]}: {found[1]}" if found else "NOT CAUGHT"
        print(f"{one.name:<36} {told}", flush=True)
    print(f"{caught} of {len(chosen)} sabotages caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        again = [sys.executable, "-m", __spec__.name, *sys.argv[1:]]
        os.execv(sys.executable, again)  # noqa: S606  this very command
    sys.exit(main(sys.argv[1:]))
