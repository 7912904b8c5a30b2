"""What the commands answer: the keys of the interface, exit codes, sentences in two languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from provisioning.engine import sentences
from provisioning.engine.remedies import REMEDIES
from provisioning.models import Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import command
from provisioning.tests.engine.watching import accounts, mappings_with

CYCLE = ["cycle", "kind", "state", "counts", "requests", "seconds", "watermark", "quarantine"]
COUNTS = [
    *("create", "adopt", "update", "disable", "enable", "delete", "membership", "unchanged"),
    *("skip", "failed", "held"),
]


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    """Ana and Ben in scope; Zoe has Default Access only, Ivo is not assigned."""
    for name in ("ana", "ben", "zoe", "ivo"):
        directory.person(name)
    directory.sync()
    return application(
        genesys.tenant_url,
        genesys.token,
        assignments=[
            {"user": "ana", "role": "agent"},
            {"user": "ben", "role": "agent"},
            {"user": "zoe", "role": "Default Access"},
        ],
    )


def explained(user: str) -> dict[str, Any]:
    said = command("explain", "genesys-eu", user, "--json")
    assert said.code == 0
    document: dict[str, Any] = said.document
    assert list(document) == ["in_application", "verdict", "code", "because", "to_change"]
    for one in document["because"]:
        assert list(one) == ["reason", "sentence", "detail"]
        assert one["sentence"]
    return document


def test_cycle_answers_with_the_keys_of_the_interface(job: Job):
    said = command("cycle", "genesys-eu", "--approve", "--json")

    assert said.code == 0
    document = said.document
    assert list(document) == CYCLE
    assert list(document["counts"]) == COUNTS
    assert list(document["requests"]) == ["GET", "POST", "PATCH", "PUT", "DELETE"]
    assert (document["cycle"], document["kind"], document["state"]) == (1, "initial", "succeeded")
    assert document["counts"]["create"] == 2
    assert document["requests"] == {"GET": 2, "POST": 2, "PATCH": 0, "PUT": 0, "DELETE": 0}
    assert isinstance(document["seconds"], float)
    job.refresh_from_db()
    assert document["watermark"] == job.watermark
    assert document["quarantine"] is None

    again = command("cycle", "genesys-eu", "--json").document
    assert (again["cycle"], again["kind"]) == (2, "incremental")


def test_cycle_says_the_same_to_people(job: Job):
    said = command("cycle", "genesys-eu")
    assert said.code == 3
    assert "waits for a person" in said.err

    said = command("cycle", "genesys-eu", "--approve")
    assert said.code == 0
    assert "create 2" in said.out
    assert "POST 2" in said.out


def test_plan_answers_with_the_keys_of_the_interface(genesys: Running, job: Job):
    said = command("plan", "genesys-eu", "--json")

    assert said.code == 0
    document = said.document
    assert list(document) == ["plan", "digest", "counts", "guard", "operations"]
    assert list(document["counts"]) == COUNTS
    assert sorted(document["guard"]) == ["allowed", "reasons", "removals", "verdict"]
    ana = next(one for one in document["operations"] if one["object"]["id"] == "ana")
    assert list(ana) == ["object", "operation", "reason", "changes"]
    assert {"path": "title", "old": None, "new": "Agent"} in ana["changes"]
    assert accounts(genesys) == {}
    for_people = command("plan", "genesys-eu").out
    assert document["digest"] in for_people
    assert "Person ana" in for_people


def test_plan_of_one_person(job: Job):
    document = command("plan", "genesys-eu", "--user", "ben@contoso.example", "--json").document

    assert [one["object"]["id"] for one in document["operations"]] == ["ben"]


def test_failures_exit_5(genesys: Running, job: Job):
    genesys.set_faults(["status:code=400,method=POST,times=1"])

    said = command("cycle", "genesys-eu", "--approve", "--json")

    assert (said.code, said.document["state"]) == (5, "partly")
    assert said.document["counts"]["failed"] == 1


def test_what_waits_exits_3_even_when_something_failed(
    directory: Directory, genesys: Running, job: Job
):
    configure({"slug": "genesys-eu", "deletion_guard": {"percent": 0, "at_least": 0}})
    cycle(job, approve=True)
    directory.person("ana", accountEnabled=False)
    directory.person("ben", jobTitle="Lead")
    directory.sync()
    genesys.set_faults(["status:code=400,method=PATCH"])

    said = command("cycle", "genesys-eu", "--json")

    assert (said.code, said.document["state"]) == (3, "waiting")
    assert (said.document["counts"]["held"], said.document["counts"]["failed"]) == (1, 1)


def test_rejected_credentials_are_quarantine_and_exit_4(genesys: Running, job: Job):
    genesys.set_faults(["status:code=401"])

    said = command("cycle", "genesys-eu", "--approve", "--json")

    assert (said.code, said.document["state"]) == (4, "quarantined")
    assert {"reason", "since", "message", "advice"} <= set(said.document["quarantine"])
    assert len(said.err.strip().splitlines()) == 1
    genesys.set_faults([])
    # `cycle` is Retry now.
    assert command("cycle", "genesys-eu", "--approve", "--json").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("cycle", "nowhere"),
        ("cycle", "genesys-eu", "--now-is", "tomorrow"),
        ("cycle", "genesys-eu", "--now-is", "2026-01-01T00:00:00"),
        ("cycle", "genesys-eu", "--plan", "abc"),
        ("cycle", "genesys-eu", "--unknown"),
        ("plan", "genesys-eu", "--user", "nobody"),
        ("provision", "genesys-eu", "nobody"),
        ("explain", "genesys-eu", "nobody"),
        ("logs", "nowhere"),
    ],
)
def test_wrong_use_exits_2_with_one_document(job: Job, arguments: tuple[str, ...]):
    said = command(*arguments, "--json")

    assert said.code == 2
    (error,) = said.document["errors"]
    assert set(error) == {"path", "line", "message", "advice"}
    assert error["message"]


def test_the_clock_is_not_replaced_for_a_real_application(directory: Directory):
    application("https://api.mypurecloud.de/api/v2/scim/v2", "token-0123456789")
    later = "2100-01-01T00:00:00+00:00"

    for name in ("cycle", "plan"):
        said = command(name, "genesys-eu", "--now-is", later, "--json")
        assert said.code == 2
        assert "--now-is" in said.document["errors"][0]["message"]


def test_the_clock_does_not_run_backwards(job: Job):
    assert command("cycle", "genesys-eu", "--approve", "--now-is", "2100-01-02T00:00:00Z").code == 0

    said = command("cycle", "genesys-eu", "--now-is", "2100-01-01T00:00:00Z", "--json")

    assert said.code == 2


def test_provision_on_demand_succeeds_step_by_step(genesys: Running, job: Job):
    said = command("provision", "genesys-eu", "ana", "--json")

    assert said.code == 0
    document = said.document
    assert list(document) == ["result", "action", "steps", "changes"]
    assert (document["result"], document["action"]) == ("success", "create")
    assert len(document["steps"]) == 4
    assert all(list(one) == ["name", "verdict", "detail"] for one in document["steps"])
    assert {"path": "userName", "old": None, "new": "ana@contoso.example"} in document["changes"]
    assert set(accounts(genesys)) == {"ana"}
    assert LogEntry.objects.get().operation == "create"


def test_provision_on_demand_skips_who_is_not_in_scope(genesys: Running, job: Job):
    said = command("provision", "genesys-eu", "zoe", "--json")

    assert said.code == 0
    assert (said.document["result"], said.document["action"]) == ("skipped", "skip")
    assert "Default Access" in str(said.document["steps"])
    assert accounts(genesys) == {}


def test_provision_on_demand_that_fails_exits_5(genesys: Running, job: Job):
    genesys.set_faults(["status:code=400,method=POST"])

    said = command("provision", "genesys-eu", "ana", "--json")

    assert (said.code, said.document["result"]) == (5, "failure")
    assert said.document["steps"][-1]["detail"]


def test_provision_on_demand_that_finds_nothing_to_do(genesys: Running, job: Job):
    command("provision", "genesys-eu", "ana")
    before = len(genesys.requests)

    said = command("provision", "genesys-eu", "ana", "--json")

    assert said.code == 0
    assert said.document["changes"] == []
    assert len(genesys.requests) == before


def test_provision_preview_writes_nothing(genesys: Running, job: Job):
    said = command("provision", "genesys-eu", "ana", "--preview", "--json")

    assert said.code == 0
    assert said.document["action"] == "create"
    assert {"path": "title", "old": None, "new": "Agent"} in said.document["changes"]
    assert accounts(genesys) == {}
    assert not LogEntry.objects.exists()


def test_provision_on_demand_disables_who_left(directory: Directory, genesys: Running, job: Job):
    cycle(job, approve=True)
    directory.person("ana", accountEnabled=False)
    directory.sync()

    said = command("provision", "genesys-eu", "ana", "--json")

    assert (said.code, said.document["action"]) == (0, "disable")
    assert accounts(genesys)["ana"]["active"] is False
    # The next cycle has nothing left to do about her.
    assert cycle(job).requests == {}


def test_explain_tells_why_somebody_is_not_in(directory: Directory, job: Job):
    assert explained("zoe")["code"] == "NotEffectivelyEntitled"
    assert [one["reason"] for one in explained("zoe")["because"]] == ["DefaultAccessOnly"]
    assert "Assign another role" in explained("zoe")["to_change"][0]
    assert [one["reason"] for one in explained("ivo")["because"]] == ["NotAssigned"]
    directory.person("ivo", accountEnabled=False)
    directory.sync()
    assert [one["reason"] for one in explained("ivo")["because"]] == ["NotAssigned", "NotActive"]
    assert explained("ivo")["in_application"] is False


def test_explain_names_the_filter_and_what_was_found(job: Job):
    mappings = mappings_with()
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    users = {**mappings["users"], "filters": [{"title": "Sales only", "clauses": [clause]}]}
    configure({"slug": "genesys-eu", "mappings": {**mappings, "users": users}})

    (because,) = explained("ana")["because"]

    assert because["reason"] == "FilterFailed"
    assert "department" in because["sentence"]
    assert because["detail"]["filters"][0]["filter"] == "Sales only"


def test_explain_before_and_after_the_first_cycle(genesys: Running, job: Job):
    assert explained("ana")["code"] == "WaitingForApproval"
    cycle(job)
    assert explained("ana")["code"] == "WaitingForApproval"
    cycle(job, approve=True)
    after = explained("ana")
    assert (after["code"], after["in_application"]) == ("Provisioned", True)
    assert after["to_change"] == []


def test_explain_tells_of_a_failure(genesys: Running, job: Job):
    genesys.set_faults(["status:code=400,method=POST,times=1"])
    cycle(job, approve=True)
    failed = LogEntry.objects.get(status="failure").source_id

    told = explained(failed)

    assert (told["code"], told["in_application"]) == ("Failed", False)
    assert told["to_change"]


def test_explain_tells_of_a_person_without_a_matching_value(directory: Directory, job: Job):
    directory.person("ana", userPrincipalName="")
    directory.sync()

    told = explained("ana")

    assert told["code"] == "ImportSkipped"
    assert "userName" in told["because"][0]["sentence"]


def test_people_read_explain_as_sentences(job: Job):
    said = command("explain", "genesys-eu", "zoe")

    assert "Person zoe is not in the application." in said.out
    assert "Default Access" in said.out


def test_every_sentence_is_spoken_in_french_as_well(job: Job):
    cycle(job, approve=True)
    with translation.override("fr"):
        told = command("explain", "genesys-eu", "zoe", "--json").document
        lines = command("logs", "genesys-eu", "--json").lines
        for template in [*sentences.OUTCOMES.values(), *sentences.REASONS.values()]:
            assert translation.gettext(template) != template
        for advice in REMEDIES.values():
            assert translation.gettext(advice) != advice

    assert "Person zoe" in told["verdict"]
    assert "is not in the application" not in told["verdict"]
    english = command("logs", "genesys-eu", "--json").lines
    assert len(lines) == len(english) == 3
    for french, other in zip(lines, english, strict=True):
        assert french["sentence"] != other["sentence"]
        assert french["sourceIdentity"] == other["sourceIdentity"]
