"""Sources: where people come from, and an import that shows first what it would change."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from console.tests.signing_in import administrator, reader
from provisioning.models import AuditEvent, DirectoryObject
from provisioning.tests.builders import Directory

INDEX = "/directory/sources/"
UPLOAD = f"{INDEX}import/"
PEOPLE = "id,userPrincipalName,displayName\nu1,ana@x.example,Ana\nu2,bob@x.example,<b>Bob</b>\n"


@pytest.fixture
def marie(client, db, settings, tmp_path):
    settings.ROLLCALL_DATA = tmp_path
    return administrator(client)


def file(content, name="people.csv"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def send(client, users=PEOPLE, **more):
    typed = {"users": file(users), "source": "HR CSV", "extent": "complete", **more}
    return client.post(UPLOAD, {key: value for key, value in typed.items() if value is not None})


def text_of(answer):
    return unescape(answer.content.decode())


def numbers(text):
    """The rows of the preview: part and its numbers."""
    rows = text.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    return [
        [piece.rpartition(">")[2] for piece in row.replace("</th>", "</td>").split("</td>")[:-1]]
        for row in rows
    ]


def test_without_a_source_the_page_says_where_to_begin(client, marie):
    text = text_of(client.get(INDEX))

    assert "No source yet." in text
    assert "/setup/directory/" in text


def test_an_import_is_shown_first_and_done_when_confirmed(client, marie):
    address = send(
        client,
        groups=file("id,displayName\ng1,Sales\n", "groups.csv"),
        memberships=file("group,member\ng1,u1\n", "members.csv"),
    )["Location"]

    preview = text_of(client.get(address))
    assert numbers(preview) == [
        ["People", "2", "0", "0", "0"],
        ["Groups", "1", "0", "0", "0"],
        ["Memberships", "1", "0", "0", "0"],
    ]
    assert not DirectoryObject.objects.exists()

    answer = client.post(address, {"op": "import"}, follow=True)
    text = text_of(answer)
    assert "Imported: 3 new, 0 changed, 0 removed." in text
    assert "2 people · 1 group" in text
    assert DirectoryObject.objects.count() == 3
    assert AuditEvent.objects.get(activity="import").actor == marie
    assert client.get(address).status_code == 404


def test_discarded_files_change_nothing(client, marie):
    address = send(client)["Location"]

    client.post(address, {"op": "discard"})

    assert not DirectoryObject.objects.exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"users": None}, "users", "required"),
        ({"users": file("")}, "users", "people.csv"),
        ({"users": file(b"PK\x03\x04rest of a workbook")}, "users", "people.csv"),
        ({"users": file('[{"id": "u1"}]', "people.json")}, "users", "JSON array"),
        ({"groups": file("[]", "groups.json")}, "groups", "groups.json:1:"),
        ({"memberships": file("", "m.csv")}, "memberships", "m.csv:1:"),
        ({"source": ""}, "source", "required"),
        ({"source": "a\tb\x07"}, "source", "control"),
        ({"extent": "half"}, "extent", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(client, marie, typed, field, told):
    sent = {"users": file(PEOPLE), "source": "HR CSV", "extent": "partial", **typed}

    answer = client.post(UPLOAD, {key: value for key, value in sent.items() if value is not None})
    text = text_of(answer)

    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text
    assert told in text
    assert "Choose the files again" in text
    assert 'value="HR CSV"' in text or field == "source"
    assert (re.search('value="partial"[^>]*checked', text) is None) is ("extent" in typed)
    assert not DirectoryObject.objects.exists()


def test_refused_rows_are_told_by_file_and_line(client, marie):
    address = send(client, PEOPLE + "u1,again@x.example,Again\n")["Location"]

    text = text_of(client.get(address))

    assert "2 rows refused" in text
    assert "people.csv" in text
    assert '<td data-label="Line">4</td>' in text
    client.post(address, {"op": "import"})
    assert "2 rows refused" in text_of(client.get(INDEX))


def company(tmp_path, number):
    directory = Directory(tmp_path)
    for index in range(number):
        directory.person(f"u{index}")
    directory.sync()


@pytest.mark.parametrize(("force", "left"), [("no", 10), ("yes", 1), ("", 10)])
def test_far_more_missing_than_usual_is_a_person_s_decision(client, marie, tmp_path, force, left):
    company(tmp_path, 10)
    address = send(client, "id,displayName\nu0,Zero\n", source="files")["Location"]
    asked = text_of(client.get(address))
    assert "Far more are missing from these files than usually leave." in asked

    answer = client.post(address, {"op": "import", "force": force}, follow=True)

    assert DirectoryObject.objects.present().count() == left
    held = "Nobody was removed: too many were missing" in text_of(answer)
    assert held is (left == 10)
    assert ("Removals held" in text_of(client.get(INDEX))) is held


def test_a_few_missing_are_removed_without_a_question(client, marie, tmp_path):
    company(tmp_path, 2)

    address = send(client, "id,displayName\nu0,Zero\n", source="files")["Location"]
    assert "Far more are missing" not in text_of(client.get(address))
    client.post(address, {"op": "import"})

    assert DirectoryObject.objects.present().count() == 1


def test_partial_files_remove_nobody(client, marie, tmp_path):
    company(tmp_path, 2)
    address = send(client, "id,displayName\nu9,New\n", source="files", extent="partial")["Location"]

    client.post(address, {"op": "import"})

    assert DirectoryObject.objects.present().count() == 3


def test_import_now_of_a_source_names_it(client, marie, tmp_path):
    company(tmp_path, 1)

    assert "?source=files" in client.get(INDEX).content.decode()
    assert 'value="files"' in text_of(client.get(f"{UPLOAD}?source=files"))


def test_names_from_files_are_text(client, marie):
    typed = {"users": file(PEOPLE + "u1,x,y\n", "<b>people</b>.csv"), "source": "HR CSV"}
    address = client.post(UPLOAD, {**typed, "extent": "complete"})["Location"]

    assert "<b>people" not in client.get(address).content.decode()


def test_a_reader_sees_sources_and_imports_nothing(client, db, tmp_path):
    company(tmp_path, 3)
    reader(client)

    text = text_of(client.get(INDEX))

    assert "3 people" in text
    assert "Import" not in text.partition("<main")[2].replace("Imported", "").partition("Last")[0]
    assert send(client).status_code == 403


def reading(part="users", encoding="utf-8", delimiter=",", **columns):
    """What the form sends to have a file read in another way."""
    sent = {"op": "read", f"{part}-encoding": encoding, f"{part}-delimiter": delimiter}
    return sent | {f"{part}-{name}": value for name, value in columns.items()}


def test_columns_of_another_name_are_mapped_before_anything_is_imported(client, marie):
    address = send(client, "Personalnr;Name;Mail\n7;Ana;ana@x.example\n")["Location"]
    text = text_of(client.get(address))
    assert "people.csv: The column “id” is missing" in re.sub("</?bdi>", "", text)
    assert 'value="import"' not in text
    assert "<bdi>ana@x.example</bdi>" in text

    client.post(address, reading(delimiter=";", column0="id", column1="displayName", column2=""))
    assert numbers(text_of(client.get(address)))[0] == ["People", "1", "0", "0", "0"]
    client.post(address, {"op": "import"})

    ana = DirectoryObject.objects.get()
    assert (ana.source_id, ana.attributes) == ("7", {"displayName": "Ana"})


def test_a_guessed_encoding_is_shown_and_imported_only_when_somebody_chose_it(client, marie):
    rows = "id;displayName\n1;Zoé Müller\n2;Jürgen Größe\n3;François Noël\n".encode("cp1252")
    address = send(client, rows)["Location"]
    text = text_of(client.get(address))
    assert "people.csv is not UTF-8. It looks like" in text
    assert 'value="import"' not in text

    client.post(address, {"op": "import"})
    assert not DirectoryObject.objects.exists()
    client.post(
        address, reading(encoding="cp1252", delimiter=";", column0="id", column1="displayName")
    )
    assert "Zoé Müller" in text_of(client.get(address))
    client.post(address, {"op": "import"})

    assert DirectoryObject.objects.get(source_id="1").display_name == "Zoé Müller"


def test_a_way_of_reading_that_does_not_exist_is_refused(client, marie):
    address = send(client)["Location"]

    answer = client.post(address, reading(encoding="rot13", column0="id"))

    assert answer.status_code == 422
    assert "Select a valid choice." in text_of(answer)
