"""Secrets in configuration files: only references, read once, bound to their host, never shown."""

from __future__ import annotations

import pytest

from provisioning.core.errors import SecretUnreadable
from provisioning.engine.configuration.credentials import SEALED_FOR
from provisioning.engine.controls import set_credentials
from provisioning.models import Application, AuditEvent, Connection
from provisioning.models.secret import unseal
from provisioning.scim.secret import Secret
from provisioning.tests.engine.configuring import GENESYS, TOKEN, apply_text, refusals

pytestmark = pytest.mark.django_db

URL = "https://api.mypurecloud.de/api/v2/scim/v2"
CLIENT = "client_credentials: {client_id: abc, client_secret: {env: ROLLCALL_TEST_SECRET}}"


@pytest.fixture(autouse=True)
def secret_in_the_environment(monkeypatch):
    monkeypatch.setenv("ROLLCALL_TEST_SECRET", f"{TOKEN}\n")


def with_credentials(secret: str, url: str = URL) -> str:
    return GENESYS + f"    credentials: {{tenant_url: '{url}', {secret}}}\n"


BY_ENV = with_credentials("secret_token: {env: ROLLCALL_TEST_SECRET}")


def stored_secret() -> str:
    connection = Connection.objects.get()
    return unseal(connection.secret, table=SEALED_FOR, row=str(connection.pk), host=connection.host)


def test_a_secret_is_read_from_the_environment_and_trimmed():
    apply_text(BY_ENV)

    assert stored_secret() == TOKEN


def test_a_secret_is_read_from_a_file_and_trimmed(tmp_path):
    path = tmp_path / "token"
    path.write_text(f"  {TOKEN}\r\n")

    apply_text(with_credentials(f"secret_token: {{file: '{path}'}}"))

    assert stored_secret() == TOKEN


def test_the_changes_say_set_and_changed_and_never_the_secret(monkeypatch):
    first = apply_text(BY_ENV).changes
    assert {"path": "credentials.secret_token", "old": None, "new": "set"} in first
    assert apply_text(BY_ENV).changes == []

    monkeypatch.setenv("ROLLCALL_TEST_SECRET", "another-token-9876543210")
    second = apply_text(BY_ENV).changes

    assert second == [{"path": "credentials.secret_token", "old": "set", "new": "changed"}]
    audit = str(list(AuditEvent.objects.values()))
    assert TOKEN not in audit
    assert "another-token" not in audit


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (f"secret_token: {TOKEN}", "only a reference"),
        (f"secret_token: {{value: {TOKEN}}}", "only a reference"),
        ("secret_token: {env: ROLLCALL_TEST_UNSET}", "ROLLCALL_TEST_UNSET is not set"),
        ("secret_token: {file: /does/not/exist}", "cannot be read"),
        ("secret_token: {file: /}", "cannot be read"),
        ("secret_token: stored", "No secret is stored"),
    ],
)
def test_a_secret_that_is_no_readable_reference_is_refused(secret, words):
    (problem,) = refusals(with_credentials(secret))

    assert problem.path == "credentials.secret_token"
    assert problem.line == 5
    assert words in problem.message
    assert TOKEN not in str(problem)


@pytest.mark.parametrize(
    "text", ["", " \n", "s3cr3t!", "with space-0123456", "é" * 20, "x" * 20_000]
)
def test_T32_a_token_that_no_server_issues_is_refused_without_being_repeated(monkeypatch, text):
    monkeypatch.setenv("ROLLCALL_TEST_SECRET", text)

    (problem,) = refusals(BY_ENV)

    assert problem.path == "credentials.secret_token"
    assert not text.strip() or text.strip() not in str(problem)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@api.mypurecloud.de/api/v2/scim/v2",
        "https://169.254.169.254/scim",
        "https://10.0.0.7/scim/v2",
        "http://api.mypurecloud.de/api/v2/scim/v2",
        "ftp://api.mypurecloud.de/",
        "api.mypurecloud.de",
    ],
)
def test_T01_a_tenant_url_that_may_not_be_reached_is_refused(url):
    (problem,) = refusals(with_credentials("secret_token: {env: ROLLCALL_TEST_SECRET}", url))

    assert problem.path == "credentials.tenant_url"
    assert "password" not in problem.message.split("or a password")[0]


@pytest.mark.parametrize("kept", ["secret_token: stored", "secret_token: ~", ""])
def test_T07_another_host_needs_the_secret_again(kept):
    apply_text(BY_ENV)
    elsewhere = "https://attacker.example/scim/v2"
    text = (
        with_credentials(kept, elsewhere)
        if kept
        else (GENESYS + f"    credentials: {{tenant_url: '{elsewhere}'}}")
    )

    if "~" in kept:
        apply_text(text)
        assert not Connection.objects.get().secret
        return
    (problem,) = refusals(text)

    assert problem.path == "credentials.secret_token"
    assert Connection.objects.get().tenant_url == URL


def test_T07_another_token_url_needs_the_client_secret_again():
    apply_text(with_credentials(CLIENT))

    (problem,) = refusals(
        with_credentials("client_credentials: {token_url: 'https://attacker.example/token'}")
    )

    assert problem.path == "credentials.client_credentials.client_secret"


def test_T07_a_stored_token_does_not_become_a_client_secret():
    apply_text(BY_ENV)

    (problem,) = refusals(
        with_credentials("client_credentials: {client_id: abc, client_secret: stored}")
    )

    assert problem.path == "credentials.client_credentials.client_secret"


def test_T28_the_stored_secret_is_bound_to_the_host():
    apply_text(BY_ENV)
    Connection.objects.update(host="https://attacker.example")

    with pytest.raises(SecretUnreadable):
        stored_secret()


def test_another_path_on_the_same_host_keeps_the_secret():
    apply_text(BY_ENV)

    changes = apply_text(with_credentials("secret_token: stored", URL + "/")).changes
    assert changes == []
    apply_text(with_credentials("secret_token: stored", "https://api.mypurecloud.de/scim"))

    assert stored_secret() == TOKEN


def test_the_token_url_of_a_genesys_region_is_known():
    apply_text(with_credentials(CLIENT))

    connection = Connection.objects.get()
    assert connection.token_url == "https://login.mypurecloud.de/oauth/token"
    assert connection.host == "https://api.mypurecloud.de https://login.mypurecloud.de"
    assert stored_secret() == TOKEN


def test_client_credentials_elsewhere_need_a_token_url():
    (problem,) = refusals(with_credentials(CLIENT, "https://scim.contoso.example/v2"))

    assert problem.path == "credentials.client_credentials.token_url"


def test_null_clears_the_credentials():
    apply_text(BY_ENV)

    changes = apply_text(GENESYS + "    credentials: null").changes

    assert {"path": "credentials.secret_token", "old": "set", "new": None} in changes
    connection = Connection.objects.get()
    assert (connection.tenant_url, bytes(connection.secret)) == ("", b"")


def test_both_ways_to_sign_in_are_refused():
    (problem,) = refusals(with_credentials("secret_token: stored, " + CLIENT))

    assert problem.path == "credentials"


def test_another_server_forgets_what_was_learnt_of_the_first():
    apply_text(BY_ENV)
    Connection.objects.update(passport={"page_size": 10}, last_test={"ok": True})

    apply_text(
        with_credentials(
            "secret_token: {env: ROLLCALL_TEST_SECRET}", "https://api.mypurecloud.ie/api/v2/scim/v2"
        )
    )

    connection = Connection.objects.get()
    assert (connection.passport, connection.last_test) == ({}, {})


def test_a_secret_from_a_form_is_stored_like_one_from_a_file():
    apply_text(GENESYS)
    application = Application.objects.get()

    given = {"tenant_url": URL, "secret_token": Secret(TOKEN)}
    changes = set_credentials(None, application, given).changes

    assert TOKEN not in str(changes)
    assert stored_secret() == TOKEN
