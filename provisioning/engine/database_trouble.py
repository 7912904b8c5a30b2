"""The database is away, locked or full: no defect of ours and no end of a cycle (F29, F30, F31).

Nothing is sent that was not written down before, so whoever cannot write stops. The unit is given
back as soon as that can be written, and is begun anew: after a restart at once, otherwise with the
next tick.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as database

from provisioning.engine.execution.waiting_out import nothing_is_under_way
from provisioning.engine.work import LOOK_EVERY, Work

log = logging.getLogger(__name__)

STATES = ("08", "40", "53", "57", "58", "55P03")
"""PostgreSQL's own classes: connection, rollback, resources, operator, system; a lock not had."""
CODES = tuple(
    f"SQLITE_{name}"
    for name in ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY", "NOMEM", "PROTOCOL")
)


def is_trouble(error: Exception) -> bool:
    """Whether the database's surroundings are to blame; else what was asked of it is."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", None)
    if code is not None:
        return str(code).startswith(CODES)
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(STATES)


def hand_back(work: Work, error: Exception) -> None:
    """Give the unit back, however long that takes while it is ours, and return after a restart.

    Raises the error when the database answers, but does not write what it was asked to write.
    """
    log.warning("The database could not be used: %s", str(error).strip())
    was_lost = not database.is_usable()
    while not _given_back(work):
        was_lost = True
        if work.lease is not None and work.lease.left() <= 0:
            raise error
        work.sleep(LOOK_EVERY)
    if not was_lost:
        raise error


def _given_back(work: Work) -> bool:
    """Whether that could be written; a unit that is somebody else's by now is none of ours."""
    if not database.is_usable():
        database.close()
    try:
        with transaction.atomic():
            if work.unit.give_back() and work.is_alone:
                nothing_is_under_way(work.unit)
    except (OperationalError, InterfaceError):
        return False
    return True
