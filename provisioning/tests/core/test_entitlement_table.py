"""Entitlement is the product of its parts: every combination, against rules written beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest

from provisioning.core.app_roles import Assigned
from provisioning.core.entitlement import entitlement
from provisioning.core.resource import State
from provisioning.tests.core.definitions import ana, definition

ASSIGNMENTS = {
    "none": [],
    "directly with Default Access": [Assigned("")],
    "directly with a role": [Assigned("agent")],
    "by a group with Default Access": [Assigned("", "Staff")],
    "by a group with a role": [Assigned("agent", "Staff")],
    "Default Access directly, a role by a group": [Assigned(""), Assigned("agent", "Staff")],
    "a role directly, Default Access by a group": [Assigned("agent"), Assigned("", "Staff")],
    "Default Access twice": [Assigned(""), Assigned("", "Staff")],
    "two roles by two groups": [Assigned("supervisor", "Leads"), Assigned("agent", "Staff")],
}
FILTERS = {
    "no filter": [],
    "a filter that lets in": ["Sales"],
    "a filter that refuses": ["Support"],
    "one of two lets in": ["Support", "Sales"],
    "two that refuse": ["Support", "Legal"],
}


@dataclass(frozen=True)
class Case:
    """One combination of everything that decides."""

    scope: str
    excludes: bool
    assignment: str
    state: State
    filters: str

    def expected(self) -> set[str]:
        """The rules of entra-provisioning 4.1 to 4.3, one line each."""
        asks = self.scope == "assigned"
        has_role = "a role" in self.assignment or "two roles" in self.assignment
        rules = {
            "NotAssigned": asks and self.assignment == "none",
            "DefaultAccessOnly": asks
            and self.excludes
            and self.assignment != "none"
            and not has_role,
            "NotActive": self.state.value != "active",
            "FilterFailed": "refuse" in self.filters,
        }
        return {reason for reason, applies in rules.items() if applies}

    def found(self) -> list[str]:
        rules = definition(
            scope=self.scope,
            exclude_default_access=self.excludes,
            users={"filters": [_filter(value) for value in FILTERS[self.filters]]},
        )
        subject = replace(
            ana(state=self.state, department="Sales"), assigned=ASSIGNMENTS[self.assignment]
        )
        return [str(one.reason) for one in entitlement(rules, subject).reasons]


def _filter(value: str) -> dict[str, object]:
    clause = {"attribute": "department", "operator": "EQUALS", "value": value}
    return {"title": value, "clauses": [clause]}


def cases() -> Iterator[Case]:
    for parts in product(("assigned", "all"), (True, False), ASSIGNMENTS, State, FILTERS):
        yield Case(*parts)


@pytest.mark.parametrize("scope", ["assigned", "all"])
@pytest.mark.parametrize("state", State)
def test_every_combination_has_all_its_reasons_and_no_other(scope: str, state: State):
    looked_at = [case for case in cases() if (case.scope, case.state) == (scope, state)]

    assert len(looked_at) == 2 * len(ASSIGNMENTS) * len(FILTERS)
    for case in looked_at:
        found = case.found()
        assert set(found) == case.expected(), case
        assert len(found) == len(set(found)), case
