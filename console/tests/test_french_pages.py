"""Pages in French: whoever's browser asks for it reads nothing else."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import User

from console.tests.signing_in import administrator
from provisioning.tests.speaking import french_catalogue


@pytest.fixture(autouse=True)
def french(settings, tmp_path):
    with french_catalogue(settings, tmp_path):
        yield


def page(client, address):
    return unescape(client.get(address, headers={"accept-language": "fr"}).content.decode())


@pytest.mark.django_db
def test_the_first_page_is_french_for_a_french_browser(client):
    User.objects.create_user("marie")

    text = page(client, "/login/")

    assert '<html lang="fr"' in text
    assert "Se connecter" in text
    for words in ("Sign in", "Password", "Skip to"):
        assert words not in text


@pytest.mark.django_db
def test_an_administrator_who_chose_french_reads_french(client):
    user = administrator(client)
    user.account.language = "fr"
    user.account.save()

    text = page(client, "/applications/")

    assert "Ajouter une application" in text
    assert "Add application" not in text


def test_a_page_that_is_not_there_says_so_in_french(client):
    assert "Page introuvable" in page(client, "/nowhere/")
