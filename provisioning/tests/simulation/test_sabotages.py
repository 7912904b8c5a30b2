"""A suite that catches no bug proves nothing: every broken engine is caught by some seed."""

from __future__ import annotations

import pytest

from provisioning.tests.simulation.sabotages import Sabotage, sabotages
from provisioning.tests.simulation.seeds import first_breach

EVERY_RUN = ("s002", "s009", "s020", "s032", "s037")
"""Those that nearly every seed catches; all of them have their turn with `make nightly`."""


def test_there_are_at_least_thirty_of_them() -> None:
    assert len(sabotages()) >= 30
    assert len({one.does for one in sabotages()}) == len(sabotages())


@pytest.mark.parametrize("broken", sabotages(), ids=lambda one: one.name)
def test_a_sabotage_begins_and_ends(broken: Sabotage) -> None:
    """What it breaks is there to be broken: a patch of nothing would never be caught."""
    with broken.begin():
        pass


@pytest.mark.parametrize("beginning", EVERY_RUN)
def test_a_broken_engine_is_caught(beginning: str) -> None:
    (broken,) = [one for one in sabotages() if one.name.startswith(beginning)]
    assert first_breach(broken, 20) is not None
