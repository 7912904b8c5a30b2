"""The first run: the first account, by whoever can read the server's output, and a directory."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from console import first_code
from console.access import role_of
from console.models import Role
from console.tests.signing_in import administrator, reader
from provisioning.models import AuditEvent, DirectoryObject

pytestmark = pytest.mark.django_db

TYPED = {"username": "marie", "email": "marie@contoso.example", "password": "correct-horse"}


@pytest.fixture
def code(settings, tmp_path, capsys):
    settings.ROLLCALL_DATA = tmp_path
    first_code.announce()
    return capsys.readouterr().err.split()[-1]


def test_who_comes_first_is_led_to_the_first_run(client, code):
    assert client.get("/login/")["Location"] == "/setup/"


def test_the_code_makes_the_first_administrator_and_signs_them_in(client, code):
    answer = client.post("/setup/", {**TYPED, "code": code})

    assert answer["Location"] == "/setup/directory/"
    assert role_of(User.objects.get()) == Role.ADMINISTRATOR
    assert client.get("/setup/directory/").status_code == 200


def test_T48_without_the_code_there_is_no_account_and_nothing_typed_is_lost(client, code):
    answer = client.post("/setup/", {**TYPED, "code": "guessed"})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert "This is not the code." in text
    assert 'value="marie"' in text
    assert TYPED["password"] not in text
    assert not User.objects.exists()


def test_an_easy_password_is_refused(client, code):
    answer = client.post("/setup/", {**TYPED, "password": "123", "code": code})

    assert answer.status_code == 422
    assert not User.objects.exists()


def test_T48_the_code_lies_where_only_the_server_reads_and_serves_once(client, code, tmp_path):
    kept = tmp_path / first_code.FILE
    assert kept.stat().st_mode & 0o777 == 0o600

    client.post("/setup/", {**TYPED, "code": code})

    assert not kept.exists()
    assert client.get("/setup/").status_code == 404


def test_no_code_is_printed_once_somebody_can_sign_in(settings, tmp_path, capsys):
    settings.ROLLCALL_DATA = tmp_path
    User.objects.create_user("marie")

    first_code.announce()

    assert capsys.readouterr().err == ""


def test_the_sample_directory_is_imported_by_whoever_asked(client):
    user = administrator(client)

    answer = client.post("/setup/directory/")

    assert answer["Location"] == "/setup/application/"
    assert DirectoryObject.objects.people().count() >= 200
    assert AuditEvent.objects.get(activity="import").actor == user
    assert "200" in client.get("/setup/directory/").content.decode()


def test_a_reader_sets_nothing_up(client):
    reader(client)

    assert client.post("/setup/directory/").status_code == 403
    assert not DirectoryObject.objects.exists()
