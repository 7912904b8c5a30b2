"""A source that another system pushes: added, opened and closed in the console."""

from __future__ import annotations

import re

import pytest

from console.tests.signing_in import administrator, reader
from provisioning.engine.inbound.endpoints import MOST_TOKENS, add_endpoint, make_token, opened_by
from provisioning.models import InboundEndpoint, InboundToken, Push, Source
from provisioning.tests.sources.directories import NOW

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r"rollcall_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


def shown_token(page: str) -> str:
    (token,) = set(TOKEN.findall(page))
    return str(token)


def test_a_new_source_shows_its_address_and_its_token_this_once(client):
    administrator(client)

    page = client.post("/directory/sources/inbound/new/", {"name": "Entra ID"}).content.decode()

    token = shown_token(page)
    assert "/scim/v2/entra-id" in page
    assert opened_by("entra-id", f"Bearer {token}", NOW) == InboundEndpoint.objects.get()
    again = client.get("/directory/sources/inbound/entra-id/").content.decode()
    assert TOKEN.search(again) is None
    assert token.split("_")[1] in again


def test_a_name_that_is_taken_is_told_beside_the_field_and_stays_typed(client):
    administrator(client)
    Source.objects.create(name="files", kind="file", created=NOW)

    answer = client.post("/directory/sources/inbound/new/", {"name": "files"})

    assert answer.status_code == 422
    assert "There is a source of this name already." in answer.content.decode()
    assert 'value="files"' in answer.content.decode()


def test_names_that_make_the_same_address_get_different_ones():
    slugs = [add_endpoint(None, name, NOW).slug for name in ("new", "HR!", "HR?", "人事", "总部")]

    assert slugs == ["new-2", "hr", "hr-2", "inbound", "inbound-2"]


def test_a_token_is_exchanged_without_a_gap(client):
    administrator(client)
    endpoint = add_endpoint(None, "Okta", NOW)
    old = make_token(None, endpoint, NOW).secret.reveal()

    page = client.post("/directory/sources/inbound/okta/", {"op": "token"}).content.decode()
    new = shown_token(page)
    assert opened_by("okta", f"Bearer {old}", NOW)

    client.post("/directory/sources/inbound/okta/", {"revoke": old.split("_")[1]})
    assert opened_by("okta", f"Bearer {old}", NOW) is None
    assert opened_by("okta", f"Bearer {new}", NOW)


def test_more_tokens_than_anybody_needs_are_not_made(client):
    administrator(client)
    endpoint = add_endpoint(None, "Okta", NOW)
    for _ in range(MOST_TOKENS):
        make_token(None, endpoint, NOW)

    answer = client.post("/directory/sources/inbound/okta/", {"op": "token"}, follow=True)

    assert "Revoke one that is not used." in answer.content.decode()
    assert InboundToken.objects.count() == MOST_TOKENS


def test_a_reader_sees_the_pushes_and_can_change_nothing(client):
    reader(client)
    endpoint = add_endpoint(None, "Okta", NOW)
    make_token(None, endpoint, NOW)
    Push.objects.create(
        endpoint=endpoint,
        at=NOW,
        method="POST",
        path="/Users",
        name="<b>ana</b>",
        status=409,
        scim_type="uniqueness",
        detail="Another user of this source has this userName.",
    )

    page = client.get("/directory/sources/inbound/okta/").content.decode()

    assert "Another user of this source has this userName." in page
    assert "&lt;b&gt;ana&lt;/b&gt;" in page
    assert "Revoke" not in page
    assert client.post("/directory/sources/inbound/okta/", {"op": "token"}).status_code == 403
    assert (
        'href="/directory/sources/inbound/okta/"'
        in client.get("/directory/sources/").content.decode()
    )
