"""Every operator is documented with an example, and the example holds."""

from __future__ import annotations

import pytest

from provisioning.core.operator_meanings import MEANINGS
from provisioning.core.scoping import Clause
from provisioning.core.scoping_operators import Operator


def test_every_operator_has_its_meaning():
    assert list(MEANINGS) == list(Operator)


@pytest.mark.parametrize("operator", Operator)
def test_the_example_of_an_operator_holds(operator: Operator):
    meaning = MEANINGS[operator]
    clause = Clause.parse({"attribute": "x", "operator": operator.value, "value": meaning.value})

    assert [clause.admits({"x": value}) for value in meaning.admits] == [True] * len(meaning.admits)
    assert not any(clause.admits({"x": value}) for value in meaning.refuses)
