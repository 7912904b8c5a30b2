"""Pages in French: whoever's browser asks for it reads nothing else."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from provisioning.models import Application, Job
from provisioning.tests.speaking import french_catalogue


@pytest.fixture(autouse=True)
def french(settings, tmp_path):
    with french_catalogue(settings, tmp_path):
        yield


def page(client, address):
    return unescape(client.get(address, headers={"accept-language": "fr"}).content.decode())


@pytest.mark.django_db
def test_the_first_page_is_french_for_a_french_browser(client):
    application = Application.objects.create(slug="wiki", name="Wiki", template="scim")
    Job.objects.create(application=application, interval=timedelta(minutes=40))

    text = page(client, "/")

    assert '<html lang="fr">' in text
    for words in ("Base de données", "État d'approvisionnement", "○ Désactivé", "Dernier cycle"):
        assert words in text
    for words in ("Provisioning status", "Not there", "Database", "Skip to"):
        assert words not in text


@pytest.mark.django_db
def test_the_first_page_without_an_application_says_in_french_what_to_do(client):
    assert "Il n'y a pas encore d'application." in page(client, "/")


def test_a_page_that_is_not_there_says_so_in_french(client):
    assert "Page introuvable" in page(client, "/nowhere/")
