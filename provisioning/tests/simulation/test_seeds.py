"""Ring 3: whole worlds by seed, with two workers, two schedules and everything that goes wrong.

One seed again: `python -m provisioning.tests.campaigns.simulate --seed N`; more of them with
`--seeds A-B --processes 2`, which is what `make nightly` does.
"""

from __future__ import annotations

import pytest

from provisioning.tests.simulation.seeds import KEPT, run_kept, run_seed

BLOCK = 5
SEEDS = 100
"""Worlds in every run of the suite, about two minutes of a processor; the nightly run has more."""


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_I01_to_I24_no_seed_breaks_a_promise(first: int) -> None:
    broken = [str(verdict) for verdict in map(run_seed, range(first, first + BLOCK))
              if verdict.breaches]  # fmt: skip
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("seed", sorted(KEPT))
def test_a_seed_that_once_failed_does_not_fail_again(seed: int) -> None:
    verdict = run_kept(seed)
    assert not verdict.breaches, str(verdict)
