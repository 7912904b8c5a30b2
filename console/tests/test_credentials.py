"""The page of admin credentials: nothing typed is lost, nothing secret is shown, a test counts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from console.tests.signing_in import administrator, reader
from provisioning import simulator
from provisioning.engine.controls import create_application
from provisioning.models import AuditEvent, Connection, Job
from provisioning.tests.builders import application

pytestmark = pytest.mark.django_db

TOKEN = "token-of-the-target-0123456789"
URL = "https://api.mypurecloud.de/api/v2/scim/v2"
PAGE = "/applications/genesys-eu/credentials/"
TEST = f"{PAGE}test/"


@pytest.fixture
def genesys():
    with simulator.start(quota=0) as running:
        yield running


@pytest.fixture
def empty(db):
    """An application that nobody gave credentials."""
    return create_application(None, name="Genesys EU", template="genesys-cloud")


def typed(**fields):
    given = {
        "auth": "secret_token", "region": "other", "tenant_url": URL, "secret_token": TOKEN,
        "client_id": "", "client_secret": "", "token_url": "",
    }  # fmt: skip
    return {**given, **fields}


def text_of(response):
    return unescape(response.content.decode())


def swapped(client, address, data):
    return client.post(address, data, headers={"HX-Request": "true", "HX-Target": "result"})


def test_the_first_region_is_the_simulator_and_nothing_is_filled_in_secretly(client, empty):
    administrator(client)

    text = text_of(client.get(PAGE))

    assert text.index("Simulator on this machine") < text.index("EU (Frankfurt)")
    assert "http://127.0.0.1:9400/api/v2/scim/v2" in text
    for label in ("Admin credentials", "Tenant URL", "Secret token", "Test Connection"):
        assert label in text
    assert "Not tested yet" not in text


def test_where_loopback_may_not_be_reached_no_simulator_is_offered(client, empty, settings):
    settings.ALLOWED_TARGET_NETWORKS = ["10.0.0.0/8"]
    administrator(client)

    assert "Simulator on this machine" not in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("region", "tenant_url", "meant"),
    [
        ("eu-central-1", "", URL),
        ("eu-central-1", "https://api.mypurecloud.ie/api/v2/scim/v2", URL),
        ("eu-central-1", f" {URL}/ ", URL),
        ("other", "https://scim.contoso.example/v2", "https://scim.contoso.example/v2"),
        ("eu-central-1", "https://scim.contoso.example/v2", "https://scim.contoso.example/v2"),
        ("other", URL, URL),
    ],
)
def test_a_region_fills_in_the_tenant_url_and_an_address_of_ones_own_stays(
    client, empty, region, tenant_url, meant
):
    administrator(client)

    response = client.post(PAGE, typed(region=region, tenant_url=tenant_url))

    assert response.status_code == 302
    assert Connection.objects.get().tenant_url == meant


def test_the_tenant_url_of_a_region_is_told_before_it_is_used(client, empty):
    administrator(client)

    told = client.get(
        PAGE,
        {"region": "eu-central-1", "tenant_url": ""},
        headers={"HX-Request": "true", "HX-Target": "region-url"},
    )

    assert URL in text_of(told)
    assert "<html" not in text_of(told)


def test_saved_credentials_say_by_whom_and_show_nothing_of_the_secret(client, empty):
    administrator(client, "marie")
    client.post(PAGE, typed())

    text = text_of(client.get(PAGE))

    assert re.search(r"Saved <time .*</time> by Marie", text)
    assert "Replace" in text
    assert "Not tested yet" in text
    assert "The credentials were saved." in text
    assert TOKEN not in text
    assert TOKEN[-4:] not in text
    assert AuditEvent.objects.filter(actor__username="marie", activity="settings").exists()


def test_an_untouched_secret_is_kept_on_its_host(client, empty):
    administrator(client)
    client.post(PAGE, typed())
    before = bytes(Connection.objects.get().secret)

    client.post(PAGE, typed(tenant_url="https://api.mypurecloud.de/scim", secret_token=""))

    connection = Connection.objects.get()
    assert connection.tenant_url == "https://api.mypurecloud.de/scim"
    assert bytes(connection.secret) == before


@pytest.mark.parametrize("address", [PAGE, TEST])
def test_T07_another_host_needs_the_secret_again(client, empty, address):
    administrator(client)
    client.post(PAGE, typed())

    response = client.post(
        address, typed(tenant_url="https://attacker.example/scim/v2", secret_token="")
    )

    assert response.status_code == 422
    assert "The stored secret was given for another host" in text_of(response)
    assert "Type it into its field." in text_of(response)
    assert Connection.objects.get().tenant_url == URL


def test_what_was_typed_comes_back_but_never_the_secret(client, empty):
    administrator(client)

    response = client.post(
        PAGE,
        typed(
            auth="client_credentials", region="eu-west-1", tenant_url="http://nowhere.example/x",
            client_id="my-client", client_secret="with a space 12345", token_url="nonsense",
        ),
    )  # fmt: skip

    text = text_of(response)
    assert response.status_code == 422
    assert "<title>Error:" in text
    for kept in ("http://nowhere.example/x", "my-client", 'value="nonsense"'):
        assert kept in text
    assert re.search(r'value="eu-west-1"\s+selected', text)
    assert "with a space 12345" not in text
    assert "Type the secret again" in text
    for field in ("tenant_url", "client_secret", "token_url"):
        assert f'href="#id_{field}"' in text
    assert "in the open" in text
    assert "the token URL must begin with https://".lower() in text.lower()
    assert not Connection.objects.get().tenant_url


def test_only_the_fields_of_the_chosen_way_are_asked_for(client, empty):
    administrator(client)

    response = client.post(
        PAGE, typed(auth="client_credentials", tenant_url=URL, secret_token="short")
    )

    text = text_of(response)
    assert 'href="#id_client_id"' in text
    assert 'href="#id_client_secret"' in text
    assert 'href="#id_secret_token"' not in text
    assert 'href="#id_token_url"' not in text


def test_nothing_at_all_is_told_field_by_field(client, empty):
    administrator(client)

    response = client.post(PAGE, {})

    assert response.status_code == 422
    assert 'href="#id_auth"' in text_of(response)


def test_client_credentials_of_a_region_need_no_token_url(client, empty):
    administrator(client)

    client.post(
        PAGE,
        typed(
            auth="client_credentials", region="eu-central-1", tenant_url="", secret_token="",
            client_id="abc", client_secret=TOKEN,
        ),
    )  # fmt: skip

    connection = Connection.objects.get()
    assert connection.token_url == "https://login.mypurecloud.de/oauth/token"
    assert connection.client_id == "abc"


def test_a_test_of_unsaved_credentials_counts_once_they_are_saved(client, empty, genesys):
    administrator(client)
    given = typed(tenant_url=genesys.tenant_url, secret_token=genesys.token)

    result = swapped(client, TEST, given)

    text = text_of(result)
    assert result.status_code == 200
    assert "<html" not in text
    assert text.count('class="step"') == 8
    assert '<p role="status"><strong>Connected.</strong>' in text
    assert "not saved yet" in text
    assert "ServiceProviderConfig" in text
    assert genesys.token not in text
    assert not Connection.objects.get().last_test
    assert genesys.token not in str(client.session.items())

    client.post(PAGE, given)
    connection = Connection.objects.get()
    assert connection.last_test["ok"] is True
    assert connection.passport
    page = text_of(client.get(PAGE))
    assert "Provisioning can work with these credentials." in page
    assert "Not tested yet" not in page


def test_a_test_of_other_credentials_says_nothing_about_those_saved(client, empty, genesys):
    administrator(client)
    given = typed(tenant_url=genesys.tenant_url, secret_token=genesys.token)
    swapped(client, TEST, given)

    client.post(PAGE, {**given, "secret_token": "another-token-0123456789"})

    assert not Connection.objects.get().last_test
    assert "Not tested yet" in text_of(client.get(PAGE))


def test_the_stored_secret_is_tested_when_its_field_is_untouched(client, genesys):
    application(genesys.tenant_url, genesys.token)
    administrator(client)

    swapped(client, TEST, typed(tenant_url=genesys.tenant_url, secret_token=""))

    assert Connection.objects.get().last_test["ok"] is True


def test_what_earlier_tests_came_to_is_listed_as_long_as_the_credentials_stay(client, genesys):
    application(genesys.tenant_url, genesys.token)
    administrator(client)
    given = typed(tenant_url=genesys.tenant_url, secret_token="")

    assert "Last tests" not in text_of(swapped(client, TEST, given))
    genesys.close()
    text = text_of(swapped(client, TEST, given))
    assert text.rpartition("Last tests")[2].count("Connected") == 1
    text = text_of(swapped(client, TEST, given))
    assert "Not connected" in text.rpartition("Last tests")[2]
    assert "Address" in text.rpartition("Last tests")[2]

    client.post(PAGE, {**given, "secret_token": TOKEN})
    assert not Connection.objects.get().last_test


def test_a_rejected_token_is_told_with_what_to_do_and_opens_to_the_request(client, empty, genesys):
    administrator(client)

    text = text_of(swapped(client, TEST, typed(tenant_url=genesys.tenant_url)))

    assert "rejects the token (401)" in text
    assert "Not connected" in text
    assert text.count("Not tried") == 5
    assert '<details class="exchange">' in text


def test_a_test_without_javascript_is_a_page_that_keeps_what_was_typed(client, empty, genesys):
    administrator(client)

    text = text_of(
        client.post(TEST, typed(tenant_url=genesys.tenant_url, secret_token=genesys.token))
    )

    assert "<html" in text
    assert "Connected." in text
    assert genesys.tenant_url in text
    assert genesys.token not in text
    assert "Type the secret again" in text


def test_a_test_of_an_incomplete_form_says_what_is_missing(client, empty):
    administrator(client)

    response = swapped(client, TEST, typed(tenant_url="", secret_token=""))

    text = text_of(response)
    assert response.status_code == 422
    assert "Nothing was tested" in text
    assert "Choose a region or type the Tenant URL." in text
    assert 'href="#id_secret_token"' in text


def test_in_quarantine_for_credentials_a_passing_test_offers_to_retry(client, genesys):
    job = application(genesys.tenant_url, genesys.token)
    Job.objects.filter(pk=job.pk).update(
        quarantined_at=timezone.now(), quarantine_reason="Unauthorized"
    )
    administrator(client)
    retry = 'action="/applications/genesys-eu/quarantine/retry/"'
    given = typed(tenant_url=genesys.tenant_url, secret_token="")

    assert retry in text_of(swapped(client, TEST, given))
    assert retry in text_of(client.get(PAGE))
    unsaved = text_of(swapped(client, TEST, {**given, "secret_token": genesys.token}))
    assert retry not in unsaved
    assert "save these credentials" in unsaved
    Job.objects.update(quarantine_reason="ConnectionFailed")
    assert retry not in text_of(swapped(client, TEST, given))


def test_a_reader_sees_address_and_result_but_no_form_and_nothing_of_the_secret(client, genesys):
    application(genesys.tenant_url, genesys.token)
    administrator(client)
    swapped(client, TEST, typed(tenant_url=genesys.tenant_url, secret_token=""))
    reader(client)

    text = text_of(client.get(PAGE))

    assert genesys.tenant_url in text
    assert "Connected." in text
    assert "Saved" not in text
    assert 'type="password"' not in text
    assert "formaction" not in text
    assert client.post(PAGE, typed()).status_code == 403
    assert client.post(TEST, typed()).status_code == 403
    assert client.get(TEST).status_code == 302


def test_markup_in_what_was_typed_is_shown_literally(client, empty):
    administrator(client)
    evil = "https://x.example/<script>alert(1)</script>"

    response = client.post(PAGE, typed(tenant_url=evil, secret_token="x"))

    assert "<script>alert(1)" not in response.content.decode()
    assert evil in text_of(response)


def test_the_page_takes_few_queries_and_stays_small(client, genesys, django_assert_max_num_queries):
    application(genesys.tenant_url, genesys.token)
    administrator(client)
    for number in range(30):
        client.post(PAGE, typed(tenant_url=genesys.tenant_url, secret_token=f"{TOKEN}{number}"))
    swapped(client, TEST, typed(tenant_url=genesys.tenant_url, secret_token=""))

    with django_assert_max_num_queries(12):
        response = client.get(PAGE)

    assert len(response.content) < 60_000
