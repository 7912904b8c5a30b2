"""What an administrator says of an LDAP server is refused where it is wrong, with what to write."""

from __future__ import annotations

import pytest

from provisioning.sources.ldap.settings import (
    Security,
    host_of,
    read_settings,
    settings_problems,
)

GOOD = {"url": "ldaps://dc1.example.com", "security": "tls", "bases": "dc=example,dc=com"}


def test_good_settings_have_no_problem_and_lists_have_a_line_each():
    said = {**GOOD, "bases": "ou=a,dc=x\n\n ou=b,dc=x ", "attributes": "userPrincipalName = uid"}

    settings = read_settings(said)

    assert settings_problems(said) == []
    assert settings.bases == ("ou=a,dc=x", "ou=b,dc=x")
    assert settings.attributes == {"userPrincipalName": "uid"}
    assert settings.security is Security.TLS


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"url": "dc1.example.com"}, "url"),
        ({"url": "ldaps://me@dc1.example.com"}, "url"),
        ({"url": "ldaps://dc1.example.com:many"}, "url"),
        ({"url": "ldap://dc1.example.com", "security": "none"}, "security"),
        ({"url": "ldap://dc1.example.com", "security": "tls"}, "security"),
        ({"security": "starttls"}, "security"),
        ({"security": "maybe"}, "security"),
        ({"bases": " \n"}, "bases"),
        ({"user_filter": "objectClass=person"}, "user_filter"),
        ({"group_filter": "(&(a=b)"}, "group_filter"),
        ({"attributes": "userPrincipalName uid"}, "attributes"),
        ({"ca_certificate": "/etc/ssl/ca.pem"}, "ca_certificate"),
    ],
)
def test_what_is_wrong_is_named_by_its_key_and_says_what_to_write(said, key):
    (problem,) = settings_problems({**GOOD, **said})

    assert problem.path == key
    assert problem.message


def test_a_password_may_travel_in_the_clear_to_this_machine_only():
    local = {**GOOD, "url": "ldap://127.0.0.1:389", "security": "none"}

    assert settings_problems(local) == []
    assert settings_problems({**local, "url": "ldap://127.0.0.1.example.com"})


def test_the_password_is_bound_to_scheme_host_and_port():
    assert host_of(GOOD) == "ldaps://dc1.example.com"
    assert host_of({"url": "LDAPS://DC1.example.com:636/dc=x"}) == "ldaps://dc1.example.com:636"
