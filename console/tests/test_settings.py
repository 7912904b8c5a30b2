"""What the settings are, read by a process of its own for each environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import json, django
from django.conf import settings
django.setup()
names = "ON_SQLITE ALLOWED_TARGET_NETWORKS ROLLCALL_SECRET_KEYS SECRET_KEY".split()
names.append("CELERY_BROKER_URL")
found = {name: getattr(settings, name) for name in names}
found |= {"mail": settings.EMAIL_BACKEND, "cookie": settings.SESSION_COOKIE_NAME}
print(json.dumps(found | {"from": settings.DEFAULT_FROM_EMAIL, "hosts": settings.ALLOWED_HOSTS}))
"""
POSTGRES = "postgresql://u:p@db/rollcall"


@pytest.fixture
def read(tmp_path):
    def run(**environment):
        path = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "console.settings"}
        answer = subprocess.run(
            [sys.executable, "-c", PROBE],
            env=path | {"ROLLCALL_DATA": str(tmp_path / "data")} | environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        return json.loads(answer.stdout)

    return run


def test_keys_that_nobody_set_are_made_once_and_for_their_owner_only(read, tmp_path):
    first, second = read(), read()

    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["ROLLCALL_SECRET_KEYS"] == second["ROLLCALL_SECRET_KEYS"]
    for name in ("secret-key", "secret-keys"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o600


def test_on_postgresql_no_key_is_made(read, tmp_path):
    found = read(DATABASE_URL=POSTGRES)

    assert found["ROLLCALL_SECRET_KEYS"] == []
    assert not (tmp_path / "data").exists()


def test_a_secret_is_read_from_a_file_without_its_last_newline(read, tmp_path):
    file = tmp_path / "key"
    file.write_text("from-a-file\n")

    assert read(SECRET_KEY_FILE=str(file))["SECRET_KEY"] == "from-a-file"


@pytest.mark.parametrize(
    ("environment", "networks"),
    [
        ({}, ["127.0.0.0/8", "::1/128"]),
        ({"REDIS_URL": "redis://broker"}, []),
        ({"DATABASE_URL": POSTGRES}, []),
        ({"DATABASE_URL": POSTGRES, "ALLOWED_TARGET_NETWORKS": "10.0.0.0/8"}, ["10.0.0.0/8"]),
    ],
)
def test_loopback_is_open_to_tenant_urls_on_the_embedded_default_only(read, environment, networks):
    assert read(**environment)["ALLOWED_TARGET_NETWORKS"] == networks


def test_the_private_broker_is_a_socket_that_can_be_bound_however_long_the_data_folder(read):
    address = read(ROLLCALL_DATA="/tmp/" + "long folder/" * 12 + "end")["CELERY_BROKER_URL"]

    assert address.startswith("redis+socket:///tmp/")
    assert len(address.removeprefix("redis+socket://")) < 107


def test_a_set_broker_is_taken_as_it_is(read):
    assert read(REDIS_URL="rediss://broker:6380/2")["CELERY_BROKER_URL"] == "rediss://broker:6380/2"


def test_mail_goes_to_files_until_a_server_is_named(read):
    assert read()["mail"] == "console.mail_files.EmailBackend"
    smtp = read(EMAIL_URL="smtp+tls://u:p@mail.example:587/?from=id@example.com")
    assert smtp["mail"] == "django.core.mail.backends.smtp.EmailBackend"
    assert smtp["from"] == "id@example.com"


def test_T21_only_the_public_name_and_loopback_are_answered_for(read):
    found = read(PUBLIC_URL="https://rollcall.example")

    assert found["hosts"] == ["127.0.0.1", "[::1]", "localhost", "rollcall.example"]
    assert found["cookie"] == "__Host-session"
