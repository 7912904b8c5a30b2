"""The gallery: what both templates begin with, as the tutorial and the references say."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.definition import read_definition
from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import (
    ENTERPRISE,
    GENERIC_SCIM,
    GENESYS_CLOUD,
    GENESYS_REGIONS,
    TEMPLATES,
    Template,
    find_template,
)
from provisioning.engine.configuration.normal import definition_part
from provisioning.scim.address import AllowedNetworks
from provisioning.scim.tenant_url import check_tenant_url


def rows(template: Template, kind: str) -> list[dict[str, Any]]:
    document: dict[str, Any] = template.document()
    attributes: list[dict[str, Any]] = document["mappings"][kind]["attributes"]
    return attributes


def test_genesys_cloud_has_the_nine_user_rows_of_the_tutorial():
    sources = {
        row["target"]: row.get("source", row.get("expression"))
        for row in rows(GENESYS_CLOUD, "users")
    }

    assert sources == {
        "userName": "userPrincipalName",
        "active": "Not([IsSoftDeleted])",
        "displayName": "displayName",
        'emails[type eq "work"].value': "mail",
        "title": "jobTitle",
        'phoneNumbers[type eq "mobile"].value': "mobile",
        'phoneNumbers[type eq "work"].value': "telephoneNumber",
        f"{ENTERPRISE}:department": "department",
        f"{ENTERPRISE}:manager": "manager",
    }
    assert [row["target"] for row in rows(GENESYS_CLOUD, "users") if "match" in row] == ["userName"]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.name)
def test_groups_have_three_rows(template):
    assert [
        (row["target"], row["source"], row.get("match")) for row in rows(template, "groups")
    ] == [
        ("displayName", "displayName", 1),
        ("externalId", "objectId", None),
        ("members", "members", None),
    ]


def test_genesys_cloud_updates_groups_only_and_generic_scim_does_all():
    assert GENESYS_CLOUD.group_actions == ("update",)
    assert GENERIC_SCIM.group_actions == ("create", "update", "delete")
    assert GENESYS_CLOUD.user_actions == GENERIC_SCIM.user_actions == ("create", "update", "delete")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.name)
def test_the_defaults_are_a_definition(template):
    definition = read_definition(definition_part(template.document()))

    assert definition.exclude_default_access
    assert definition.guard.at_most == 100


def test_a_changed_document_leaves_the_template_alone():
    rows(GENESYS_CLOUD, "users").clear()

    assert len(rows(GENESYS_CLOUD, "users")) == 9


def test_there_are_18_regions_whose_addresses_may_be_entered():
    assert len({region.api_host for region in GENESYS_REGIONS}) == 18
    for region in GENESYS_REGIONS:
        for address in (region.tenant_url, region.token_url):
            assert str(check_tenant_url(address, AllowedNetworks())) == address
    frankfurt = next(region for region in GENESYS_REGIONS if region.name == "eu-central-1")
    assert frankfurt.tenant_url == "https://api.mypurecloud.de/api/v2/scim/v2"
    assert frankfurt.token_url == "https://login.mypurecloud.de/oauth/token"


def test_an_unknown_template_is_refused_with_the_nearest():
    with pytest.raises(ConfigurationError) as caught:
        find_template("genesys")

    assert caught.value.advice == "Did you mean genesys-cloud?"
