"""Files that arrive by themselves: read once whole, put away, stopped at the first surprise."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import UsageProblems
from provisioning.engine.importing import deliveries
from provisioning.engine.importing.connected import (
    Wish,
    connect_source,
    find_connection,
    held_numbers,
    sync_source,
)
from provisioning.engine.importing.report import Terms
from provisioning.models import SourceConnection, SourceRead
from provisioning.scim.session import Call, Reply
from provisioning.sources.base import Part
from provisioning.sources.deliveries.forms import address_problems, folder_problems
from provisioning.tests.sources.directories import NOW, people_file, person, present

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=1)


@pytest.fixture
def inbox(settings, tmp_path: Path) -> Path:
    settings.ROLLCALL_DATA = tmp_path
    folder = tmp_path / "inbox" / "hr"
    folder.mkdir(parents=True)
    return folder


def watched(**said: str) -> SourceConnection:
    return connect_source(None, Wish("hr", "folder", {"folder": "hr", **said}), NOW)


def look(terms: Terms | None = None):
    """One look into the folder; what came of it."""
    return sync_source(find_connection("hr"), terms or Terms(), NOW)


def put(folder: Path, content: str | bytes, name: str = "users.csv", age: int = 0) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


def deliver(folder: Path, content: str | bytes, terms: Terms | None = None):
    """A file that stood still between two looks."""
    put(folder, content)
    look()
    return look(terms)


def test_a_file_is_read_when_it_stood_still_between_two_looks(inbox):
    row = watched()
    put(inbox, people_file(["1"]))

    assert look().users.added == 0
    assert not SourceRead.objects.exists()
    row.refresh_from_db()
    assert row.next_read_at == NOW + SOON
    put(inbox, people_file(["1", "2"]), age=-5)
    assert look().users.added == 0
    assert look().users.added == 2

    assert names(inbox) == ["done"]
    moved, log = names(inbox / "done")
    assert moved.endswith("-users.csv")
    assert "people: 2 new, 0 changed" in (inbox / "done" / log).read_text()


def test_a_file_that_lost_its_part_is_whole_at_once(inbox):
    watched()
    put(inbox, people_file(["1"]), "users.csv.part")
    look()
    (inbox / "users.csv.part").rename(inbox / "users.csv")

    assert look().users.added == 1


def test_files_that_arrive_together_are_read_together(inbox):
    watched()
    put(inbox, people_file(["1"]), "people-2026.csv")
    put(inbox, "id,displayName\ng,Sales\n", "Groups.csv")
    put(inbox, "group,member\ng,1\n", "members.csv")
    look()

    report = look()

    assert (report.users.added, report.groups.added, report.memberships.added) == (1, 1, 1)
    assert names(inbox) == ["done"]


def test_of_two_files_of_people_the_older_is_read_first(inbox):
    watched()
    put(inbox, people_file(["1", "2"]), "users-b.csv", age=60)
    put(inbox, people_file(["1"]), "users-a.csv")

    look(), look()
    assert present() == {"1", "2"}
    look(), look()
    assert present() == {"1"}


def test_the_same_file_again_is_no_work(inbox):
    watched()
    deliver(inbox, people_file(["1"]))

    deliver(inbox, people_file(["1"]))

    assert SourceRead.objects.count() == 1
    assert names(inbox) == ["done"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,displayName,mail\n1,Ana,a@x.example\n", "The header is another than before"),
        ("id,displayName\n1,Größe\n".encode("cp1252"), "The file is not UTF-8. It looks like"),
        ("id,displayName,action\n1,Ana,delete\n", "belongs to a file of changes"),
        (b"PK\x03\x04 a workbook", "Excel workbook"),
        ("", "The file is empty."),
    ],
)
def test_the_first_surprise_puts_the_file_away_and_changes_nothing(inbox, content, told):
    watched()
    if "header" in told:
        deliver(inbox, people_file(["1", "2"]))
    before = present()

    with pytest.raises(UsageProblems):
        deliver(inbox, content)

    assert present() == before
    _moved, log = names(inbox / "failed")
    assert told in (inbox / "failed" / log).read_text()
    assert look().users.added == 0


def test_another_header_is_meant_when_somebody_reads_everything_again(inbox):
    watched()
    deliver(inbox, people_file(["1"]))
    other = "id,displayName,mail\n1,Ana,a@x.example\n"

    assert deliver(inbox, other, Terms(whole=True)).users.changed == 1
    assert deliver(inbox, other.replace("Ana", "Zoé")).users.changed == 1


def test_everybody_missing_waits_in_the_folder_until_somebody_releases_it(inbox):
    watched()
    deliver(inbox, people_file(map(str, range(10))))

    report = deliver(inbox, "id,displayName\n")

    assert report.held
    assert len(present()) == 10
    assert names(inbox) == ["done", "users.csv"]
    assert held_numbers(find_connection("hr"))["users"]["missing"] == 10
    assert look(Terms(released={Part.USERS: 10})).users.removed == 10
    assert names(inbox) == ["done"]


def test_saved_settings_read_other_encodings_columns_and_changes(inbox):
    watched(encoding="cp1252", columns="Nr = id\nName = displayName\nGehalt =", extent="changes")

    deliver(inbox, "Nr;Name;Gehalt;action\n1;Zoé;9;upsert\n2;Bob;8;\n".encode("cp1252"))
    deliver(inbox, "Nr;Name;Gehalt;action\n2;;;delete\n".encode("cp1252"))

    assert person("1").attributes == {"displayName": "Zoé"}
    assert present() == {"1"}


def test_what_is_no_ordinary_file_is_left_alone(inbox, tmp_path):
    watched()
    (inbox / "users.csv").symlink_to(put(tmp_path, people_file(["1"]), "elsewhere.csv"))
    put(inbox, people_file(["1"]), "notes.csv")
    put(inbox, people_file(["1"]), "users.exe")

    look(), look()

    assert present() == set()
    assert len(names(inbox)) == 3


def test_a_folder_that_is_not_there_is_said(inbox):
    connect_source(None, Wish("hr", "folder", {"folder": "elsewhere"}), NOW)

    with pytest.raises(UsageProblems, match="does not exist"):
        look()


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "..", ".hidden", "a\\b", "a\x07b"])
def test_no_folder_outside_of_the_inbox_can_be_named(name):
    assert [one.path for one in folder_problems({"folder": name})] == ["folder"]


class Server:
    """What answers in place of the network."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.status = 200
        self.asked: list[Call] = []

    def send(self, call: Call) -> Reply:
        self.asked.append(call)
        content = self.files[call.url]
        mark = f'"{hash(content)}"'
        if self.status != 200:
            return Reply(self.status, {}, b"", 1)
        if call.headers.get("If-None-Match") == mark:
            return Reply(304, {}, b"", 1)
        return Reply(200, {"etag": mark}, content, 1)


USERS_URL = "https://hr.example/export/users.csv"
GROUPS_URL = "https://hr.example/export/groups.csv"


@pytest.fixture
def server(monkeypatch) -> Server:
    made = Server()
    monkeypatch.setattr(deliveries, "Door", lambda *_of, **_more: made)
    made.files = {USERS_URL: people_file(["1"]).encode(), GROUPS_URL: b"id,displayName\ng,A\n"}
    return made


def fetched(secret: str = "") -> SourceConnection:
    said = {"users_url": USERS_URL, "groups_url": GROUPS_URL}
    return connect_source(None, Wish("hr", "address", said, secret), NOW)


def test_files_at_an_address_are_fetched_once_and_again_when_one_changed(server):
    fetched("token")

    assert look().users.added == 1
    assert SourceRead.objects.count() == 1
    look()
    assert SourceRead.objects.count() == 1
    server.files[GROUPS_URL] = b"id,displayName\ng,B\n"
    report = look()

    assert (report.users.unchanged, report.groups.changed) == (1, 1)
    assert all(str(call.headers["Authorization"]) == "Bearer token" for call in server.asked)
    assert "token" not in repr(server.asked)


def test_a_server_without_marks_is_believed_by_its_content(server, monkeypatch):
    fetched()
    plain = server.send
    monkeypatch.setattr(
        server, "send", lambda call: Reply(200, {}, plain(Call("GET", call.url)).body, 1)
    )

    assert look().users.added == 1
    look()

    assert SourceRead.objects.count() == 1


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_another_answer_removes_nobody_and_is_asked_again(server, status):
    fetched()
    look()
    server.status = status

    with pytest.raises(ProvisioningError, match=str(status)):
        look()

    assert present() == {"1"}
    server.status = 200
    assert look().users.added == 0


def test_a_surprise_at_an_address_is_told_at_every_look(server):
    fetched()
    look()
    server.files[USERS_URL] = b"id,name\n1,Ana\n"

    for _time in range(2):
        with pytest.raises(UsageProblems, match="header is another"):
            look()

    assert present() == {"1"}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({}, "users_url"),
        ({"users_url": "ftp://host/users.csv"}, "users_url"),
        ({"users_url": "https://ana:secret@host/users.csv"}, "users_url"),
        ({"users_url": USERS_URL, "groups_url": "https://other.example/g.csv"}, "users_url"),
        ({"users_url": USERS_URL, "encoding": "rot13"}, "encoding"),
        ({"users_url": USERS_URL, "delimiter": "abc"}, "delimiter"),
        ({"users_url": USERS_URL, "separator": "abcdef"}, "separator"),
        ({"users_url": USERS_URL, "columns": "Nr"}, "columns"),
        ({"users_url": USERS_URL, "extent": "half"}, "extent"),
    ],
)
def test_what_is_wrong_is_told_at_its_key(said, key):
    assert [one.path for one in address_problems(said)] == [key]


def test_an_address_inside_this_network_is_not_asked(settings):
    settings.ALLOWED_TARGET_NETWORKS = ""
    said = {"users_url": "https://169.254.169.254/latest/users.csv"}
    connect_source(None, Wish("hr", "address", said), NOW)

    with pytest.raises(ProvisioningError, match="may not be reached"):
        look()
