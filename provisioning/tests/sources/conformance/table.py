"""The table of opponents and results, from the reports of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.tests.sources.conformance.opponents import OPPONENTS

_TEST = re.compile(r"sources/conformance/test_(?P<area>\w+)\.py::\w+\[(?P<case>[^]]+)")
_RESULTS = {"passed": "passed", "skipped": "not applicable", "failed": "FAILED", "error": "FAILED"}


def conformance_table(stats: Mapping[str, Sequence[Any]]) -> list[str]:
    """A line for every opponent, a column for every area; nothing when the suite did not run."""
    counts: dict[str, dict[str, int]] = {}
    areas: dict[str, dict[str, set[str]]] = {}
    for outcome in _RESULTS:
        for report in stats.get(outcome, ()):
            if (found := _TEST.search(getattr(report, "nodeid", ""))) is None:
                continue
            opponent = _opponent(found["case"])
            word = _word(outcome, report)
            told = counts.setdefault(opponent, {})
            told[word] = told.get(word, 0) + 1
            areas.setdefault(opponent, {}).setdefault(found["area"], set()).add(word)
    if not counts:
        return []
    columns = sorted({area for one in areas.values() for area in one})
    lines = ["", "Conformance of directory sources", _line("opponent", columns)]
    for opponent in sorted(counts):
        cells = [_cell(areas[opponent].get(area, set())) for area in columns]
        totals = ", ".join(f"{number} {word}" for word, number in sorted(counts[opponent].items()))
        lines.append(f"{_line(opponent, cells)} {totals}")
    return lines


def _opponent(case: str) -> str:
    """Who the test met, by the beginning of the names of its parameters."""
    fitting = [one for one in OPPONENTS if case == one or case.startswith(f"{one}-")]
    return max(fitting, key=len, default=case)


def _word(outcome: str, report: Any) -> str:
    """A server that is missing here says nothing about its source."""
    missing = outcome == "skipped" and "not run:" in str(report.longrepr)
    return "not run" if missing else _RESULTS[outcome]


def _cell(words: set[str]) -> str:
    if "FAILED" in words:
        return "FAILED"
    return "ok" if "passed" in words else "-"


def _line(first: str, cells: Sequence[str]) -> str:
    return f"{first:16}" + "".join(f"{cell:10}" for cell in cells)
