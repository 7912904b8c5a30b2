"""`make setup` and `make test`: what is remembered, and what the last line says."""

from __future__ import annotations

import os
import sys

import pytest

from provisioning.management.make import servers, setup
from provisioning.management.make import test as suite


@pytest.fixture
def checkout(monkeypatch, tmp_path):
    """A checkout whose pip only writes down what it was asked."""
    asked = []
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "run", lambda command, failure: asked.append(command[-1].name))
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("b==1\n")
    return tmp_path, asked


def test_packages_are_installed_once_for_each_content_of_the_file(checkout):
    folder, asked = checkout

    setup.install("requirements.txt")
    setup.install("requirements.txt")
    (folder / "requirements.txt").write_text("a==2\n")
    setup.install("requirements.txt")

    assert asked == ["requirements.txt", "requirements.txt"]


def test_what_tests_need_follows_what_rollcall_needs(checkout):
    folder, asked = checkout

    setup.install("requirements-dev.txt")
    (folder / "requirements.txt").write_text("a==2\n")
    setup.install("requirements-dev.txt")

    assert len(asked) == 2


def test_an_installation_that_failed_is_not_remembered(checkout, monkeypatch):
    folder, _ = checkout

    def fails(command, failure):
        raise setup.SetupError(failure)

    monkeypatch.setattr(setup, "run", fails)
    with pytest.raises(setup.SetupError, match="package index"):
        setup.install("requirements.txt")

    assert not (folder / ".installed-requirements.txt").exists()


def test_without_root_a_missing_debian_package_is_named(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    with pytest.raises(setup.SetupError, match="apt-get install python3-venv"):
        setup.install_debian_package("python3-venv", "It is missing.")


@pytest.mark.parametrize(
    ("summaries", "total"),
    [
        (["10 passed in 3.1s", "4 passed in 1.0s"], "14 passed"),
        (
            ["1 failed, 10 passed in 3.1s", "4 passed, 2 errors in 1s"],
            "2 errors, 1 failed, 14 passed",
        ),
        (["ended without a summary"], "no tests ran"),
    ],
)
def test_the_last_line_adds_the_rings_up(summaries, total):
    rings = [suite.Ring("ring", 0, summary) for summary in summaries]

    assert suite._total(rings) == total


@pytest.mark.parametrize(
    ("code", "ci", "missing", "expected"),
    [(0, "", "", 0), (1, "", "", 1), (0, "", "no server", 0), (0, "true", "no server", 1)],
)
def test_a_ring_that_failed_or_is_missing_in_ci_is_a_failure(
    monkeypatch, capsys, code, ci, missing, expected
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(
        suite, "missing_servers", lambda: {"PostgreSQL": missing, "LDAP": "", "Browser": ""}
    )
    monkeypatch.setattr(suite, "_run", lambda name, *_: suite.Ring(name, code, "3 passed in 1s"))

    assert suite.main([]) == expected

    last = capsys.readouterr().out.splitlines()
    assert last[-1] == ("6 passed" if missing else "9 passed")
    assert any("not run" in line for line in last) is bool(missing)


def test_without_the_ldap_library_its_servers_are_named_and_the_others_found(monkeypatch):
    monkeypatch.setitem(sys.modules, "ldap", None)
    for name in ("samba", "slapd", "ldap_process"):
        monkeypatch.delitem(sys.modules, f"provisioning.tests.sources.{name}", raising=False)
    monkeypatch.setattr(servers, "find_spec", lambda _: None)
    monkeypatch.setattr(servers, "_installed", lambda *_: "")

    missing = servers.missing_servers()

    assert [name for name, why in missing.items() if "make setup-ldap" in why] == [
        "LDAP", "Active Directory",
    ]  # fmt: skip
    assert missing["PostgreSQL"] == missing["Browser"] == ""
