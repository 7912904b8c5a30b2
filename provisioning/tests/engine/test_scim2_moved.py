"""Accounts that others changed on a strict RFC server: read again, never forced (F26)."""

from __future__ import annotations

from provisioning.models import LogEntry
from provisioning.tests.builders import Directory, cycle
from provisioning.tests.engine.strictly import connected, run_and_count
from provisioning.tests.engine.watching import entries
from provisioning.tests.scim2 import Scim2Server


def test_an_account_changed_by_others_is_read_again_and_only_the_rest_is_sent(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana")
    directory.sync()
    job = connected(strict)
    cycle(job, approve=True)
    strict.change("ana", {"op": "replace", "path": "nickName", "value": "Annie"})
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    run = run_and_count(strict, job)

    assert (run.state, run.requests) == ("succeeded", {"PATCH": 2, "GET": 1})
    assert LogEntry.objects.filter(operation="update", status="success").count() == 1
    ana = strict.users()["ana"]
    assert (ana["title"], ana["nickName"]) == ("Lead", "Annie")


def test_F26_a_value_that_others_took_away_is_not_written_again_unasked_where_there_are_no_versions(
    directory: Directory, modest: Scim2Server
):
    directory.person("ana", mobile="+33612345678")
    directory.sync()
    job = connected(modest)
    cycle(job, approve=True)
    modest.change("ana", {"op": "remove", "path": "phoneNumbers"})
    directory.person("ana", mobile="+33700000000")
    directory.sync()

    run = run_and_count(modest, job)

    assert (run.state, run.requests) == ("partly", {"PATCH": 1, "GET": 1})
    assert "phoneNumbers" not in modest.users()["ana"]
    assert run_and_count(modest, job).requests == {"PATCH": 1}
    assert modest.users()["ana"]["phoneNumbers"] == [{"type": "mobile", "value": "+33700000000"}]
    assert run_and_count(modest, job).requests == {}


def test_a_target_that_creates_no_value_for_a_filter_refuses_entras_dialect_once(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana")
    directory.sync()
    job = connected(strict, dialect="entra")
    cycle(job, approve=True)
    directory.person("ana", mobile="+33612345678")
    directory.sync()

    run = run_and_count(strict, job)

    assert (run.state, run.requests) == ("partly", {"PATCH": 1, "GET": 1})
    (refused,) = entries(status="failure")
    assert "dialect" in refused.error["recommendedAction"]


def test_who_was_deleted_by_others_is_created_again_by_the_next_cycle(
    directory: Directory, strict: Scim2Server
):
    directory.person("ana")
    directory.sync()
    job = connected(strict)
    cycle(job, approve=True)
    strict.ask("DELETE", f"Users/{strict.users()['ana']['id']}")
    directory.person("ana", jobTitle="Lead")
    directory.sync()

    broken = run_and_count(strict, job)
    again = run_and_count(strict, job)

    assert (broken.state, broken.requests) == ("partly", {"PATCH": 1})
    assert (again.state, again.requests) == ("succeeded", {"GET": 1, "POST": 1})
    assert strict.users()["ana"]["title"] == "Lead"
