"""Settings of an application: how provisioning behaves, its history, its end."""

from __future__ import annotations

from html import unescape

import pytest

from console.tests.reading import first
from console.tests.signing_in import administrator, reader
from provisioning.engine.configuration.export import export_document, export_yaml
from provisioning.engine.controls import start_job
from provisioning.models import Application, AuditEvent, Cycle, Definition, Job
from provisioning.models.audit import Activity
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.conftest import directory, genesys

__all__ = ["directory", "genesys"]

PAGE = "/applications/genesys-eu/settings/"
HISTORY = f"{PAGE}history/"
REMOVE = f"{PAGE}remove/"
TYPED = {
    "name": "Genesys Cloud Europe",
    "mode": "on_demand",
    "status": "on",
    "interval": "90",
    "requests_per_minute": "120",
    "connections": "4",
    "quiet_hours": "08:00-18:00 Europe/Paris",
    "quiet_requests_per_minute": "30",
    "maintenance": "Sun 02:00-06:00 Europe/Paris\r\n\r\nSat 22:00-23:00",
    "percent": "7",
    "at_least": "2",
    "at_most": "50",
    "deletion": "disable",
    "after": "10",
    "nested_groups": "on",
    "retention": "30",
    "dialect": "entra",
}


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    directory.person("ana")
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


@pytest.fixture
def marie(client, job):
    return administrator(client)


def document():
    return export_document(Application.objects.get())


def text_of(answer):
    return unescape(answer.content.decode())


def test_every_field_reaches_the_engine(client, marie):
    answer = client.post(PAGE, TYPED)

    assert answer["Location"] == PAGE
    saved = document()
    assert saved["name"] == "Genesys Cloud Europe"
    assert saved["provisioning"] == {"mode": "on_demand", "status": "on", "interval": "90m"}
    assert saved["limits"] == {
        "requests_per_minute": 120,
        "connections": 4,
        "quiet_hours": "08:00-18:00 Europe/Paris",
        "quiet_requests_per_minute": 30,
        "maintenance": ["Sun 02:00-06:00 Europe/Paris", "Sat 22:00-23:00 UTC"],
    }
    assert saved["deletion_guard"] == {"percent": 7, "at_least": 2, "at_most": 50}
    assert saved["on_deletion"] == {"action": "disable", "after": "10d"}
    assert (saved["nested_groups"], saved["dialect"], saved["log_retention"]) == (
        True,
        "entra",
        "30d",
    )
    assert {one.actor for one in AuditEvent.objects.exclude(actor=None)} == {marie}


MATRIX = {
    "unassigned_action": "delete",
    "unassigned_days": "7",
    "blocked_action": "nothing",
    "hard_deleted_action": "delete",
}


def test_the_matrix_of_leaving_reaches_the_engine_and_is_shown_again(client, marie):
    client.post(PAGE, {**TYPED, **MATRIX})

    written = document()["deprovisioning"]
    assert written["unassigned"] == {"action": "delete", "after": "7d"}
    assert (written["blocked"], written["filtered_out"]) == ({"action": "nothing"}, None)
    assert written["hard_deleted"] == {"action": "delete", "after": "30d"}
    text = text_of(client.get(PAGE))
    assert 'name="unassigned_days" value="7"' in text
    assert text.count('value="delete" selected') == 2
    told = text_of(client.get(HISTORY))
    assert "No longer assigned" in told

    client.post(PAGE, TYPED)
    assert document()["deprovisioning"] is None


def test_a_rule_that_the_application_cannot_keep_is_told_at_its_field(client, marie):
    answer = client.post(PAGE, {**TYPED, "group_removed_action": "delete"})

    assert answer.status_code == 422
    assert "id_group_removed_action_error" in text_of(answer)
    assert document()["deprovisioning"] is None


def test_whom_a_rule_would_touch_is_shown_and_nothing_is_saved(client, directory, job, marie):
    cycle(job, approve=True)
    directory.person("ana", accountEnabled=False)
    directory.sync()
    cycle(job)
    assert "1 is out now" in text_of(client.get(PAGE))
    before = document()

    typed = {**TYPED, "blocked_action": "delete", "blocked_days": "0", "look": "yes"}
    at_once = text_of(client.post(PAGE, typed))
    later = text_of(client.post(PAGE, {**typed, "blocked_days": "9"}))

    assert "1 is out now: 1 to be deleted with the next cycle" in at_once
    assert "1 is out now: 1 to be deleted later" in later
    assert 'name="blocked_days" value="9"' in later
    assert document() == before


def test_what_is_saved_is_what_is_shown(client, marie):
    client.post(PAGE, TYPED)

    text = text_of(client.get(PAGE))

    for value in ("Genesys Cloud Europe", "90", "120", "7", "2", "50", "10", "30"):
        assert f'value="{value}"' in text
    assert text.count("checked") == 5


def test_saving_without_a_change_changes_nothing(client, marie):
    before = document()

    client.post(
        PAGE,
        {
            **TYPED,
            "name": "Genesys Cloud EU",
            "mode": "automatic",
            "status": "off",
            "interval": "40",
            "requests_per_minute": "",
            "connections": "",
            "quiet_hours": "",
            "quiet_requests_per_minute": "0",
            "maintenance": "",
            "percent": "5",
            "at_least": "3",
            "at_most": "100",
            "deletion": "delete",
            "after": "30",
            "nested_groups": "",
            "retention": "180",
            "dialect": "rfc",
        },
    )

    assert document() == before


def test_a_line_that_is_no_maintenance_window_is_told_at_its_field(client, marie):
    answer = client.post(PAGE, {**TYPED, "maintenance": "Sun 02:00-06:00\nwhenever"})

    assert answer.status_code == 422
    assert "“whenever” is no maintenance window. Write it as in Sun" in text_of(answer)
    assert "id_maintenance_error" in text_of(answer)
    assert document()["limits"]["maintenance"] == []


def test_every_field_wrong_is_told_at_each_and_nothing_typed_is_lost(client, marie):
    wrong = {
        "name": "",
        "mode": "odd",
        "status": "odd",
        "interval": "4",
        "requests_per_minute": "0",
        "connections": "33",
        "percent": "101",
        "at_least": "-1",
        "at_most": "many",
        "deletion": "odd",
        "after": "4000",
        "retention": "0",
        "dialect": "odd",
    }
    before = document()

    answer = client.post(PAGE, wrong)
    text = text_of(answer)

    assert answer.status_code == 422
    for name, value in wrong.items():
        assert f'href="#id_{name}"' in text
        assert f'value="{value}"' in text or value in ("", "odd")
    assert document() == before


def test_on_without_credentials_is_refused_in_words(client, marie):
    configure({"slug": "genesys-eu", "credentials": None})

    answer = client.post(PAGE, {**TYPED, "status": "on"})

    assert answer.status_code == 422
    assert "credentials" in text_of(answer)
    assert Job.objects.get().status == "off"


@pytest.mark.parametrize(
    ("weak", "told"),
    [
        ({"percent": "100"}, "Almost everybody could be disabled at once"),
        ({"at_least": "5000", "at_most": "5000"}, "Almost everybody could be disabled at once"),
        ({"deletion": "delete", "after": "0"}, "Accounts are deleted at once"),
    ],
)
def test_a_value_that_weakens_safety_says_what_becomes_possible(client, marie, weak, told):
    assert told not in text_of(client.get(PAGE))

    answer = client.post(PAGE, {**TYPED, **weak}, follow=True)

    assert told in text_of(answer)
    assert told in text_of(client.get(PAGE))


def test_a_reader_reads_the_settings_and_changes_none(client, job):
    reader(client)

    text = text_of(client.get(PAGE))

    assert "Provisioning mode" in text
    assert "<dd>Automatic</dd>" in text
    assert "<dd>40</dd>" in text
    assert "<input" not in text.partition("<main")[2]
    assert ">Save<" not in text
    assert "Delete application" not in text
    assert client.get(HISTORY).status_code == 200


def test_the_history_tells_who_changed_what_and_which_version_is_in_force(client, marie):
    client.post(PAGE, TYPED)

    text = text_of(client.get(HISTORY))

    assert "In force" in text
    assert "Marie" in text
    assert "Threshold (percent of linked people)" in text
    assert "5</bdi> → <bdi>7" in text
    assert "Form of PATCH requests" in text
    assert "As RFC 7644 says</bdi> → <bdi>As Microsoft Entra sends them" in text


def test_each_version_says_what_it_changed(client, marie):
    client.post(PAGE, TYPED)
    client.post(PAGE, {**TYPED, "percent": "9"})

    rows = text_of(client.get(HISTORY)).split("<tbody>")[1].split("</tr>")

    assert "7</bdi> → <bdi>9" in rows[0]
    assert "5</bdi> → <bdi>7" in rows[1]
    assert "The first one" in rows[2]


def test_an_earlier_version_comes_back_after_showing_what_that_changes(client, marie):
    client.post(PAGE, TYPED)
    configure({"slug": "genesys-eu", "scope": "assigned"})

    asked = text_of(client.get(f"{HISTORY}1/"))
    assert "Threshold (percent of linked people)" in asked
    assert "7</bdi> → <bdi>5" in asked
    assert "Scope: +1 enter · −0 leave" in asked
    assert document()["deletion_guard"]["percent"] == 7

    answer = client.post(f"{HISTORY}1/")

    assert answer["Location"] == "/applications/genesys-eu/plans/"
    assert document()["deletion_guard"]["percent"] == 5
    assert document()["name"] == "Genesys Cloud Europe"
    assert Definition.objects.latest("version").created_by == marie


def test_the_version_in_force_offers_nothing_to_bring_back(client, marie):
    text = text_of(client.get(f"{HISTORY}1/"))

    assert "This version is in force." in text
    assert "Restore version" not in text


@pytest.mark.parametrize("version", ["9", "x", "99999999999", "-1"])
def test_a_version_that_never_was_is_not_there(client, marie, version):
    assert client.post(f"{HISTORY}{version}/").status_code == 404


def test_a_reader_compares_versions_and_brings_none_back(client, marie):
    client.post(PAGE, TYPED)
    reader(client)

    assert "7</bdi> → <bdi>5" in text_of(client.get(f"{HISTORY}1/"))
    assert "Restore version" not in text_of(client.get(f"{HISTORY}1/"))
    assert client.post(f"{HISTORY}1/").status_code == 403


def read_now(client, address):
    return first(r'name="read" value="(\d+)"', text_of(client.get(address)))


def test_settings_that_somebody_changed_meanwhile_are_not_changed_back(client, marie, job):
    read = read_now(client, PAGE)
    start_job(marie, job)

    answer = client.post(PAGE, {**TYPED, "status": "off", "read": read})
    text = text_of(answer)

    assert answer.status_code == 409
    assert "Marie changed this" in text
    assert "Off</bdi> → <bdi>On" in text
    assert 'value="Genesys Cloud Europe"' in text
    assert Job.objects.get().status == "on"

    client.post(PAGE, {**TYPED, "status": "off", "read": first(r'"read" value="(\d+)"', text)})
    assert Job.objects.get().status == "off"


def test_a_version_is_not_brought_back_over_what_somebody_saved_meanwhile(client, marie):
    client.post(PAGE, TYPED)
    read = read_now(client, f"{HISTORY}1/")
    configure({"slug": "genesys-eu", "scope": "assigned"})

    answer = client.post(f"{HISTORY}1/", {"read": read})

    assert answer.status_code == 409
    assert document()["deletion_guard"]["percent"] == 7


@pytest.mark.parametrize(
    ("status", "told"),
    [("off", "provisioning does not run by itself now"), ("on", "from the next cycle, ")],
)
def test_after_saving_the_page_says_from_when_it_acts(client, marie, job, status, told):
    answer = client.post(PAGE, {**TYPED, "mode": "automatic", "status": status}, follow=True)

    assert "Saved. Applies from the next cycle" in text_of(answer)
    assert told in text_of(answer)


def test_the_export_is_the_file_that_apply_reads_and_has_no_secret(client, marie, genesys):
    answer = client.get(f"{PAGE}export/")

    assert answer.content.decode() == export_yaml(document())
    assert genesys.token not in answer.content.decode()
    assert 'filename="genesys-eu.yaml"' in answer["Content-Disposition"]


def test_deleting_says_what_stays_and_needs_the_name(client, marie, job):
    cycle(job, approve=True)
    question = text_of(client.get(REMOVE))
    assert "1 account in Genesys Cloud EU stays as it is" in question

    wrong = client.post(REMOVE, {"confirmed": "yes", "typed": "genesys"})
    assert wrong.status_code == 422
    assert "This is not the application's name. Type Genesys Cloud EU." in text_of(wrong)
    assert Application.objects.exists()

    answer = client.post(REMOVE, {"confirmed": "yes", "typed": "Genesys Cloud EU"})
    assert answer["Location"] == "/applications/"
    assert not Application.objects.exists()
    event = AuditEvent.objects.filter(activity=Activity.APPLICATION).latest("pk")
    assert (event.actor, event.application_slug) == (marie, "genesys-eu")


def test_an_application_whose_cycle_runs_is_not_deleted(client, marie, job):
    job.open_cycle = Cycle.objects.create(
        job=job, number=1, started=job.application.created, definition=job.definition
    )
    job.save()

    answer = client.post(REMOVE, {"confirmed": "yes", "typed": "Genesys Cloud EU"}, follow=True)

    assert "A cycle of Genesys Cloud EU is running." in text_of(answer)
    assert Application.objects.exists()
