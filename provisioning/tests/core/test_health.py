"""When a cycle says that the application is unwell: Entra's worked cases, and ours."""

from __future__ import annotations

import pytest

from provisioning.core.health import BASE, PROPORTION, TOTAL, Tally, finding_of

CASES = {
    "4,000 failures are too few to be judged": (Tally(failed=4_000), None),
    "45,000 failures": (Tally(failed=45_000), BASE),
    "40,000 of 120,000 are no third too many": (Tally(failed=40_000, written=80_000), None),
    "one more than 40,000": (Tally(failed=40_001, written=80_000), BASE),
    "30,000 failed, 5,000 went well": (Tally(failed=30_000, written=5_000), PROPORTION),
    "20,000 failed, 100,000 went well": (Tally(failed=20_000, written=100_000), None),
    "who needed nothing went well, too": (Tally(failed=20_000, equal=100_000), None),
    "5,000 of 12,500 are exactly 40 %": (Tally(failed=5_000, written=7_500), None),
    "5,000 of 12,499 are more": (Tally(failed=5_000, written=7_499), PROPORTION),
    "4,999 of 5,000": (Tally(failed=4_999, written=1), None),
    "40,000 people and 21,000 managers": (
        Tally(failed=40_000, lacking=21_000, written=80_000),
        TOTAL,
    ),
    "60,000 together": (Tally(failed=39_000, lacking=21_000, written=80_000), None),
    "references alone do not count as failed": (Tally(lacking=50_000), None),
    "all of five failed at the target": (Tally(failed=5, refused=5), PROPORTION),
    "all of four": (Tally(failed=4, refused=4), None),
    "one of six could be written": (Tally(failed=5, refused=5, written=1), None),
    "five failed for their own reasons": (Tally(failed=5), None),
    "equal accounts say nothing of writing": (Tally(failed=5, refused=5, equal=90), PROPORTION),
    "nothing happened": (Tally(), None),
}


@pytest.mark.parametrize(("tally", "code"), CASES.values(), ids=list(CASES))
def test_the_worked_cases_of_quarantine(tally: Tally, code: str | None):
    found = finding_of(tally)

    assert (found.code if found else None) == code


def test_a_finding_says_what_was_counted():
    found = finding_of(Tally(failed=30_000, written=5_000))

    assert found is not None
    assert found.sentence % found.params == "30000 of 35000 people and groups failed."
