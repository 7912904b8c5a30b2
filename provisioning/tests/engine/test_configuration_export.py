"""export writes what apply reads back without a change, in bytes that never differ."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from provisioning.engine.configuration.applying import apply_configuration
from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.engine.configuration.read import ConfigurationText, read_configuration
from provisioning.models import Application, Definition
from provisioning.tests.engine.configuring import TOKEN, apply_text, group, person

pytestmark = pytest.mark.django_db

FULL = """
    name: Genesys Cloud EU
    slug: genesys-eu
    template: genesys-cloud
    provisioning: {mode: automatic, status: on, interval: 40m}
    credentials:
      tenant_url: https://api.mypurecloud.de/api/v2/scim/v2
      secret_token: {env: ROLLCALL_TEST_SECRET}
    limits: {requests_per_minute: 300, connections: 16}
    dialect: entra
    notification: {email: [identity@contoso.example], on_failure: true}
    scope: all
    nested_groups: true
    exclude_default_access: false
    roles:
      - {value: agent, name: Agent}
      - {value: 'true', name: 'no'}
    assignments:
      - {group: Contact centre FR, role: agent}
      - {user: adele, role: 'no'}
      - {user: karim, role: Default Access}
    on_leaving_scope: nothing
    on_deletion: {action: disable, after: 0d}
    deletion_guard: {percent: 10, at_least: 0, at_most: 50}
    log_retention: 90d
    mappings:
      users:
        actions: [update, create]
        attributes:
          - {target: userName, source: userPrincipalName, match: 1}
          - {target: active, expression: 'Not([IsSoftDeleted])'}
          - {target: 'phoneNumbers[type eq "mobile"].value', source: mobile, when_empty: clear}
          - {target: title, source: jobTitle, default: Agent, apply: on_create}
          - {target: nickName, constant: "on"}
          - {target: locale, constant: "~"}
        filters:
          - title: French sales
            clauses:
              - {attribute: department, operator: NOT EQUALS, value: Sales, missing: passes}
              - {attribute: country, operator: EQUALS, value: FR, ignore_case: true}
              - {attribute: id, operator: REGEX_MATCH, value: "(1[0-9]{6})", regex: contains}
              - {attribute: accountEnabled, operator: IS_TRUE}
      groups:
        enabled: false
"""


@pytest.fixture
def full(monkeypatch):
    monkeypatch.setenv("ROLLCALL_TEST_SECRET", TOKEN)
    for name in ("adele", "karim"):
        person(name)
    group("g1", "Contact centre FR")
    apply_text(FULL)
    return Application.objects.get()


def test_what_is_exported_is_applied_again_without_a_change(full):
    exported = export_yaml(export_document(full))

    assert apply_text(exported).changes == []
    assert "secret_token: stored" in exported
    assert TOKEN not in exported


def test_two_exports_are_the_same_bytes(full):
    first = export_yaml(export_document(full))
    apply_text(FULL)

    assert export_yaml(export_document(Application.objects.get())) == first


def test_the_json_form_is_applied_again_without_a_change(full):
    assert apply_text(json.dumps(export_document(full))).changes == []


def test_a_new_application_made_of_an_export_exports_the_same(full):
    exported = export_yaml(export_document(full))
    renamed = exported.replace("slug: genesys-eu", "slug: again")

    apply_text(renamed.replace("secret_token: stored", "secret_token: {env: ROLLCALL_TEST_SECRET}"))

    again = Application.objects.get(slug="again")
    assert export_yaml(export_document(again)) == renamed


def test_an_application_without_anything_is_exported_and_applied_again():
    apply_text("{name: Bare, template: scim}")

    exported = export_yaml(export_document(Application.objects.get()))

    assert apply_text(exported).changes == []


def test_all_applications_are_exported_as_a_list():
    apply_text("{name: One, template: scim}", "{name: Two, template: genesys-cloud}")

    exported = export_yaml([export_document(one) for one in Application.objects.all()])

    assert apply_text(exported).changes == []
    assert len(read_configuration([ConfigurationText("x", exported.encode())])) == 2


texts = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from(string.printable + "\x85\u2028\ufeff:#'\"-?{}[]&*!|>%@~"),
    ),
    max_size=30,
) | st.sampled_from(["true", "false", "null", "~", "", "on", "007", "1e3", "- a", "2026-11-22"])


@given(constant=texts | st.booleans(), title=texts)
@example(constant="~\x85#", title="a\u2028b")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_survives_export_and_apply(constant, title):
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "title", "constant": constant},
    ]
    document = {
        "name": "Any",
        "template": "scim",
        "mappings": {"users": {"attributes": rows}},
        "roles": [{"value": "r", "name": "".join(filter(str.isprintable, title)).strip() or "x"}],
    }
    apply_configuration(None, [ConfigurationText("a", export_yaml(document).encode())])

    application = Application.objects.get()
    exported = export_yaml(export_document(application))
    changes = apply_configuration(None, [ConfigurationText("a", exported.encode())]).changes

    assert changes == []
    stored = Definition.objects.latest("version").content["mappings"]["users"]["attributes"]
    assert stored[1].get("constant") == constant
    assert type(stored[1].get("constant")) is type(constant)


def test_the_order_in_which_a_database_keeps_keys_does_not_show(full):
    exported = export_yaml(export_document(full))
    definition = Definition.objects.get()

    definition.content = json.loads(json.dumps(definition.content, sort_keys=True))
    definition.save()

    assert export_yaml(export_document(Application.objects.get())) == exported
