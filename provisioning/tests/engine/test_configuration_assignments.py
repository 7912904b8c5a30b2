"""Assignments in a configuration file: who is meant, in which role, and who is looked at again."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.resource import State
from provisioning.engine.configuration.current import stored_document
from provisioning.models import Application, Assignment, DirectoryObject
from provisioning.tests.engine.configuring import GENESYS, apply_text, group, person, refusals

pytestmark = pytest.mark.django_db


def assigning(*rows: str) -> str:
    return GENESYS + "    assignments:\n" + "".join(f"      - {row}\n" for row in rows)


def marked_by(text: str) -> set[str]:
    before = dict(DirectoryObject.objects.values_list("pk", "change_number"))
    apply_text(text)
    after = DirectoryObject.objects.all()
    return {one.source_id for one in after if one.change_number != before[one.pk]}


@pytest.mark.parametrize(
    ("row", "who"),
    [
        ("{user: ADELE@contoso.example, role: agent}", ("adele", "agent")),
        ("{user: adele, role: Supervisor}", ("adele", "supervisor")),
        ("{user: 'adele', role: Default Access}", ("adele", "")),
        ("{user: adele}", ("adele", "")),
        ("{group: sales fr, role: agent}", ("g1", "agent")),
        ("{group: g1, role: Agent}", ("g1", "agent")),
    ],
)
def test_people_and_groups_are_found_by_name_or_id_and_roles_by_value_or_name(row, who):
    person("adele")
    group("g1", "Sales FR")

    apply_text(assigning(row))

    (assignment,) = Assignment.objects.all()
    assert (assignment.object.source_id, assignment.role) == who


def test_whoever_is_unknown_or_ambiguous_is_refused_with_the_row():
    group("g1", "Twins")
    group("g2", "Twins")

    problems = refusals(
        assigning("{user: nobody, role: agent}", "{group: Twins, role: boss}", "{user: g1}")
    )

    assert [(one.path, one.line) for one in problems] == [
        ("assignments[0].user", 6),
        ("assignments[1].role", 7),
        ("assignments[1].group", 7),
        ("assignments[2].user", 8),
    ]
    assert "2 groups answer to Twins" in problems[2].message
    assert "g1" in problems[2].advice


def test_an_ambiguous_role_name_is_refused():
    person("adele")
    roles = "    roles: [{value: a, name: Same}, {value: b, name: Same}]\n"

    (problem,) = refusals(assigning("{user: adele, role: Same}") + roles)

    assert problem.path == "assignments[0].role"


def test_a_role_that_somebody_still_has_cannot_be_removed():
    person("adele")
    apply_text(assigning("{user: adele, role: agent}"))

    (problem,) = refusals(GENESYS + "    roles: [{value: supervisor, name: Supervisor}]")

    assert problem.path == "roles"


def test_a_list_of_assignments_replaces_and_an_absent_one_stays():
    person("adele")
    person("karim")
    apply_text(assigning("{user: adele, role: agent}"))

    apply_text(GENESYS)
    assert Assignment.objects.get().object.source_id == "adele"
    apply_text(assigning("{user: karim, role: agent}"))
    assert Assignment.objects.get().object.source_id == "karim"
    apply_text(GENESYS + "    assignments: null")
    assert not Assignment.objects.exists()


def test_those_whom_an_assignment_reaches_are_marked_and_nobody_else():
    adele, karim = person("adele"), person("karim")
    person("other")
    inner = group("inner", "Inner", members=[karim])
    group("outer", "Outer", members=[adele, inner])

    assert marked_by(assigning("{group: Outer, role: agent}")) == {"outer", "adele"}
    assert marked_by(assigning("{group: Outer, role: agent}")) == set()
    assert marked_by(assigning("{group: Outer, role: supervisor}")) == {"outer", "adele"}


def test_with_nested_groups_members_of_members_are_marked():
    karim = person("karim")
    inner = group("inner", "Inner", members=[karim])
    group("outer", "Outer", members=[inner])

    text = assigning("{group: Outer, role: agent}") + "    nested_groups: true\n"

    assert "karim" in marked_by(text)


def test_exported_rows_mean_the_same_objects_whatever_their_names():
    person("1", userPrincipalName="same@contoso.example")
    person("2", userPrincipalName="same@contoso.example")
    person("gone", state=State.GONE)
    person("strange", userPrincipalName="007")
    group("g1", "Twins")
    group("g2", "Twins")
    group("g3", " yes: [no] # é 東京 ")
    apply_text(
        assigning(
            *(f"{{user: '{one}', role: agent}}" for one in ("1", "2", "gone", "strange")),
            *(f"{{group: {one}, role: agent}}" for one in ("g1", "g2", "g3")),
        )
    )

    document: dict[str, Any] = stored_document(Application.objects.get())
    rows = document["assignments"]

    assert {str(row.get("user") or row.get("group")) for row in rows} == {
        *("1", "2", "gone@contoso.example", "007", "g1", "g2", "g3"),
    }
