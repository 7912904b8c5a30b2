"""Verify: the application is read and compared with the directory; nothing is written to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from provisioning.engine.credentials import keep_quirks
from provisioning.engine.verifying import people, runs
from provisioning.engine.verifying.report import document_of
from provisioning.models import Divergence, Job, Link, ReadAccount, Verification
from provisioning.scim.governor import Governor
from provisioning.scim.urgency import Urgency
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, configure, cycle
from provisioning.tests.engine.commanding import Said, command
from provisioning.tests.engine.watching import (
    Watch,
    accounts,
    from_outside,
    mappings_with,
    post_from_outside,
)

PEOPLE = ("ana", "ben", "cleo", "dan")


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in PEOPLE:
        directory.person(name)
    directory.person("boss")
    directory.person("ana", manager="boss")
    directory.group("fr", "Contact centre FR", ["ana", "ben"])
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")
    cycle(job, approve=True)
    return job


def verify() -> Said:
    return command("verify", "genesys-eu", "--json")


def exceptions(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Kind and drift of each exception, by the name of whom it is about."""
    told = {}
    for one in document["exceptions"]:
        name = one["object"]["id"] if one["object"] else (one["target"] or {}).get("name", "")
        told[name] = (one["kind"], one["drift"])
    return told


def attributes_of(said: Said, source_id: str) -> list[dict[str, Any]]:
    """The attributes of one object's exception."""
    (found,) = [
        one for one in said.document["exceptions"] if (one["object"] or {}).get("id") == source_id
    ]
    return list(found["attributes"])


def replaced(target: Running, name: str, path: str, value: Any) -> None:
    """Somebody edits an account in the application itself."""
    operation = {"op": "replace", "path": path, "value": value}
    from_outside(target, "PATCH", f"/Users/{accounts(target)[name]['id']}", operation)


def test_where_everything_agrees_nothing_is_an_exception_and_nothing_is_written(
    genesys: Running, job: Job
):
    watch = Watch(genesys)

    said = verify()

    assert said.code == 0, said.out
    assert said.document["people"] == {
        "expected": 5, "equal": 5, "different": 0, "missing": 0, "extra": 0,
    }  # fmt: skip
    attributes = said.document["attributes"]
    assert attributes["compared"] == attributes["equal"] > 20
    assert said.document["exceptions"] == []
    assert set(watch.methods) == {"GET"}
    assert not ReadAccount.objects.exists()


def test_each_kind_of_drift_is_told_apart(directory: Directory, genesys: Running, job: Job):
    replaced(genesys, "ana", "title", "Queen")
    from_outside(
        genesys,
        "PATCH",
        f"/Users/{accounts(genesys)['ben']['id']}",
        {"op": "remove", "path": "title"},
    )
    from_outside(genesys, "DELETE", f"/Users/{accounts(genesys)['cleo']['id']}")
    post_from_outside(genesys, "/Users", {"userName": "ghost@contoso.example", "displayName": "G"})
    directory.person("dan", jobTitle="Head")
    directory.person("eve")
    directory.sync()

    said = verify()

    assert said.code == 5
    assert exceptions(said.document) == {
        "ana": ("different", "edited_there"),
        "ben": ("different", "lost_there"),
        "cleo": ("missing", "lost_there"),
        "dan": ("different", "never_written"),
        "eve": ("missing", "never_written"),
        "ghost@contoso.example": ("extra", None),
    }
    assert said.document["people"] == {
        "expected": 6, "equal": 1, "different": 3, "missing": 2, "extra": 1,
    }  # fmt: skip
    assert attributes_of(said, "ana") == [
        {"path": "title", "expected": "Agent", "found": "Queen", "drift": "edited_there"}
    ]
    assert "the next cycle writes it" in said.out


def test_an_account_that_matches_somebody_without_a_link_is_theirs(genesys: Running, job: Job):
    Link.objects.filter(object__source_id__in=("ana", "ben")).delete()
    replaced(genesys, "ben", "title", "Queen")

    said = verify()

    assert exceptions(said.document) == {"ben": ("different", "never_written")}
    assert said.document["people"]["equal"] == 4


def test_a_leaver_who_still_has_access_is_one_too_many(
    directory: Directory, genesys: Running, job: Job
):
    directory.person("dan", accountEnabled=False)
    directory.sync()
    job.refresh_from_db()
    cycle(job, approve=True)
    assert verify().code == 0

    replaced(genesys, "dan", "active", True)
    said = verify()

    assert exceptions(said.document) == {"dan": ("still_active", None)}
    assert said.document["people"]["expected"] == 4
    assert said.document["people"]["extra"] == 1
    assert "Not active in the directory" in said.document["exceptions"][0]["sentence"]


def test_members_are_compared_as_edges(genesys: Running, job: Job):
    ids = {name: one["id"] for name, one in accounts(genesys).items()}
    (group,) = genesys.state()["groups"]
    stranger = post_from_outside(
        genesys, "/Users", {"userName": "x@contoso.example", "displayName": "X"}
    ).json()["id"]
    gone = {"op": "remove", "path": f'members[value eq "{ids["ana"]}"]'}
    joined = {"op": "add", "path": "members", "value": [{"value": ids["dan"]}, {"value": stranger}]}
    from_outside(genesys, "PATCH", f"/Groups/{group['id']}", gone, joined)

    said = verify()

    assert exceptions(said.document)["fr"] == ("different", "edited_there")
    assert attributes_of(said, "fr") == [
        {"path": "members", "expected": ["Person ana"], "found": None, "drift": "lost_there"},
        {"path": "members", "expected": None, "found": ["Person dan"], "drift": "edited_there"},
    ]


@pytest.mark.parametrize("fault", ["lying_pages", "passport"])
def test_T12_where_a_listing_cannot_be_believed_everybody_is_looked_up(
    genesys: Running, job: Job, fault: str
):
    replaced(genesys, "ana", "title", "Queen")
    if fault == "passport":
        keep_quirks(job.application, listing_trusted=False)
    else:
        genesys.set_faults(["lying_pages:path=/users"])
    Link.objects.filter(object__source_id="ben").delete()

    said = verify()

    assert exceptions(said.document)["ana"] == ("different", "edited_there")
    assert said.document["people"]["equal"] == 4
    assert exceptions(said.document)[""] == ("not_listed", None)
    assert (said.code, said.document["people"]["missing"]) == (5, 0)


def test_what_the_application_never_shows_is_said_and_is_no_difference(genesys: Running, job: Job):
    echo = {"title": {"sent": "Agent", "seen": None}}
    Link.objects.filter(object__source_id="ana").update(echo=echo)
    account = f"/Users/{accounts(genesys)['ana']['id']}"
    from_outside(genesys, "PATCH", account, {"op": "remove", "path": "title"})

    said = verify()

    assert said.code == 0
    assert [(one["kind"], one["attributes"]) for one in said.document["exceptions"]] == [
        ("not_shown", [{"path": "title", "people": 1}])
    ]


def test_a_rule_that_fails_for_somebody_leaves_the_others_compared(directory: Directory, job: Job):
    rule = {"target": "title", "expression": 'FormatDateTime([extra], , "yyyy", "MM")'}
    configure({"slug": "genesys-eu", "mappings": mappings_with(rule)})
    directory.person("ana", extra="no date")
    directory.sync()

    said = verify()

    assert exceptions(said.document)["ana"] == ("different", "not_readable")
    assert said.document["people"]["expected"] == 5


def test_a_value_that_nobody_may_see_is_hidden_in_the_report(genesys: Running, job: Job):
    rule = {"target": "title", "expression": "Redact([jobTitle])"}
    configure({"slug": "genesys-eu", "mappings": mappings_with(rule)})
    replaced(genesys, "ana", "title", "Queen")

    said = verify()

    assert attributes_of(said, "ana")[0]["expected"] == "[Redact]"
    assert "Queen" not in said.out


def test_wrong_credentials_end_it_with_one_clear_line(genesys: Running, job: Job):
    genesys.set_faults(["status:code=401"])

    said = verify()

    assert said.code == 1
    assert said.document["errors"][0]["advice"]
    assert Verification.objects.get().state == "failed"


def test_a_worker_that_died_is_followed_by_one_that_begins_anew(
    genesys: Running, job: Job, monkeypatch: pytest.MonkeyPatch
):
    replaced(genesys, "ana", "title", "Queen")
    monkeypatch.setattr(people, "PAGE", 1)
    run = runs.request_verification(None, job)
    assert runs.request_verification(None, job) == run

    with monkeypatch.context() as dying:
        dying.setattr(people.People, "_tell_left_over", _die)
        with pytest.raises(KeyboardInterrupt):
            runs.turn(run.pk)
    assert Divergence.objects.filter(run=run).exists()
    assert not runs.turn(run.pk), "its lease has not run out"
    Verification.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert runs.due() == [run.pk]
    assert runs.turn(run.pk, sleep=lambda _: None)

    run.refresh_from_db()
    assert run.state == "finished"
    assert exceptions(document_of(run)) == {"ana": ("different", "edited_there")}
    assert run.done == run.total > 0
    assert runs.due() == []


def test_one_that_is_stopped_reads_nothing_more(genesys: Running, job: Job):
    run = runs.request_verification(None, job)
    runs.stop_verification(run)
    watch = Watch(genesys)

    assert not runs.turn(run.pk)
    assert watch.requests == []


def test_only_the_newest_reports_are_kept(job: Job):
    for _ in range(runs.KEPT + 2):
        runs.verify_now(job)

    assert Verification.objects.count() == runs.KEPT


def _die(_: object) -> None:
    raise KeyboardInterrupt


def test_a_verification_waits_behind_everything_that_writes(
    genesys: Running, job: Job, monkeypatch: pytest.MonkeyPatch
):
    """Its requests stand in the governor's last lane."""
    slot, lanes = Governor.slot, set()

    def slot_in(governor: Governor, urgency: Urgency, *going_on: Any) -> Any:
        lanes.add(urgency)
        return slot(governor, urgency, *going_on)

    monkeypatch.setattr(Governor, "slot", slot_in)

    assert verify().code == 0

    assert lanes == {Urgency.VERIFICATION}
