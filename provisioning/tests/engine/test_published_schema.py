"""The target's own schema: read by Test Connection, kept, obeyed when saving and when deciding."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.problems import UsageProblems
from provisioning.core.resource import Kind
from provisioning.core.target_schema import TargetSchema
from provisioning.core.urns import CORE_USER
from provisioning.engine.configuration.applying import Applied, apply_documents
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.credentials import keep_quirks, quirks_of
from provisioning.engine.explaining import explain
from provisioning.engine.test_connection import probe
from provisioning.models import Application, Connection, Definition, Job, Plan
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle, directory_object
from provisioning.tests.engine.watching import Watch, accounts, post_from_outside

pytestmark = pytest.mark.django_db
USER_NAME = {"target": "userName", "source": "userPrincipalName", "match": 1}
NAME = {"target": "displayName", "source": "displayName"}


def mapped(target: Running, *rows: dict[str, Any]) -> Job:
    return application(
        target.tenant_url, target.token, template="scim", scope="all",
        mappings={"users": {"attributes": [USER_NAME, NAME, *rows]}, "groups": {"enabled": False}},
    )  # fmt: skip


def saved(*rows: dict[str, Any]) -> Applied:
    attributes = {"users": {"attributes": [USER_NAME, NAME, *rows]}}
    document = {"slug": "genesys-eu", "mappings": attributes}
    return apply_documents(None, [ConfigurationDocument(document)])


def publish(*lines: str) -> None:
    """As if the application had described itself so."""
    connection = Connection.objects.get()
    schema = ["userName string required", "displayName string", *lines]
    connection.passport = {**connection.passport, "schema": {"user": schema}}
    connection.save()


def published() -> TargetSchema:
    return TargetSchema.stored(Application.objects.get().published)


def asked(target: Running, *faults: str) -> None:
    target.set_faults(list(faults))
    probe(Application.objects.get())
    target.set_faults([])


def test_a_test_reads_the_schema_after_its_steps_and_writes_nothing(generic: Running):
    mapped(generic)
    watch = Watch(generic)

    asked(generic)

    assert {one["method"] for one in watch.requests} == {"GET"}
    assert [one["path"].rpartition("/")[2] for one in watch.requests][-2:] == [
        "Schemas", "ResourceTypes",
    ]  # fmt: skip
    assert set(published().lines) == {Kind.USER, Kind.GROUP}
    assert quirks_of(Application.objects.get()).patch_supported


def test_a_target_without_schemas_is_fine_and_one_that_is_out_of_reach_keeps_what_it_had(
    generic: Running,
):
    mapped(generic)
    asked(generic, "status:path=/Schemas,code=404")
    assert published() == TargetSchema()

    asked(generic)
    before = published()
    for fault in ("status:path=/Schemas,code=503", "status:path=/ResourceTypes,code=500"):
        asked(generic, fault)
        assert published() == before
        assert Connection.objects.get().last_test["ok"]


def test_what_requests_teach_later_leaves_the_schema_alone(generic: Running):
    mapped(generic)
    asked(generic)
    before = published()

    keep_quirks(Application.objects.get(), patch_supported=False)

    assert published() == before
    assert not quirks_of(Application.objects.get()).patch_supported


def test_a_mapping_that_the_application_rules_out_is_refused_with_its_place(generic: Running):
    mapped(generic)
    publish("title string readOnly")

    with pytest.raises(UsageProblems) as caught:
        saved({"target": "title", "source": "jobTitle"})

    (problem,) = caught.value.problems
    assert problem.path == "mappings.users.attributes[2]"
    assert "belongs to the application" in problem.message
    assert Definition.objects.count() == 1


def test_what_is_mapped_already_stops_no_other_change(generic: Running):
    mapped(generic, {"target": "title", "source": "jobTitle"})
    publish("title string readOnly", "locale string")

    saved({"target": "title", "source": "jobTitle"}, {"target": "locale", "constant": "fr"})

    assert Definition.objects.count() == 2


def test_an_attribute_that_the_schema_lacks_is_saved_with_a_warning(generic: Running):
    mapped(generic)
    publish("title string")

    (warning,) = saved({"target": "shoeSize", "source": "shoes"}).warnings

    assert warning.path == "mappings.users.attributes[2]"
    assert "does not name this attribute" in warning.message


def test_reading_the_schema_changes_no_mapping_and_no_version(generic: Running):
    mapped(generic)
    before = Definition.objects.get().content

    asked(generic)

    assert Definition.objects.get().content == before
    assert saved().changes == []


def test_an_immutable_attribute_is_sent_once_and_explain_tells_the_difference(
    directory: Directory, generic: Running
):
    directory.person("ana", nick="Ani")
    directory.sync()
    job = mapped(generic, {"target": "nickName", "source": "nick"})
    publish("nickName string immutable")
    cycle(job, approve=True)
    assert accounts(generic)["ana"]["nickName"] == "Ani"
    directory.person("ana", nick="Anita")
    directory.sync()

    again = cycle(job)

    assert again.requests == {}
    told = explain(job, directory_object("ana"))
    assert told["code"] == "Provisioned"
    assert "nickName" in told["because"][0]["sentence"]


def test_what_only_creation_writes_is_not_written_to_an_account_that_exists_after_all(
    directory: Directory, generic: Running
):
    directory.person("ana", nick="Ani")
    directory.sync()
    job = mapped(
        generic,
        {"target": "nickName", "source": "nick"},
        {"target": "locale", "constant": "fr", "apply": "on_create"},
        {"target": "password", "constant": "Pa55-word"},
        {"target": "title", "constant": "Lead"},
    )
    publish("nickName string immutable")
    cycle(job)
    other = {"userName": "ana@contoso.example", "displayName": "Ana"}
    post_from_outside(generic, "/Users", {"schemas": [CORE_USER], **other})
    watch = Watch(generic)

    cycle(job, plan=Plan.objects.get())

    patch = watch.writes[-1]
    paths = [one["path"] for one in patch["body"]["Operations"]]
    assert (patch["method"], sorted(paths)) == ("PATCH", ["displayName", "title"])
