"""Functions about the app roles a person is assigned with (entra-provisioning 6.8).

`appRoleAssignments` is an attribute: a list of role values, or of `{value, displayName, id}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.values import text_of
from provisioning.core.resource import Value
from provisioning.core.vocabulary import DEFAULT_ACCESS_ID


@function(
    "SingleAppRoleAssignment",
    "appRoleAssignments",
    examples=[
        Example(
            "SingleAppRoleAssignment([appRoleAssignments])",
            "Agent",
            {"appRoleAssignments": [{"value": "Agent", "displayName": "Contact agent"}]},
        )
    ],
)
def single_role(given: Arguments) -> Value:
    """One role: its value, else its name. Of several, the first; Default Access is none."""
    for assignment in given.elements(0):
        if role := _role(assignment, given.position(0)):
            return role
    return None


def _role(assignment: Value, position: int) -> str | None:
    if not isinstance(assignment, Mapping):
        return text_of(assignment, position)
    if assignment.get("id") == DEFAULT_ACCESS_ID:
        return None
    names = (text_of(assignment.get(key), position) for key in ("value", "displayName"))
    return next((name for name in names if name), None)
