"""apply makes the configuration match its files: defaults, lists, null, versions and audit rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from provisioning.core.gallery import TEMPLATES
from provisioning.engine.configuration.current import stored_document
from provisioning.models import Application, AuditEvent, Definition, Job
from provisioning.models.audit import Activity
from provisioning.tests.engine.configuring import GENESYS, apply_text

pytestmark = pytest.mark.django_db


def stored(slug: str = "genesys-eu") -> dict[str, Any]:
    return stored_document(Application.objects.get(slug=slug))


def genesys_rows() -> list[dict[str, Any]]:
    document: dict[str, Any] = TEMPLATES["genesys-cloud"].document()
    rows: list[dict[str, Any]] = document["mappings"]["users"]["attributes"]
    return rows


def changed_paths(text: str) -> list[object]:
    return [change["path"] for change in apply_text(text).changes]


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_absent_key_has_the_default_of_the_template_when_the_application_is_created(template):
    apply_text(f"{{name: App, template: {template}}}")

    defaults = TEMPLATES[template].document()
    assert {key: stored("app")[key] for key in defaults} == defaults


def test_an_absent_key_stays_unchanged_later():
    apply_text(GENESYS + "    provisioning: {interval: 20m, mode: on_demand}")

    assert changed_paths(GENESYS + "    provisioning: {interval: 25m}") == ["provisioning.interval"]

    assert stored()["provisioning"] == {"mode": "on_demand", "status": "off", "interval": "25m"}
    assert Job.objects.get().interval == timedelta(minutes=25)


def test_null_restores_the_default():
    apply_text(GENESYS + "    scope: all\n    provisioning: {interval: 20m}\n    roles: []")

    apply_text(GENESYS + "    scope: null\n    provisioning: {interval: null}\n    roles: ~")

    assert stored()["scope"] == "assigned"
    assert stored()["provisioning"]["interval"] == "40m"
    assert [role["value"] for role in stored()["roles"]] == ["agent", "supervisor"]


def test_a_list_that_is_present_replaces():
    apply_text(
        GENESYS
        + """
    mappings:
      users:
        attributes:
          - {target: userName, source: mail, match: 1}
    """
    )

    users = stored()["mappings"]["users"]
    assert users["attributes"] == [{"target": "userName", "source": "mail", "match": 1}]
    assert users["actions"] == ["create", "update", "delete"]


def test_the_same_file_again_changes_nothing_and_writes_nothing():
    apply_text(GENESYS)
    versions, audits = Definition.objects.count(), AuditEvent.objects.count()

    assert apply_text(GENESYS).changes == []
    assert (Definition.objects.count(), AuditEvent.objects.count()) == (versions, audits)


def test_what_decides_makes_a_new_version_and_what_does_not_makes_none():
    apply_text(GENESYS)

    apply_text(GENESYS + "    notification: {email: [a@contoso.example]}")
    assert Definition.objects.count() == 1

    apply_text(GENESYS + "    on_leaving_scope: nothing")
    assert Definition.objects.count() == 2
    assert Job.objects.get().definition == Definition.objects.get(version=2)


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("log_retention: 90d", Activity.SETTINGS),
        ("scope: all", Activity.SETTINGS),
        ("dialect: entra", Activity.MAPPINGS),
        ("mappings: {groups: {enabled: false}}", Activity.MAPPINGS),
        ("roles: []", Activity.ASSIGNMENT),
    ],
)
def test_every_change_has_one_audit_row_of_its_kind(text, activity):
    apply_text(GENESYS)

    changes = apply_text(GENESYS + f"    {text}").changes

    events = AuditEvent.objects.exclude(activity=Activity.APPLICATION)
    assert [(event.activity, event.changes) for event in events] == [(activity, changes)]


def test_an_added_mapping_is_one_change_and_names_its_place():
    apply_text("{name: App, slug: app, template: genesys-cloud}")
    rows = genesys_rows()
    new = {"target": "nickName", "source": "givenName"}

    changes = apply_text(
        f"{{slug: app, mappings: {{users: {{attributes: {[new, *rows]}}}}}}}"
    ).changes

    assert changes == [{"path": "mappings.users.attributes[0]", "old": None, "new": new}]


def test_a_dry_run_tells_the_changes_and_leaves_everything():
    told = apply_text(GENESYS, dry_run=True)

    assert not told.applied
    assert told.changes[0] == {"path": "name", "old": None, "new": "Genesys Cloud EU"}
    assert not Application.objects.exists()


def test_several_documents_are_applied_together_and_named_in_their_paths():
    text = "- {name: One, template: scim}\n- {name: Two, template: scim}\n"
    more = "---\nname: Three\ntemplate: scim\n---\nname: Four\ntemplate: scim\n"

    paths = {change["path"] for change in apply_text(text, more).changes}

    assert {"one.name", "two.name", "three.name", "four.name"} <= paths


def test_prune_removes_the_configuration_of_applications_that_are_not_named():
    apply_text(GENESYS, "{name: Old, template: scim}")

    changes = apply_text(GENESYS, prune=True).changes

    assert changes == [{"path": "old", "old": "Old", "new": None}]
    assert [app.slug for app in Application.objects.all()] == ["genesys-eu"]
    assert AuditEvent.objects.filter(application_slug="old", application=None).count() == 2


def test_an_application_is_found_by_its_slugified_name():
    apply_text("{name: Genesys Cloud (Été), template: scim}")

    apply_text("{name: Genesys Cloud (Été), scope: all}")

    assert [app.slug for app in Application.objects.all()] == ["genesys-cloud-ete"]


def test_the_second_application_of_a_name_gets_a_number_every_time():
    twice = "- {name: Genesys, template: scim}\n- {name: Genesys, template: scim}\n"
    apply_text(twice)

    assert apply_text(twice).changes == []
    assert {app.slug for app in Application.objects.all()} == {"genesys", "genesys-2"}


def test_a_slug_has_at_most_50_characters():
    apply_text(f"- {{name: {'x' * 80}, template: scim}}\n- {{name: {'x' * 80}, template: scim}}")

    assert {len(app.slug) for app in Application.objects.all()} == {50}


def test_text_that_yaml_calls_a_boolean_or_a_number_stays_text():
    apply_text(
        GENESYS
        + """
    mappings:
      users:
        attributes:
          - {target: userName, source: userPrincipalName, match: 1}
          - {target: title, constant: NO}
          - {target: nickName, constant: 007}
          - {target: userType, constant: 12:30}
          - {target: active, constant: true}
          - {target: locale, constant: 'true'}
    """
    )

    rows = stored()["mappings"]["users"]["attributes"]
    assert [row.get("constant") for row in rows[1:]] == ["NO", "007", "12:30", True, "true"]


def test_a_shorter_interval_brings_the_next_cycle_forward():
    apply_text(GENESYS)
    due = Job.objects.get().application.created
    Job.objects.update(next_run=due + timedelta(minutes=40))

    apply_text(GENESYS + "    provisioning: {interval: 10m}")

    assert Job.objects.get().next_run == due + timedelta(minutes=10)
