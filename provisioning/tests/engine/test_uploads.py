"""Uploaded directory files wait, are looked at, imported once, and never outlive a day."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from provisioning.engine.clock import Clock
from provisioning.engine.importing.uploads import KEPT, UploadedPart, find_draft, keep_draft
from provisioning.models import AuditEvent, DirectoryObject

pytestmark = pytest.mark.django_db

PEOPLE = b"id,displayName\nu1,Ana\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ROLLCALL_DATA = tmp_path
    return tmp_path / "uploads"


def kept(name="people.csv", *, content=PEOPLE, partial=False, source="HR"):
    users = UploadedPart(name, [content[:5], content[5:]])
    return keep_draft({"users": users}, source=source, partial=partial)


def test_a_draft_is_found_again_as_it_was_kept():
    draft = kept(partial=True)

    found = find_draft(uuid.UUID(draft.id))

    assert found is not None
    assert found == draft
    assert found.preview().users.added == 1
    assert not DirectoryObject.objects.exists()


def test_it_is_imported_once_by_whoever_says_so():
    marie = User.objects.create_user("marie")
    draft = kept()

    report = draft.run(marie, force=False)

    assert report.users.added == 1
    assert DirectoryObject.objects.get().display_name == "Ana"
    assert AuditEvent.objects.get(activity="import").actor == marie
    assert find_draft(uuid.UUID(draft.id)) is None


def test_a_discarded_draft_is_gone(folder):
    draft = kept()
    draft.discard()

    assert find_draft(uuid.UUID(draft.id)) is None
    assert list(folder.iterdir()) == []


def test_drafts_nobody_came_back_to_are_cleared_after_a_day():
    old, young = kept(), kept()
    now = Clock().now()
    for draft, age in ((old, KEPT + timedelta(minutes=1)), (young, KEPT - timedelta(minutes=1))):
        moment = (now - age).timestamp()
        os.utime(draft.folder, (moment, moment))

    kept()

    assert find_draft(uuid.UUID(old.id)) is None
    assert find_draft(uuid.UUID(young.id)) is not None


@pytest.mark.parametrize(
    "name",
    ["../../evil.csv", "/etc/passwd", "..", "", ".hidden", "a\nb.csv", "x" * 300, "C:\\p.csv"],
)
def test_T25_a_file_s_name_leads_nowhere_else(folder, name):
    draft = kept(name)

    inside = [one for one in folder.rglob("*") if one.is_file() and one.name != "draft.json"]

    assert [one.parent for one in inside] == [draft.folder / "users"]
    assert draft.preview().users.added == 1


def test_T25_only_the_server_s_user_reads_the_folder(folder):
    assert kept().folder.stat().st_mode & 0o077 == 0


def test_an_unknown_draft_is_none():
    assert find_draft(uuid.uuid4()) is None
