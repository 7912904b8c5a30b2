"""apply and export as commands: one JSON document, exit codes, standard input."""

from __future__ import annotations

import io
import json
import sys

import pytest

from provisioning.models import Application
from provisioning.tests.engine.commanding import command

pytestmark = pytest.mark.django_db

TEXT = "{name: App, template: scim}\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "app.yaml"
    path.write_text(TEXT)
    return path


def test_apply_tells_its_changes_and_export_gives_them_back(file):
    applied = command("apply", str(file), "--json")

    assert applied.code == 0
    assert applied.document["applied"] is True
    assert {"path": "name", "old": None, "new": "App"} in applied.document["changes"]
    exported = command("export", "app", "--json").document
    assert exported["slug"] == "app"
    file.write_text(command("export", "app").out)
    assert command("apply", str(file), "--json").document == {"changes": [], "applied": True}


def test_apply_reads_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))

    assert command("apply", "-", "--dry-run", "--json").document["applied"] is False
    assert not Application.objects.exists()


def test_a_wrong_file_exits_2_with_path_line_message_and_advice(file):
    file.write_text(TEXT + "---\nname: Other\ntemplate: scim\nscoope: all\n")

    said = command("apply", str(file), "--json")

    assert said.code == 2
    assert said.document == {
        "errors": [
            {
                "path": "[1].scoope",
                "line": 5,
                "message": "The key scoope is unknown.",
                "advice": "Did you mean scope?",
            }
        ]
    }
    assert "line 5" in said.err
    assert not Application.objects.exists()


def test_a_file_that_is_not_there_exits_2(tmp_path):
    said = command("apply", str(tmp_path / "missing.yaml"))

    assert said.code == 2
    assert "cannot be read" in said.err


def test_export_without_an_application_is_a_list(file):
    command("apply", str(file))

    documents = command("export", "--json").document

    assert [document["slug"] for document in documents] == ["app"]
    file.write_text(json.dumps(documents))
    assert command("apply", str(file), "--json").document["changes"] == []


@pytest.mark.parametrize("name", ["export", "start", "stop", "restart", "test_connection", "logs"])
def test_an_application_that_does_not_exist_exits_2_and_names_those_there_are(file, name):
    command("apply", str(file))

    said = command(name, "appp", "--json")

    assert said.code == 2
    assert said.document["errors"][0]["advice"] == "Applications: app."


def test_a_person_reads_each_change_on_a_line_of_its_own(file):
    command("apply", str(file))
    file.write_text(TEXT + "---\nname: App\nscope: all\n")
    file.write_text("{name: App, scope: all}")

    assert command("apply", str(file)).out == "scope: assigned → all\nApplied.\n"
    assert command("apply", str(file)).out.startswith("Nothing to change")


def test_a_mapping_that_would_write_in_every_cycle_is_applied_and_warned_of(file):
    rows = "{target: userName, source: mail, match: 1}, {target: title, expression: Guid()}"
    file.write_text(TEXT[:-2] + f", mappings: {{users: {{attributes: [{rows}]}}}}}}\n")

    said = command("apply", str(file), "--json")

    assert (said.code, said.document["applied"]) == (0, True)
    assert "Warning: mappings.users.attributes[1]: The value changes each time" in said.err
    assert said.err.count("Warning") == 1


def test_a_bad_expression_is_told_with_its_path_and_line(file):
    file.write_text(
        TEXT[:-2]
        + ", mappings: {users: {attributes: [\n{target: userName, source: mail, match: 1},"
        "\n{target: title, expression: 'Jion([a], [b])'}]}}}\n"
    )

    (problem,) = command("apply", str(file), "--json").document["errors"]

    assert problem == {
        "path": "mappings.users.attributes[1]",
        "line": 3,
        "message": "There is no function Jion.",
        "advice": "Did you mean Join?",
    }
