"""Every form of the configuration with each field wrong: told at its field, and nothing typed lost.

One row per field: what is typed there, the field that the summary leads to, and words it says.
All other fields hold something right that must come back as it was typed.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from console.tests.signing_in import administrator
from provisioning.models import AuditEvent
from provisioning.tests.builders import Directory, configure

APP = "/applications/phone/"
CREDENTIALS = {
    "auth": "client_credentials",
    "region": "other",
    "tenant_url": "https://scim.contoso.example/v2",
    "client_id": "client-of-contoso",
    "client_secret": "a-secret-of-contoso-123",
    "token_url": "https://login.contoso.example/token",
}
NOTIFICATIONS = {"email": "it@contoso.example", "on_failure": "on"}
MAPPING = {
    "target": "nickName",
    "type": "direct",
    "source": "mailNickname",
    "default": "what I typed",
    "match": "3",
    "apply": "on_create",
    "when_empty": "clear",
}
SCOPE = {
    "kind": "users",
    "scope": "assigned",
    "exclude": "1",
    "on_leaving": "nothing",
    "f0-title": "Only sales",
    "f0-c0-attribute": "department",
    "f0-c0-operator": "EQUALS",
    "f0-c0-value": "Sales of mine",
}
SETTINGS = {
    "name": "Phone of mine",
    "mode": "on_demand",
    "status": "off",
    "interval": "91",
    "requests_per_minute": "121",
    "connections": "4",
    "percent": "7",
    "at_least": "2",
    "at_most": "51",
    "deletion": "disable",
    "after": "11",
    "retention": "31",
    "dialect": "entra",
}
ACCOUNT = {
    "username": "paul",
    "email": "paul@contoso.example",
    "password": "correct-horse",
    "role": "administrator",
}
ROLE = {"name": "Wallboard", "value": "wallboard"}
PASSWORD = {"form": "password", "present": "wrong-one", "new": "correct-horse"}
MANY = ", ".join(f"a{number}@b.example" for number in range(21))
LONG = "x" * 10_001
SECRETS = ("client_secret", "secret_token", "password", "present", "new")

FORMS = {
    "credentials": (f"{APP}credentials/", CREDENTIALS),
    "notifications": (f"{APP}notifications/", NOTIFICATIONS),
    "mapping": (f"{APP}mappings/users/new/", MAPPING),
    "actions": (f"{APP}mappings/users/", {"actions": "create"}),
    "scope": (f"{APP}scope/", SCOPE),
    "settings": (f"{APP}settings/", SETTINGS),
    "role": (f"{APP}roles/add/", ROLE),
    "replacement": (f"{APP}roles/agent/", {"do": "delete", "role": "Default Access"}),
    "account": ("/administration/administrators/", ACCOUNT),
    "preferences": ("/account/", {"form": "preferences", "language": "fr", "theme": "dark"}),
    "password": ("/account/", PASSWORD),
}
WRONG = [
    ("credentials", {"auth": "magic"}, "id_auth"),
    ("credentials", {"region": "moon"}, "id_region"),
    ("credentials", {"tenant_url": ""}, "id_tenant_url"),
    ("credentials", {"tenant_url": "ftp://contoso.example"}, "id_tenant_url"),
    ("credentials", {"tenant_url": "http://contoso.example/scim"}, "id_tenant_url"),
    ("credentials", {"tenant_url": "https://10.0.0.1/scim"}, "id_tenant_url"),
    ("credentials", {"tenant_url": "https://user:pw@contoso.example/"}, "id_tenant_url"),
    ("credentials", {"tenant_url": LONG}, "id_tenant_url"),
    ("credentials", {"client_id": ""}, "id_client_id"),
    ("credentials", {"client_secret": ""}, "id_client_secret"),
    ("credentials", {"client_secret": "x7q"}, "id_client_secret"),
    ("credentials", {"token_url": "nonsense"}, "id_token_url"),
    ("credentials", {"auth": "secret_token", "secret_token": ""}, "id_secret_token"),
    ("credentials", {"auth": "secret_token", "secret_token": "a b c d e f g h"}, "id_secret_token"),
    ("notifications", {"email": "nowhere"}, "id_email"),
    ("notifications", {"email": "a@b.example, nowhere, c@d.example"}, "id_email"),
    ("notifications", {"email": MANY}, "id_email"),
    ("notifications", {"email": ""}, "id_email"),
    ("mapping", {"target": ""}, "id_target"),
    ("mapping", {"target": "emails["}, "id_target"),
    ("mapping", {"target": "userName"}, "id_target"),
    ("mapping", {"type": "magic"}, "id_type"),
    ("mapping", {"source": ""}, "id_source"),
    ("mapping", {"source": LONG}, "id_source"),
    ("mapping", {"type": "constant", "constant": ""}, "id_constant"),
    ("mapping", {"type": "expression", "expression": "Join("}, "id_expression"),
    ("mapping", {"type": "expression", "expression": "Now(" * 4_000}, "id_expression"),
    ("mapping", {"type": "none", "default": ""}, "id_default"),
    ("mapping", {"match": "-1"}, "id_match"),
    ("mapping", {"match": "first"}, "id_match"),
    ("mapping", {"apply": "sometimes"}, "id_apply"),
    ("mapping", {"when_empty": "explode"}, "id_when_empty"),
    ("actions", {"actions": "explode"}, "id_actions"),
    ("scope", {"scope": "some"}, "scope-assigned"),
    ("scope", {"on_leaving": "explode"}, "on-leaving"),
    ("scope", {"f0-title": LONG}, "f0-title"),
    ("scope", {"f0-c0-attribute": ""}, "f0-c0-attribute"),
    ("scope", {"f0-c0-attribute": LONG}, "f0-c0-attribute"),
    ("scope", {"f0-c0-operator": "LIKE"}, "f0-c0-operator"),
    ("scope", {"f0-c0-value": ""}, "f0-c0-value"),
    ("scope", {"f0-c0-operator": "REGEX_MATCH", "f0-c0-value": "("}, "f0-c0-value"),
    ("scope", {"f0-c0-operator": "BEFORE", "f0-c0-value": "soon"}, "f0-c0-value"),
    *(("settings", {name: ""}, f"id_{name}") for name in ("name", "interval", "percent", "after")),
    ("settings", {"name": LONG}, "id_name"),
    *(("settings", {name: "odd"}, f"id_{name}") for name in ("mode", "status", "dialect")),
    ("settings", {"deletion": "odd"}, "id_deletion"),
    ("settings", {"interval": "4"}, "id_interval"),
    ("settings", {"interval": "9" * 400}, "id_interval"),
    ("settings", {"requests_per_minute": "0"}, "id_requests_per_minute"),
    ("settings", {"connections": "33"}, "id_connections"),
    ("settings", {"percent": "101"}, "id_percent"),
    ("settings", {"at_least": "-1"}, "id_at_least"),
    ("settings", {"at_most": "many"}, "id_at_most"),
    ("settings", {"after": "4000"}, "id_after"),
    ("settings", {"retention": "0"}, "id_retention"),
    ("settings", {"status": "on"}, "id_status"),
    ("role", {"name": ""}, "id_name"),
    ("role", {"name": LONG}, "id_name"),
    ("role", {"name": "Default Access"}, "id_name"),
    ("role", {"value": "two words"}, "id_value"),
    ("role", {"value": "agent"}, "id_value"),
    ("replacement", {"role": ""}, "id_role"),
    ("replacement", {"role": "king"}, "id_role"),
    ("account", {"username": ""}, "id_username"),
    ("account", {"username": "MARIE"}, "id_username"),
    ("account", {"username": LONG}, "id_username"),
    ("account", {"email": "nowhere"}, "id_email"),
    ("account", {"password": "x7q"}, "id_password"),
    ("account", {"role": "king"}, "id_role"),
    ("preferences", {"language": "xx"}, "id_language"),
    ("preferences", {"theme": "pink"}, "id_theme"),
    ("password", {}, "id_present"),
    ("password", {"present": "right-one", "new": "x7q"}, "id_new"),
]


@pytest.fixture
def marie(client, tmp_path, db):
    directory = Directory(tmp_path)
    directory.person("ana", department="Sales")
    directory.sync()
    configure({"name": "Phone", "slug": "phone", "template": "genesys-cloud"})
    user = administrator(client)
    user.set_password("right-one")
    user.save()
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("form", "wrong", "field"), WRONG, ids=[f"{one[0]}-{'-'.join(one[1])}" for one in WRONG]
)
def test_a_wrong_field_is_told_at_its_place_and_nothing_typed_is_lost(
    client, marie, form, wrong, field
):
    address, right = FORMS[form]
    typed = {**right, **wrong}
    before = AuditEvent.objects.count()

    answer = client.post(address, typed)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert "<title>Error:" in text
    assert _summary(text, field)
    assert f'id="{field}"' in text
    assert "error" in _described_by(text, field)
    assert not [name for name in typed if not _kept(text, name, typed[name])]
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("form", FORMS)
def test_a_form_with_nothing_in_it_never_breaks(client, marie, form):
    address, right = FORMS[form]
    hidden = {name: right[name] for name in ("form", "do", "kind") if name in right}

    assert client.post(address, hidden).status_code in (302, 422)


@pytest.mark.parametrize("form", FORMS)
def test_markup_and_marks_that_turn_the_line_come_back_as_they_were_typed(client, marie, form):
    address, right = FORMS[form]
    hostile = "<script>alert(1)</script>\u202e\"'"
    typed = {name: hostile if name not in ("form", "do", "kind") else right[name] for name in right}

    answer = client.post(address, typed)

    assert answer.status_code == 422
    assert "<script>alert(1)" not in answer.content.decode()


def _summary(text, field):
    """Whether the summary, which takes focus, links to the field."""
    summary = re.search(r'id="error-summary" tabindex="-1".*?</section>', text, re.DOTALL)
    return summary is not None and f'href="#{field}"' in summary[0]


def _described_by(text, field):
    """What a screen reader says with the field, or with one of a group of choices."""
    tag = re.search(rf'<(?:input|select|textarea|fieldset)[^>]*id="{field}"[^>]*>', text)
    return tag[0] if tag else ""


def _kept(text, name, value):
    """Whether what was typed stands in its field again; a secret never does, on purpose."""
    if name in SECRETS or name in ("form", "do"):
        return value == "" or name in ("form", "do") or value not in text
    tags = re.findall(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', text)
    if not value or not tags:
        return bool(tags)
    if any('type="radio"' in one or 'type="checkbox"' in one for one in tags):
        chosen = [one for one in tags if "checked" in one]
        return any(f'value="{value}"' in one for one in chosen) or not _offered(tags, value)
    if tags[0].startswith("<select"):
        return f'value="{value}" selected' in text or f'value="{value}"' not in text
    return value in unescape(text)


def _offered(tags, value):
    """Whether the page has such a choice at all."""
    return any(f'value="{value}"' in one for one in tags)
