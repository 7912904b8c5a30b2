"""`inbound`: what the console can do with an inbound source, a command can do."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from provisioning.core.resource import Kind
from provisioning.engine.inbound.endpoints import opened_by
from provisioning.models import SourceRead
from provisioning.tests.inbound.pusher import Pusher, stored
from provisioning.tests.sources.directories import NOW

pytestmark = pytest.mark.django_db


def told(*arguments):
    out = StringIO()
    call_command("inbound", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*arguments):
    with pytest.raises(SystemExit) as ended:
        call_command("inbound", *arguments, stdout=StringIO(), stderr=StringIO())
    return ended.value.code


def test_a_source_is_added_opened_and_closed():
    made = told("HR suite", "--add")
    assert opened_by("hr-suite", f"Bearer {made['token']}", NOW)
    second = told("hr-suite", "--new-token")
    assert len(second["tokens"]) == 2

    after = told("HR suite", "--revoke", made["token"].split("_")[1])

    assert "token" not in after
    assert opened_by("hr-suite", f"Bearer {made['token']}", NOW) is None
    assert opened_by("hr-suite", f"Bearer {second['token']}", NOW)
    assert [one["name"] for one in told()["sources"]] == ["HR suite"]


def test_what_cannot_be_is_wrong_use():
    told("HR suite", "--add")

    assert refused("HR suite", "--add") == 2
    assert refused("Nobody") == 2
    assert refused("HR suite", "--revoke", "00000000") == 2
    assert refused(" ", "--add") == 2


def test_the_directory_is_written_anew_from_what_was_pushed():
    pusher = Pusher()
    ana = pusher.user("ana", title="Agent")
    group = pusher.group("Staff", ana)
    one = stored(ana)
    one.attributes = {}
    one.save()

    told("entra", "--rebuild")

    assert stored(ana).attributes["jobTitle"] == "Agent"
    read = SourceRead.objects.get()
    assert (read.counts["users"]["changed"], read.counts["memberships"]["unchanged"]) == (1, 1)
    assert stored(group, Kind.GROUP).state == "active"


def test_people_read_what_was_refused_and_why():
    pusher = Pusher()
    pusher.user("ana")
    pusher.refused("POST", "Users", {"userName": "ana@example.com"})
    out = StringIO()

    call_command("inbound", "entra", stdout=out)

    assert "POST /Users 409 Another user of this source has this userName." in out.getvalue()
    assert pusher.token not in out.getvalue()
