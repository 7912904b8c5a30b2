"""logs: the field names of the interface, its filters, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from provisioning.models import Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.engine.commanding import command

FIELDS = [
    *("id", "activityDateTime", "durationInMilliseconds", "jobId", "cycleId"),
    *("provisioningAction", "provisioningStatusInfo", "sourceIdentity", "targetIdentity"),
    *("modifiedProperties", "provisioningSteps", "operation", "skipReason", "sentence"),
    "exchanges",
]


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Two cycles: ana is created, then ben."""
    directory.person("ana", displayName="Ana Ruiz")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    directory.person("ben", displayName="Ben Roy")
    directory.sync()
    cycle(job)
    return job


def names(*arguments: str) -> list[str]:
    said = command("logs", "genesys-eu", "--json", *arguments)
    assert said.code == 0
    return [entry["sourceIdentity"]["id"] for entry in said.lines]


def test_an_entry_has_the_fields_of_the_interface(job: Job):
    entry = command("logs", "genesys-eu", "--json", "--user", "ana").lines[0]

    assert list(entry) == FIELDS
    assert entry["provisioningAction"] == "create"
    assert entry["provisioningStatusInfo"] == {"status": "success", "errorInformation": None}
    assert entry["sourceIdentity"]["displayName"] == "Ana Ruiz"
    assert entry["targetIdentity"]["id"]
    assert entry["skipReason"] is None
    assert "Ana Ruiz was created in Genesys Cloud EU" in entry["sentence"]
    assert {"displayName", "oldValue", "newValue"} == set(entry["modifiedProperties"][0])
    assert entry["exchanges"][0]["method"] == "POST"


def test_entries_come_oldest_first_and_are_filtered(job: Job):
    assert names() == ["ana", "ben"]
    assert names("--cycle", "2") == ["ben"]
    assert names("--status", "success") == ["ana", "ben"]
    assert names("--status", "failure") == []
    assert names("--user", "BEN@contoso.example") == ["ben"]
    first = LogEntry.objects.order_by("at")[0]
    after = (first.at + timedelta(microseconds=1)).isoformat()
    assert names("--since", after) == ["ben"]


def test_people_read_one_line_per_entry(job: Job):
    lines = command("logs", "genesys-eu").out.splitlines()

    assert len(lines) == 2
    assert "Ben Roy was created in Genesys Cloud EU" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--cycle", "9"), "no cycle 9"),
        (("--status", "okay"), "no status okay"),
        (("--user", "nobody"), "nobody called nobody"),
        (("--since", "2026-11-22T08:00:00"), "not a time with an offset"),
        (("--since", "yesterday"), "not a time with an offset"),
    ],
)
def test_what_cannot_exist_exits_2(job: Job, arguments: tuple[str, ...], words: str):
    said = command("logs", "genesys-eu", "--json", *arguments)

    assert said.code == 2
    assert words in said.document["errors"][0]["message"]
