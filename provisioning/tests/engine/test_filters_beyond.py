"""Filters ask for more than a person's own attributes: manager, groups, roles, dates.

What they ask of somebody else is decided again when that somebody changes.
"""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.models import Job
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.watching import accounts


def filtered(target: Running, clause: dict[str, Any], **document: Any) -> Job:
    """An application for everybody whom one clause lets in."""
    users = {"filters": [{"title": "Only", "clauses": [clause]}]}
    return application(
        target.tenant_url,
        target.token,
        **{"scope": "all", "mappings": {"users": users}, **document},
    )


def active(target: Running) -> set[str]:
    """Whose account is active at the target."""
    return {name for name, user in accounts(target).items() if user["state"] == "active"}


def clause(attribute: str, operator: str, value: object = None) -> dict[str, Any]:
    given = {} if value is None else {"value": value}
    return {"attribute": attribute, "operator": operator, **given}


@pytest.fixture
def company(directory: Directory) -> Directory:
    """Ada leads Ben and Cem; Dot leads nobody and has no manager either."""
    directory.person("ada", department="Sales", hired="2019-05-01")
    directory.person("ben", manager="ada", hired="2024-02-29T08:00:00Z")
    directory.person("cem", manager="ada", hired="soon")
    directory.person("dot", department="Legal")
    directory.group("g1", "Contact centre", ["ben", "dot"])
    directory.sync()
    return directory


@pytest.mark.parametrize(
    ("asked", "inside"),
    [
        (clause("manager", "EQUALS", "ada"), {"ben", "cem"}),
        (clause("manager", "IS_NULL"), {"ada", "dot"}),
        (clause("manager.department", "EQUALS", "Sales"), {"ben", "cem"}),
        (clause("manager.userPrincipalName", "ENDS_WITH", "@contoso.example"), {"ben", "cem"}),
        (clause("manager.objectId", "NOT_EQUALS", "dot"), {"ben", "cem"}),
        (clause("memberOf", "IS_MEMBER_OF", "Contact centre"), {"ben", "dot"}),
        (clause("memberOf", "IS_MEMBER_OF", "g1"), {"ben", "dot"}),
        (clause("memberOf", "IS_NULL"), {"ada", "cem"}),
        (clause("hired", "BEFORE", "2024-02-29"), {"ada"}),
        (clause("hired", "AFTER", "2024-02-29T07:59:59Z"), {"ben"}),
    ],
)
def test_a_filter_may_ask_for(
    company: Directory, genesys: Running, asked: dict[str, Any], inside: set[str]
):
    cycle(filtered(genesys, asked), approve=True)

    assert active(genesys) == inside


def test_a_filter_may_ask_for_an_app_role(company: Directory, genesys: Running):
    job = filtered(
        genesys,
        clause("appRoleAssignments", "EQUALS", "supervisor"),
        scope="assigned",
        assignments=[
            {"user": "ada", "role": "agent"},
            {"user": "dot", "role": "supervisor"},
            {"group": "Contact centre", "role": "supervisor"},
        ],
    )

    cycle(job, approve=True)

    assert active(genesys) == {"ben", "dot"}


def test_a_manager_who_moves_takes_the_reports_along(company: Directory, genesys: Running):
    job = filtered(genesys, clause("manager.department", "EQUALS", "Sales"))
    cycle(job, approve=True)

    company.person("ada", department="Legal")
    company.sync()
    cycle(job)

    assert active(genesys) == set()


def test_a_group_with_another_name_lets_its_members_in(company: Directory, genesys: Running):
    job = filtered(genesys, clause("memberOf", "IS_MEMBER_OF", "Service desk"))
    cycle(job, approve=True)
    assert active(genesys) == set()

    company.group("g1", "Service desk", ["ben", "dot"])
    company.sync()
    cycle(job)

    assert active(genesys) == {"ben", "dot"}


def test_nobody_else_is_looked_at_where_no_rule_asks_for_them(company: Directory, genesys: Running):
    job = filtered(genesys, clause("city", "IS_NULL"))
    cycle(job, approve=True)

    company.person("ada", department="Legal")
    company.sync()

    assert cycle(job).counts == {"update": 1}
