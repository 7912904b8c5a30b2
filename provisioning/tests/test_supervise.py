"""The parts of `make run`, one by one."""

from __future__ import annotations

import configparser
import json
import os
import socket
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from provisioning.core.errors import ConfigurationError, ProvisioningError
from provisioning.management.supervise import first_start, programs, supervisor_file, valkey
from provisioning.management.supervise.one_instance import take_lock
from provisioning.management.supervise.ports import port_problems


@pytest.fixture
def taken_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield str(holder.getsockname()[1])


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_a_taken_port_is_named_with_what_to_do(taken_port, free_port):
    [problem] = port_problems({"PORT": free_port, "SIMULATOR_PORT": taken_port})

    assert problem.path == "SIMULATOR_PORT"
    assert taken_port in problem.message
    assert "SIMULATOR_PORT=" in problem.advice
    assert "make run" in problem.advice


def test_the_same_port_twice_is_refused(free_port):
    assert len(port_problems({"PORT": free_port, "SIMULATOR_PORT": free_port})) == 1


@pytest.mark.parametrize("text", ["", "eight", "0", "65536", "-1", "８０００", "80 80"])
def test_a_text_that_is_no_port_is_refused(text):
    [problem] = port_problems({"PORT": text})

    assert "from 1 to 65535" in problem.advice


def test_one_data_folder_has_one_instance(tmp_path):
    lock = take_lock(tmp_path, "http://127.0.0.1:8000")

    with pytest.raises(ProvisioningError, match=r"already runs.*http://127\.0\.0\.1:8000"):
        take_lock(tmp_path, "http://127.0.0.1:9999")

    os.close(lock)
    os.close(take_lock(tmp_path, "http://127.0.0.1:8000"))


def test_no_path_is_written_into_the_supervisor_s_file():
    text = supervisor_file.text(programs.names(private_broker=True))

    parsed = configparser.RawConfigParser()
    parsed.read_string(text)
    assert {f"program:{name}" for name in programs.names(private_broker=True)} <= set(parsed)
    assert "=/" not in text
    assert all(
        parsed[section]["autorestart"] == "true" for section in parsed if "program" in section
    )


def test_a_set_broker_needs_no_private_one():
    assert "valkey" not in programs.names(private_broker=False)


def test_a_socket_s_folder_is_for_its_owner(tmp_path):
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o777)

    valkey.make_private_folder(folder)

    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_that_a_stranger_prepared_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "theirs")

    with pytest.raises(ConfigurationError):
        valkey.make_private_folder(tmp_path / "sockets")


def prepared(data: Path) -> first_start.SignIn:
    """The sign-in after a start with this data folder."""
    sign_in = first_start.prepare(data)
    assert sign_in
    return sign_in


@pytest.fixture
def seeded(monkeypatch):
    calls = []
    monkeypatch.setattr(first_start, "call_command", lambda *a, **k: calls.append((a[0], k)))
    return calls


@pytest.mark.django_db
def test_T48_the_first_start_makes_one_administrator_with_a_random_password(seeded, tmp_path):
    sign_in = prepared(tmp_path)

    file = tmp_path / "first-sign-in.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text()) == {
        "url": sign_in.url,
        "user": "admin",
        "password": sign_in.password,
    }
    assert len(sign_in.password) >= 15
    assert get_user_model().objects.get().check_password(sign_in.password)
    assert [name for name, _ in seeded] == ["seed_demo"]
    assert sign_in.password not in repr(sign_in)


@pytest.mark.django_db
def test_a_second_start_makes_nothing_and_says_the_same(seeded, tmp_path, settings):
    first = prepared(tmp_path)
    settings.PUBLIC_URL = "http://127.0.0.1:8010"

    second = prepared(tmp_path)

    assert (second.user, second.password) == (first.user, first.password)
    assert json.loads((tmp_path / "first-sign-in.json").read_text())["url"] == second.url
    assert second.url == "http://127.0.0.1:8010"
    assert len(seeded) == 1


@pytest.mark.django_db
def test_the_password_may_be_given(seeded, tmp_path, monkeypatch):
    monkeypatch.setenv("ROLLCALL_ADMIN_PASSWORD", "chosen by a person")

    assert prepared(tmp_path).password == "chosen by a person"


@pytest.mark.django_db
def test_a_first_start_cut_short_before_the_account_is_taken_up_again(seeded, tmp_path):
    before = prepared(tmp_path)
    get_user_model().objects.all().delete()

    after = prepared(tmp_path)

    assert after.password == before.password
    assert get_user_model().objects.get().check_password(before.password)
