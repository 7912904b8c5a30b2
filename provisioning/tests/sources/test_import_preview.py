"""A preview of an import tells what the import then does, and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.engine.importing.directory import preview_import
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.models import AuditEvent, DirectoryObject, Source
from provisioning.models.change_number import ChangeNumber
from provisioning.models.membership import Membership
from provisioning.models.revision import Revision
from provisioning.tests.sources.directories import (
    NAME,
    NOW,
    files,
    groups_file,
    imported,
    members_file,
    people_file,
)

pytestmark = pytest.mark.django_db

FIRST: dict[str, Any] = {
    "users": "id,displayName,manager\nu1,Ana,u2\nu2,Bob,\nu3,Cid,nobody\n",
    "groups": groups_file(["g1", "g2"]),
    "memberships": members_file([("g1", "u1"), ("g1", "u2"), ("g2", "u3"), ("g1", "ghost")]),
}
CHANGES: dict[str, dict[str, Any]] = {
    "the same again": FIRST,
    "somebody new in a new group": {
        "users": FIRST["users"] + "u4,Dora,u4\n",
        "groups": groups_file(["g1", "g2", "g3"]),
        "memberships": FIRST["memberships"] + "g3,u4,user\ng3,u1,user\n",
    },
    "a changed name": {"users": FIRST["users"].replace("Ana", "Anna")},
    "somebody left": {"users": "id,displayName,manager\nu1,Ana,u2\nu2,Bob,\n"},
    "somebody left with all memberships given": {
        "users": "id,displayName,manager\nu1,Ana,u2\nu2,Bob,\n",
        "groups": FIRST["groups"],
        "memberships": members_file([("g1", "u1"), ("g1", "u2")]),
    },
    "somebody left whom the memberships still list": {
        "users": "id,displayName,manager\nu1,Ana,u2\nu2,Bob,\n",
        "memberships": FIRST["memberships"],
    },
    "a group gone": {
        "users": FIRST["users"],
        "groups": groups_file(["g1"]),
        "memberships": members_file([("g1", "u1"), ("g1", "u2"), ("g1", "ghost")]),
    },
    "an id twice": {"users": FIRST["users"] + "u1,Other,\n"},
    "a group nobody knows": {
        "users": FIRST["users"],
        "memberships": members_file([("g9", "u1"), ("g1", "u1")]),
    },
}


def numbers(report: ImportReport) -> tuple[object, ...]:
    """Everything that a page shows of a report."""
    return (
        report.users,
        report.groups,
        report.memberships,
        report.held,
        [(one.line, one.reason) for one in report.rejected],
    )


def rows() -> list[object]:
    """All that an import writes."""
    return [
        ChangeNumber.current(),
        *(model.objects.count() for model in (Source, AuditEvent, Revision)),
        list(DirectoryObject.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
    ]


@pytest.mark.parametrize("partial", [False, True], ids=["complete", "partial"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_preview_tells_what_the_import_then_does(tmp_path, change, partial):
    imported(tmp_path, **FIRST)
    terms = Terms(merge=partial, removes=not partial)
    before = rows()

    foretold = preview_import(files(tmp_path, **change), name=NAME, now=NOW, terms=terms)
    assert rows() == before
    done = imported(tmp_path, terms, **change)

    assert numbers(foretold) == numbers(done)


def test_the_first_import_of_a_source_is_foretold_too(tmp_path):
    before = rows()

    foretold = preview_import(files(tmp_path, **FIRST), name=NAME, now=NOW, terms=Terms())
    assert rows() == before

    assert numbers(foretold) == numbers(imported(tmp_path, **FIRST))


def test_more_missing_than_usual_is_counted_and_said_to_be_held(tmp_path):
    imported(tmp_path, users=people_file(f"u{number}" for number in range(10)))
    few = files(tmp_path, users=people_file(["u0"]))

    foretold = preview_import(few, name=NAME, now=NOW, terms=Terms())
    assert (foretold.held, foretold.users.removed) == (True, 9)

    assert imported(tmp_path, users=people_file(["u0"])).held
    assert imported(tmp_path, Terms(force=True), users=people_file(["u0"])).users.removed == 9


def test_files_that_cannot_be_read_are_refused_before_anything_is_counted(tmp_path):
    with pytest.raises(UsageProblems):
        preview_import(files(tmp_path, users="name\nAna\n"), name=NAME, now=NOW, terms=Terms())
