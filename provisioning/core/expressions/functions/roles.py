"""Functions about the app roles a person is assigned with (entra-provisioning 6.8).

`appRoleAssignments` is an attribute: a list of role values, or of `{value, displayName, id}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioning.core.expressions.arguments import Arguments
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.kinds import Gives
from provisioning.core.expressions.values import text_of
from provisioning.core.resource import Value
from provisioning.core.vocabulary import DEFAULT_ACCESS_ID

TWO: Mapping[str, Value] = {"appRoleAssignments": [{"value": "Admin"}, {"value": "User"}]}
TWO_COMPLEX: Value = [{"value": "Admin", "primary": False}, {"value": "User", "primary": False}]


@function(
    "SingleAppRoleAssignment",
    "appRoleAssignments*",
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
    return next(iter(_roles(given)), None)


@function(
    "AppRoleAssignments",
    "appRoleAssignments*",
    examples=[Example("AppRoleAssignments([appRoleAssignments])", ["Admin", "User"], TWO)],
    gives=Gives.LIST,
)
def role_names(given: Arguments) -> Value:
    """All roles, as a list of texts: the older form."""
    return _roles(given) or None


@function(
    "AppRoleAssignmentsComplex",
    "appRoleAssignments*",
    examples=[Example("AppRoleAssignmentsComplex([appRoleAssignments])", TWO_COMPLEX, TWO)],
    gives=Gives.LIST,
)
def complex_roles(given: Arguments) -> Value:
    """All roles, as the objects of SCIM's `roles`; none of them is primary.

    The list replaces what the application has. (In Entra it only adds.)
    """
    return _complex(given)


@function(
    "AssertiveAppRoleAssignmentsComplex",
    "appRoleAssignments*",
    examples=[
        Example("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", TWO_COMPLEX, TWO)
    ],
    gives=Gives.LIST,
)
def assertive_roles(given: Arguments) -> Value:
    """All roles, as objects that replace what the application has, others' roles included."""
    return _complex(given)


def _complex(given: Arguments) -> Value:
    return [{"value": role, "primary": False} for role in _roles(given)] or None


def _roles(given: Arguments) -> list[str]:
    """Each role that is assigned, once."""
    roles = (_role(assignment, given.position(0)) for assignment in given.elements(0))
    return list(dict.fromkeys(role for role in roles if role))


def _role(assignment: Value, position: int) -> str | None:
    if not isinstance(assignment, Mapping):
        return text_of(assignment, position)
    if assignment.get("id") == DEFAULT_ACCESS_ID:
        return None
    names = (text_of(assignment.get(key), position) for key in ("value", "displayName"))
    return next((name for name in names if name), None)
