"""One quota, several processes, one real Valkey: nothing is lost between them, and none of them
stands still when it is gone (F28)."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from provisioning.engine import shared_ledger
from provisioning.engine.broker import broker_client
from provisioning.engine.credentials import quota_of
from provisioning.engine.learnt_quota import document_of
from provisioning.engine.quota_words import quota_facts
from provisioning.engine.shared_ledger import PREFIX, SharedLedger
from provisioning.scim.governor import Governor
from provisioning.scim.ledger import Ledger, Report, Wish
from provisioning.scim.sharing import Member
from provisioning.scim.urgency import Urgency
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, application, cycle
from provisioning.tests.servers import ROOT, PrivateValkey

KEY = "of-a-test"
SENDS = """
import sys
from provisioning.engine.broker import broker_client
from provisioning.engine.shared_ledger import SharedLedger
from provisioning.scim.governor import Governor
governor = Governor(6000, store=SharedLedger(broker_client(sys.argv[1], seconds=1.0), sys.argv[2]))
for _ in range(40):
    with governor.slot() as slot:
        governor.heard(slot, 200, {})
governor.close()
"""


class Hours:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def valkey(valkey_server: PrivateValkey) -> PrivateValkey:
    """The session's broker, empty."""
    with valkey_server.client() as client:
        client.flushall()
    return valkey_server


def opened(address: str, clock: Hours | None = None) -> SharedLedger:
    client = broker_client(address, seconds=1.0)
    return SharedLedger(client, KEY, clock) if clock else SharedLedger(client, KEY)


def note(store: SharedLedger, number: int = 1) -> None:
    store.change(lambda ledger, now: ledger.pace.take(now, number, None))


def note_often(store: SharedLedger) -> None:
    for _ in range(25):
        note(store)


def sent(store: SharedLedger) -> int:
    return store.change(lambda ledger, now: ledger.pace.sent(now))


@pytest.mark.processes
def test_P8_two_processes_count_in_one_ledger(valkey: PrivateValkey):
    command = [sys.executable, "-c", SENDS, valkey.url, KEY]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]

    assert [one.wait(60) for one in both] == [0, 0]
    ledger, _now = opened(valkey.url).read()
    assert ledger is not None
    assert sum(count for _, count in ledger.pace.grains) >= 80
    assert ledger.members == {}


def test_of_steps_taken_at_the_same_time_none_is_lost(valkey: PrivateValkey):
    stores = [opened(valkey.url) for _ in range(4)]
    threads = [threading.Thread(target=note_often, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sent(stores[0]) == 100


def test_F07_a_hold_is_heard_by_the_other_process(valkey: PrivateValkey):
    first, second = (Governor(store=opened(valkey.url)) for _ in range(2))

    with first.slot() as slot:
        first.heard(slot, 429, {"retry-after": "600"})

    assert 590 < second.pause() <= 600


def test_F28_a_broker_that_lost_its_data_is_told_them_again(
    valkey: PrivateValkey, caplog: pytest.LogCaptureFixture
):
    store = opened(valkey.url)
    note(store, 7)
    with valkey.client() as client:
        client.flushall()

    assert sent(store) == 7
    assert "lost what was known" in caplog.text


def test_F28_without_a_broker_everybody_keeps_to_a_share_and_comes_back(
    caplog: pytest.LogCaptureFixture,
):
    clock = Hours()
    with PrivateValkey.start() as gone:
        store = opened(gone.url, clock)
        for name in ("me", "other"):
            enter(store, name)
    divided = store.change(lambda ledger, _: ledger.divided_by)
    note(store, 5)

    assert (divided, store.is_reached) == (2, False)
    assert caplog.text.count("its own share of the quota, one of 2") == 1

    with PrivateValkey.start() as back:
        store._client = broker_client(back.url, seconds=1.0)
        store._write = store._client.register_script(shared_ledger.WRITE_IF_UNCHANGED)
        clock.now += shared_ledger.TRY_AGAIN
        assert sent(store) == 5
        assert store.is_reached
        assert store.change(lambda ledger, _: ledger.divided_by) == 1


def enter(store: SharedLedger, name: str) -> None:
    store.change(lambda ledger, now: ledger.members.update({name: Member(now + 60)}))


def test_a_command_without_a_broker_has_the_whole_quota(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    store = opened(f"redis+socket://{tmp_path / 'nobody'}")

    assert store.change(lambda ledger, _: ledger.divided_by) == 1
    assert "kept by this process alone" in caplog.text


def test_what_another_version_wrote_is_begun_anew(valkey: PrivateValkey):
    store = opened(valkey.url)
    with valkey.client() as client:
        client.set(PREFIX + KEY, '{"members": {}, "of": "tomorrow"}')

    note(store)

    assert sent(store) == 1


def test_T33_the_credential_cannot_be_read_from_the_broker(
    directory: Directory, genesys: Running, valkey: PrivateValkey, settings
):
    settings.CELERY_BROKER_URL = valkey.url
    directory.person("ana")
    directory.sync()
    job = application(genesys.tenant_url, genesys.token, scope="all")

    assert cycle(job, approve=True).state == "succeeded"

    with valkey.client() as client:
        keys = [key.decode() for key in client.keys("*")]
        kept = [client.get(key).decode() for key in keys]
    assert keys == [PREFIX + quota_of(job.application.connection)]
    assert not any(genesys.token in text for text in [*keys, *kept])


def test_the_same_credential_is_one_quota_whatever_the_application(
    directory: Directory, genesys: Running
):
    first = application(genesys.tenant_url, genesys.token)
    second = application(genesys.tenant_url, genesys.token, slug="again", name="Again")
    third = application(genesys.tenant_url, genesys.token + "x", slug="other", name="Other")

    one, same, other = (quota_of(job.application.connection) for job in (first, second, third))

    assert one == same != other


@pytest.mark.parametrize("urgency", Urgency)
def test_each_lane_and_an_idle_ledger_have_their_words(urgency: Urgency):
    ledger = Ledger()
    assert len(quota_facts(document_of(ledger, 0.0, None))) == 7
    ledger.visit(0.0, Report(), Wish("one", 0, 1, urgency, 16))

    facts = dict(quota_facts(document_of(ledger, 0.0, 60.0)))

    assert len(facts) == 8
