"""What the customer's tutorial names stands word for word on its page, in both languages.

The French is the tutorial's; where it says Azure Active Directory, ours says the directory.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from console.tests.signing_in import administrator
from provisioning.tests.builders import Directory, configure
from provisioning.tests.speaking import french_catalogue

APPLICATION = "/applications/genesys-cloud/"
LABELS = [
    ("/applications/", "Applications", "Applications"),
    ("/applications/gallery/", "Gallery", "Galerie"),
    (f"{APPLICATION}settings/", "Provisioning", "Approvisionnement"),
    (f"{APPLICATION}settings/", "Provisioning mode", "Mode d'approvisionnement"),
    (f"{APPLICATION}settings/", "Automatic", "Automatique"),
    (f"{APPLICATION}settings/", "Provisioning status", "État d'approvisionnement"),
    (f"{APPLICATION}settings/", "On", "Activé"),
    (f"{APPLICATION}settings/", "Settings", "Paramètres"),
    (
        f"{APPLICATION}credentials/",
        "Admin credentials",
        "Informations d'identification de l'administrateur",
    ),
    (f"{APPLICATION}credentials/", "Tenant URL", "URL du locataire"),
    (f"{APPLICATION}credentials/", "Secret token", "Jeton secret"),
    (f"{APPLICATION}credentials/", "Test Connection", "Tester la connexion"),
    (f"{APPLICATION}credentials/", "Save", "Enregistrer"),
    (f"{APPLICATION}notifications/", "Notification email", "E-mail de notification"),
    (
        f"{APPLICATION}notifications/",
        "Send an email notification when a failure occurs",
        "Envoyer une notification par e-mail en cas de défaillance",
    ),
    (f"{APPLICATION}mappings/", "Mappings", "Mappages"),
    (
        f"{APPLICATION}mappings/",
        "Synchronize directory users to Genesys Cloud",
        "Synchroniser les utilisateurs de l'annuaire sur Genesys Cloud",
    ),
    (
        f"{APPLICATION}mappings/",
        "Synchronize directory groups to Genesys Cloud",
        "Synchroniser les groupes de l'annuaire sur Genesys Cloud",
    ),
    (f"{APPLICATION}mappings/users/", "Attribute mappings", "Mappages des attributs"),
    (f"{APPLICATION}mappings/users/", "Matching precedence", "Priorité des correspondances"),
    (f"{APPLICATION}mappings/users/", "Reference", "Informations de référence"),
    (
        f"{APPLICATION}mappings/groups/",
        "Genesys Cloud does not support creating or deleting groups.",
        "Genesys Cloud ne prend pas en charge la création ou la suppression de groupes.",
    ),
    (f"{APPLICATION}scope/", "Scope", "Étendue"),
    (
        f"{APPLICATION}scope/",
        "Sync only assigned users and groups",
        "Synchroniser uniquement les utilisateurs et groupes attribués",
    ),
    (
        f"{APPLICATION}scope/",
        "Sync all users and groups",
        "Synchroniser tous les utilisateurs et groupes",
    ),
    (f"{APPLICATION}scope/", "Scoping filters", "Filtres d'étendue"),
    (f"{APPLICATION}assignments/", "Users and groups", "Utilisateurs et groupes"),
    (f"{APPLICATION}assignments/", "Default Access", "Accès par défaut"),
    (f"{APPLICATION}logs/", "Provisioning logs", "Journaux d'approvisionnement"),
]
MAPPED = {
    "users": [
        "userName",
        "active",
        "displayName",
        'emails[type eq "work"].value',
        "title",
        'phoneNumbers[type eq "mobile"].value',
        'phoneNumbers[type eq "work"].value',
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    ],
    "groups": ["displayName", "externalId", "members"],
}


@pytest.fixture
def marie(client, db, tmp_path):
    directory = Directory(tmp_path)
    directory.person("adele")
    directory.sync()
    configure({"name": "Genesys Cloud", "template": "genesys-cloud"})
    return administrator(client)


def texts(client, address, language):
    """The texts of the page as a person meets them: between tags, spaces folded."""
    page = client.get(address, headers={"accept-language": language}).content.decode()
    found = {" ".join(unescape(text).split()) for text in re.findall(r">([^<]+)<", page)}
    return {text.replace("’", "'").replace("\u00a0", " ") for text in found}


@pytest.mark.parametrize(("address", "english", "_french"), LABELS)
def test_the_tutorial_s_labels_in_english(client, marie, address, english, _french):
    assert english in texts(client, address, "en")


@pytest.mark.parametrize(("address", "_english", "french"), LABELS)
def test_the_tutorial_s_labels_in_french(
    client, marie, settings, tmp_path, address, _english, french
):
    with french_catalogue(settings, tmp_path):
        assert french in texts(client, address, "fr")


@pytest.mark.parametrize(("kind", "attributes"), MAPPED.items())
def test_the_tutorial_s_attributes_are_the_default_mappings(client, marie, kind, attributes):
    page = unescape(client.get(f"{APPLICATION}mappings/{kind}/").content.decode())

    rows = re.findall(r'<th scope="row">.*?title="(.*?)">', page)
    assert rows == attributes
