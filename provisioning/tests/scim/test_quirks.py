"""A passport is stored and read back, and a target's own claims only narrow it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from provisioning.core.errors import ConfigurationError
from provisioning.core.resource import Value
from provisioning.scim.discovery import authentication_schemes, passport, publishes
from provisioning.scim.quirks import GENERIC, GENESYS, Quirks
from provisioning.tests.core.samples import sample


@pytest.mark.parametrize("quirks", [GENERIC, GENESYS])
def test_a_passport_comes_back_as_it_was_stored(quirks):
    assert Quirks.from_dict(json.loads(json.dumps(quirks.as_dict()))) == quirks


def test_what_a_stored_passport_does_not_name_keeps_its_default():
    assert Quirks.from_dict({"page_size": 10}) == Quirks(page_size=10)


def test_an_unknown_quirk_is_named():
    with pytest.raises(ConfigurationError, match="colour"):
        Quirks.from_dict({"colour": "blue"})


def test_genesys_groups_are_only_ever_updated():
    assert not GENESYS.groups_creatable
    assert not GENESYS.groups_deletable
    assert GENESYS.user_lists == (None, "active eq false")
    assert GENESYS.page_size == 25


def test_the_example_of_the_standard_takes_nothing_away():
    config = sample("rfc7643-8.5-service_provider_configuration")

    assert passport(GENERIC, config) == GENERIC
    assert authentication_schemes(config) == ("oauthbearertoken", "httpbasic")


def test_a_group_without_patch_is_written_with_all_its_members_at_once():
    assert GENERIC.members_a_request == GENERIC.member_chunk == 50
    assert replace(GENERIC, patch_supported=False).members_a_request >= 1_000_000


@pytest.mark.parametrize("no", [False, "false", "False"])
def test_what_a_target_declares_unsupported_is_not_used(no):
    config: dict[str, Value] = {
        "patch": {"supported": no},
        "filter": {"supported": no, "maxResults": 10},
        "etag": {"supported": no},
    }

    narrowed = passport(GENERIC, config)

    assert (narrowed.patch_supported, narrowed.filter_supported, narrowed.etag) == (False,) * 3
    assert narrowed.page_size == 10


@pytest.mark.parametrize(
    "config", [{}, {"filter": None}, {"filter": {"maxResults": 0}, "patch": [], "etag": "yes"}]
)
def test_silence_and_nonsense_take_nothing_away(config):
    assert passport(GENESYS, config) == GENESYS


def test_a_declaration_never_widens_a_page():
    assert passport(GENESYS, {"filter": {"maxResults": 1_000}}).page_size == 25


def test_the_schemes_of_authentication_are_read_from_what_is_there():
    schemes: Value = [{"type": "oauthbearertoken"}, {"name": "odd"}, "text"]

    assert authentication_schemes({"authenticationSchemes": schemes}) == ("oauthbearertoken",)
    assert authentication_schemes({}) == ()
    assert not publishes([{"id": "urn:a"}], "urn:b")
