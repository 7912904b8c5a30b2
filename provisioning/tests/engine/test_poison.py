"""F37: an object that breaks our own code fails alone, and its retry finds it mended."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.core.evaluate import decide
from provisioning.engine.execution.sending import Sender
from provisioning.engine.planning import matching, scope
from provisioning.models import Escrow, Job, LogEntry
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run
from provisioning.tests.engine.watching import account, seeded

BROKEN = "A defect, with a value in it that nobody may see"


@pytest.fixture
def job(directory: Directory, genesys: Running) -> Job:
    for name in ("ana", "ben", "cleo"):
        directory.person(name)
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")


def breaking(real: Any, is_bens: Any) -> Any:
    """The function, but it breaks for Ben."""

    def function(*arguments: Any) -> Any:
        if is_bens(arguments):
            raise ZeroDivisionError(BROKEN)
        return real(*arguments)

    return function


def is_ben(subject: Any) -> bool:
    return bool(subject.source.attributes["mail"] == "ben@contoso.example")


PLACES = {
    "scope": (scope, "entitlement", lambda given: is_ben(given[1])),
    "create": (scope, "decide", lambda given: is_ben(given[1])),
    "send": (Sender, "_create", lambda given: given[1].row.object.source_id == "ben"),
}


@pytest.mark.parametrize("place", PLACES)
def test_F37_a_defect_in_one_object_is_that_objects_failure(
    job: Job, genesys: Running, monkeypatch: pytest.MonkeyPatch, place: str
):
    where, name, is_bens = PLACES[place]
    with monkeypatch.context() as patched:
        patched.setattr(where, name, breaking(getattr(where, name), is_bens))
        broken = run(job, FakeTime(), approve=True)
    mended = run(job, FakeTime())

    assert (broken.state, broken.counts) == ("partly", {"create": 2, "failed": 1})
    assert (mended.state, mended.counts) == ("succeeded", {"create": 1})
    entry = LogEntry.objects.get(status="failure")
    assert entry.error["errorCode"] == "InternalError"
    assert BROKEN not in str(entry.__dict__)
    assert not Escrow.objects.exists()
    assert applied(genesys) == logged(job)


def test_F37_a_defect_with_an_account_that_was_found_is_that_objects_failure(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
):
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    with seeded([account("ana"), account("ben")]) as target:
        job = application(target.tenant_url, target.token, scope="all")
        with monkeypatch.context() as patched:
            broke = breaking(decide, lambda given: is_ben(given[1]))
            patched.setattr(matching, "decide", broke)
            broken = run(job, FakeTime(), approve=True)
        mended = run(job, FakeTime())

    assert (broken.state, broken.counts) == ("partly", {"adopt": 1, "failed": 1})
    assert (mended.state, mended.counts) == ("succeeded", {"adopt": 1})
