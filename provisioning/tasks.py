"""Celery entry points. Messages carry ids; what is true stands in the database."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from provisioning.engine import (
    dispatch,
    notices,
    quarantine,
    retention,
    runner,
    shutting_down,
)
from provisioning.engine.clock import Clock, agree
from provisioning.engine.importing import connected
from provisioning.engine.inbound import uploads
from provisioning.engine.leases import Instant
from provisioning.engine.verifying import runs as verifying

LONGEST_TURN = 30 * 60.0
"""Seconds after which a worker lets go of a cycle and is asked to look at it anew."""


@shared_task(acks_late=True, ignore_result=True)
def tick() -> None:
    """Open due cycles, wake workers for units and uploads, send due mail, forget what is old."""
    agree()
    for cycle in dispatch.sweep():
        for _ in range(dispatch.messages(cycle)):
            turn.delay(str(cycle.pk))
    for run in verifying.due():
        verify.delay(str(run))
    for source in connected.due_sources():
        read_source.delay(source)
    for one in uploads.due():
        upload.delay(str(one))
    now = Clock().now()
    quarantine.remind_all(now)
    notices.deliver_due(now)
    retention.purge_due(now)
    retention.purge_plans(now)
    uploads.forget_old(now)


@shared_task(acks_late=True, ignore_result=True)
def turn(cycle_id: str) -> None:
    """Work on one cycle until no unit is free, this worker is asked to go, or half an hour is over.

    A cycle may take days; a message that took so long would run into Celery's time limits.
    """
    agree()
    begun = Instant.now()

    def leaving() -> bool:
        return shutting_down.asked() or begun.passed() > LONGEST_TURN

    runner.turn(UUID(cycle_id), call_others=dispatch.call_others, leaving=leaving)
    if begun.passed() > LONGEST_TURN:
        turn.delay(cycle_id)


@shared_task(acks_late=True, ignore_result=True)
def verify(run_id: str) -> None:
    """Read an application and compare it with the directory, if nobody does already."""
    agree()
    verifying.turn(UUID(run_id), leaving=shutting_down.asked)


@shared_task(acks_late=True, ignore_result=True)
def read_source(connection_id: int) -> None:
    """Read one connected source into the directory, if it is due and nobody else does."""
    connected.read_if_due(connection_id)


@shared_task(acks_late=True, ignore_result=True)
def upload(upload_id: str) -> None:
    """Do what was uploaded to an inbound source, if nobody does already."""
    agree()
    uploads.work(UUID(upload_id), Clock().now())
