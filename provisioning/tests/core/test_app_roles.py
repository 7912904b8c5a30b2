"""Of several roles one wins, and it is said why: the rule of `provisioning.core.app_roles`."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from provisioning.core.app_roles import Assigned, Won, app_roles, winning_role
from provisioning.core.entitlement import Entitlement
from provisioning.core.evaluate import decide
from provisioning.tests.core.definitions import ana, definition
from provisioning.tests.core.test_evaluate import NOW, account

RULES = definition(
    roles=[
        {"value": "lead", "name": "Lead"},
        {"value": "agent", "name": "Agent"},
        {"value": "clerk", "name": "Clerk"},
    ]
)


@pytest.mark.parametrize(
    ("assigned", "winner", "won", "directly", "through", "others"),
    [
        ([Assigned("")], "", Won.NO_OTHER, True, (), ()),
        ([Assigned("", "A"), Assigned("", "B")], "", Won.NO_OTHER, False, ("A", "B"), ()),
        ([Assigned("agent")], "agent", Won.ONLY, True, (), ()),
        ([Assigned("agent", "A"), Assigned("")], "agent", Won.ONLY, False, ("A",), ()),
        ([Assigned("agent"), Assigned("agent", "A")], "agent", Won.ONLY, True, ("A",), ()),
        ([Assigned("agent"), Assigned("lead", "A")], "lead", Won.LISTED_FIRST, False, ("A",),
         ("agent",)),
        ([Assigned("clerk"), Assigned("agent"), Assigned("lead")], "lead", Won.LISTED_FIRST, True,
         (), ("agent", "clerk")),
        ([Assigned("removed", "A")], "removed", Won.ONLY, False, ("A",), ()),
    ],
)  # fmt: skip
def test_the_role_that_wins_comes_with_its_reason(assigned, winner, won, directly, through, others):
    for order in permutations(assigned):
        role = winning_role(RULES, order)

        assert role is not None
        assert (role.role.value, role.won, role.directly) == (winner, won, directly)
        assert sorted(role.through) == sorted(through)
        assert tuple(other.value for other in role.others) == others


def test_who_is_not_assigned_has_no_role():
    assert winning_role(RULES, []) is None


def test_every_app_role_is_held_once_and_default_access_is_none():
    assigned = [Assigned("clerk"), Assigned("lead", "A"), Assigned("clerk", "B"), Assigned("")]

    assert [role.value for role in app_roles(RULES, assigned)] == ["lead", "clerk"]


ROLES = "roles"
ONE = 'roles[primary eq "True"].value'


@pytest.mark.parametrize(
    ("target", "expression", "sent"),
    [
        (ONE, "SingleAppRoleAssignment([appRoleAssignments])", "lead"),
        (ROLES, "AppRoleAssignmentsComplex([appRoleAssignments])", ["lead", "clerk"]),
        (ROLES, "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", ["lead", "clerk"]),
    ],
)
def test_one_role_is_the_winner_and_several_replace_what_was_there(target, expression, sent):
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": target, "expression": expression},
    ]
    rules = replace(definition(users={"attributes": rows}), roles=RULES.roles)
    subject = replace(ana(), assigned=[Assigned("clerk"), Assigned("lead", "A")])
    had = account(roles=[{"value": "intern", "primary": target == ONE}])

    (change,) = decide(rules, subject, Entitlement(), had, NOW).changes

    new = change.new
    values = [one["value"] for one in new] if isinstance(new, list) else new
    assert values == sent
