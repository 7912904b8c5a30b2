"""A database that is away, locked or full is no defect and no end of a cycle (F29, F30, F31)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError

from provisioning.engine import runner
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.database_trouble import is_trouble
from provisioning.engine.execution import batch
from provisioning.models import Job, WorkUnit
from provisioning.simulator import Running
from provisioning.tests.builders import Directory, FakeTime, application
from provisioning.tests.engine.histories import applied, logged, run, user_names


class Cause(Exception):
    """What the driver of a database raises, with the code it gives."""

    def __init__(self, **code: str) -> None:
        super().__init__("told by the driver")
        self.__dict__.update(code)


def caused(error: Exception, **code: str) -> Exception:
    error.__cause__ = Cause(**code)
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused(OperationalError("full"), sqlite_errorname="SQLITE_FULL"), True),
        (caused(OperationalError("locked"), sqlite_errorname="SQLITE_BUSY_SNAPSHOT"), True),
        (caused(OperationalError("disk"), sqlite_errorname="SQLITE_IOERR_WRITE"), True),
        (caused(OperationalError("no such table"), sqlite_errorname="SQLITE_ERROR"), False),
        (caused(OperationalError("No space left on device"), sqlstate="53100"), True),
        (caused(OperationalError("terminated by the administrator"), sqlstate="57P01"), True),
        (caused(OperationalError("lock timeout"), sqlstate="55P03"), True),
        (caused(OperationalError("too complex"), sqlstate="54001"), False),
        (caused(OperationalError("the connection is closed")), True),
        (caused(InterfaceError("cursor is closed")), True),
        (caused(ProgrammingError("no such column"), sqlstate="42703"), False),
        (caused(DataError("too long"), sqlstate="22001"), False),
        (ValueError("ours"), False),
    ],
)
def test_only_the_surroundings_of_the_database_are_trouble(error: Exception, expected: bool):
    assert is_trouble(error) is expected


def test_F31_who_cannot_write_what_became_of_it_gives_the_unit_back_and_reads_back_later(
    directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    job = hiring(directory, genesys)
    cycle = open_cycle(job, Request(approve=True))
    assert cycle is not None

    def no_room(*_: Any) -> None:
        raise caused(OperationalError("disk is full"), sqlite_errorname="SQLITE_FULL")

    with monkeypatch.context() as patched:
        patched.setattr(batch, "record", no_room)
        with pytest.raises(OperationalError):
            runner.turn(cycle.pk, sleep=FakeTime().sleep)

    cycle.refresh_from_db()
    assert (cycle.ended, cycle.state) == (None, "running")
    assert not WorkUnit.objects.filter(cycle=cycle, state="claimed").exists()
    time = FakeTime()
    assert run(job, time).state == "succeeded"
    assert time.now < 5, "its own requests had ended: nothing was to be waited out"
    assert user_names(genesys) == ["ana@contoso.example", "ben@contoso.example"]
    assert applied(genesys) == logged(job)


def test_a_defect_in_a_statement_of_ours_still_ends_the_cycle(
    directory: Directory, genesys: Running, monkeypatch: pytest.MonkeyPatch
):
    job = hiring(directory, genesys)

    def wrong(*_: Any) -> None:
        raise caused(OperationalError("no such table"), sqlite_errorname="SQLITE_ERROR")

    monkeypatch.setattr(batch, "record", wrong)

    assert run(job, FakeTime(), approve=True).state == "failed"


def hiring(directory: Directory, genesys: Running) -> Job:
    """Ana and Ben are to be made."""
    for name in ("ana", "ben"):
        directory.person(name)
    directory.sync()
    return application(genesys.tenant_url, genesys.token, scope="all")
