"""docs/explanation/faults.md names every fault and kill point, and only tests that there are."""

from __future__ import annotations

import re

from provisioning.tests.servers import ROOT

PAGE = (ROOT / "docs/explanation/faults.md").read_text()


def names_in_the_suite() -> set[str]:
    folders = (ROOT / "provisioning/tests", ROOT / "console/tests")
    files = [file for folder in folders for file in folder.rglob("test_*.py")]
    return {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}


def test_every_test_it_names_is_there():
    there = names_in_the_suite()
    named = re.findall(r"`(test_\w*?)(…?)`", PAGE)

    assert len(named) > 35
    missing = [
        name
        for name, cut in named
        if not any(one.startswith(name) if cut else one == name for one in there)
    ]
    assert missing == []


def test_every_fault_and_kill_point_has_its_row():
    rows = "\n".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| "))
    wanted = [f"F{number:02}" for number in range(1, 43)]
    wanted += [f"K{number:02}" for number in range(1, 13)]

    assert [one for one in wanted if one not in rows] == []


def test_every_file_it_names_is_there():
    named = {name for name in re.findall(r"`([\w/]+\.py)`", PAGE) if "/" in name}

    assert [
        name
        for name in named
        if not ((ROOT / "provisioning" / name).exists() or (ROOT / name).exists())
    ] == []
