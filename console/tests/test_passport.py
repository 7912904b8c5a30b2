"""The passport in the console: what a probe writes is said before, and what it found after."""

from __future__ import annotations

from django.test import Client

from console.tests.signing_in import administrator, reader
from provisioning import simulator
from provisioning.models import AuditEvent
from provisioning.tests.builders import application
from provisioning.tests.engine.watching import Watch

ADDRESS = "/applications/genesys-eu/credentials/"


def test_a_probe_asks_for_consent_and_shows_what_it_found(client: Client, db: None):
    with simulator.start(personality="pathless-patch", quota=0) as target:
        application(target.tenant_url, target.token, template="scim", scope="all")
        user = administrator(client)
        assert "Nobody has probed yet" in client.get(ADDRESS).content.decode()
        watch = Watch(target)
        question = client.get(f"{ADDRESS}probe/").content.decode()
        assert "Four or five test accounts are created in Genesys Cloud EU" in question
        client.post(f"{ADDRESS}probe/")
        assert watch.requests == []

        answer = client.post(f"{ADDRESS}probe/", {"confirmed": "yes"}, follow=True)

        assert "PATCH without paths only." in answer.content.decode()
        assert AuditEvent.objects.latest("pk").actor == user
        people = [one for one in target.state()["users"] if one["state"] != "deleted"]
        assert people == []


def test_a_reader_sees_the_passport_and_probes_nothing(client: Client, db: None):
    application("http://127.0.0.1:9/scim", "token-of-nobody-0123456789", template="scim")
    reader(client)

    assert "Passport" in client.get(ADDRESS).content.decode()
    assert client.get(f"{ADDRESS}probe/").status_code == 403
