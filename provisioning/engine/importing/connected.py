"""The verbs of connected sources: connect, read when due or when asked, release, test.

A source is read by one process at a time: a lease in its row, renewed with every page, says by
whom; a reader that died lets go by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError, ProvisioningError, RetryLater
from provisioning.core.problems import Problem, UsageProblems
from provisioning.core.wording import gettext_noop
from provisioning.engine import dispatch
from provisioning.engine.clock import Clock, database_now
from provisioning.engine.importing.deliveries import told
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.history import note_failure
from provisioning.engine.importing.kinds import Said, form_of, open_kind
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.engine.importing.testing import probe_source
from provisioning.engine.test_connection import ProbeStep, succeeded
from provisioning.models.audit import Activity, AuditEvent
from provisioning.models.directory import Source
from provisioning.models.secret import seal, unseal
from provisioning.models.source_reading import ReadState, SourceConnection, SourceRead
from provisioning.sources.base import Delivered, DirectorySource, Part

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TABLE = SourceConnection._meta.db_table
INTERVAL = timedelta(minutes=40)
NEVER = timedelta(0)
"""The interval of a source that is read only when somebody asks."""
LEASE = timedelta(minutes=2)
SOON = timedelta(minutes=1)
"""When a folder is looked into again in which a file has just appeared."""
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says of a source; without a `secret` the stored one stays."""

    name: str
    kind: str
    said: Said
    secret: str = ""
    interval: timedelta = INTERVAL


def connect_source(actor: User | None, wish: Wish, now: datetime) -> SourceConnection:
    """Store the source under its name, new or changed, and read it soon. Raises `UsageProblems`."""
    form = form_of(wish.kind)
    known = [one.name for one in form.fields]
    said = {name: text for name, text in wish.said.items() if name in known and text}
    existing = SourceConnection.objects.filter(origin__name=wish.name).select_related("origin")
    row = existing.first()
    problems = [*_name_problems(wish, row), *form.problems(said)]
    problems += [
        Problem(
            one, _("There is no such key."), _("Keys: %(known)s.") % {"known": ", ".join(known)}
        )
        for one in wish.said
        if one not in known
    ]
    host = "" if problems else form.host_of(said)
    if row is not None and row.secret and row.host != host and not wish.secret and not problems:
        message = _("The address changed: enter the secret again.")
        problems.append(Problem(form.secret.name, message))
    if problems:
        raise UsageProblems(problems)
    with transaction.atomic():
        stored = _stored(row, wish, said, host, now)
        AuditEvent.record(actor, Activity.SOURCE, None, _changes(row, wish, said))
        transaction.on_commit(dispatch.wake)
    return stored


def find_connection(name: str) -> SourceConnection:
    """The connected source of this name; `ConfigurationError` names those there are."""
    row = SourceConnection.objects.filter(origin__name=name).select_related("origin").first()
    if row is None:
        names = SourceConnection.objects.values_list("origin__name", flat=True)
        known = ", ".join(names) or "-"
        raise ConfigurationError(
            gettext_noop("There is no connected source “%(name)s”."),
            params={"name": name, "known": known},
            advice=gettext_noop("Connected sources: %(known)s."),
        )
    return row


def open_source(row: SourceConnection, now: datetime) -> DirectorySource:
    """The source, not yet connected. Raises `ConfigurationError`."""
    return open_kind(row.origin.kind, row.settings, lambda: _secret(row), now, row.remembered)


def try_connection(row: SourceConnection, now: datetime) -> list[ProbeStep]:
    """Test Connection with what is stored; the row keeps how it went."""
    steps = probe_source(row.origin.kind, row.settings, lambda: _secret(row), now)
    result = {"ok": succeeded(steps), "steps": [asdict(step) for step in steps]}
    SourceConnection.objects.filter(pk=row.pk).update(last_test=result, last_tested_at=now)
    return steps


def ask_for_read(
    actor: User, row: SourceConnection, *, whole: bool = False, released: Mapping[str, int] | None
) -> None:
    """Have a worker read it as soon as one looks; `released` is what somebody was shown and agreed
    to be removed.
    """
    asked: dict[str, Any] = {"whole": whole, "released": dict(released or {}), "actor": actor.pk}
    with transaction.atomic():
        SourceConnection.objects.filter(pk=row.pk).update(asked=asked, next_read_at=Clock().now())
        if released:
            changes = [{"path": "released", "old": None, "new": dict(released)}]
            AuditEvent.record(actor, Activity.SOURCE, None, [_named(row.origin.name), *changes])
        transaction.on_commit(dispatch.wake)


def held_numbers(row: SourceConnection) -> dict[str, dict[str, int]]:
    """What the shrink guard holds since the last read, by part; empty when it holds nothing."""
    last = SourceRead.objects.filter(origin=row.origin).exclude(state=ReadState.READING)
    newest = last.order_by("-started", "-pk").first()
    return newest.held if newest is not None and newest.state == ReadState.HELD else {}


def due_sources() -> Iterator[int]:
    """The row ids of the connections whose time has come."""
    due = SourceConnection.objects.due(Clock().now(), database_now())
    return due.values_list("pk", flat=True).iterator()


def read_if_due(pk: int) -> ImportReport | None:
    """Read it on the terms that somebody asked for, if it is due and nobody else reads it."""
    now = Clock().now()
    row = SourceConnection.objects.select_related("origin").filter(pk=pk).first()
    if row is None or row.next_read_at is None or row.next_read_at > now:
        return None
    asked = row.asked
    released = {Part(part): number for part, number in asked.get("released", {}).items()}
    terms = Terms(whole=bool(asked.get("whole")), released=released)
    try:
        return sync_source(row, terms, now, actor_id=asked.get("actor"))
    except (ProvisioningError, _BeingRead):
        # The history says why; the next time has been set.
        return None


def sync_source(
    row: SourceConnection, terms: Terms, now: datetime, *, actor_id: int | None = None
) -> ImportReport:
    """Read it now. Raises `RetryLater` while somebody else does."""
    following = now + row.interval if row.interval else None
    free = Q(lease_until=None) | Q(lease_until__lte=database_now())
    mine = SourceConnection.objects.filter(free, pk=row.pk)
    if not mine.update(lease_until=database_now() + LEASE, next_read_at=following, asked={}):
        raise _BeingRead(
            gettext_noop("The source “%(name)s” is being read already."),
            params={"name": row.origin.name},
            advice=gettext_noop("Wait until it is done: its page shows the history."),
        )
    actor = _actor(actor_id)
    try:
        reading = replace(terms, each_page=lambda: _renew(row.pk))
        return _read(row, reading, now, actor)
    except ProvisioningError as error:
        note_failure(row.origin, error, now=now, actor=actor)
        raise
    finally:
        SourceConnection.objects.filter(pk=row.pk).update(lease_until=None)


def _read(row: SourceConnection, terms: Terms, now: datetime, actor: User | None) -> ImportReport:
    """One read; of a source to which files are delivered, only when there are new ones. What is
    held waits where it is until somebody releases it.
    """
    source = open_source(row, now)
    if not isinstance(source, Delivered):
        return import_directory(source, name=row.origin.name, now=now, terms=terms, actor=actor)
    news = source.has_news(anew=terms.whole)
    _remember(row, source, now)
    if not news:
        return ImportReport()
    terms = replace(terms, merge=source.merges)
    try:
        report = import_directory(source, name=row.origin.name, now=now, terms=terms, actor=actor)
    except ProvisioningError as error:
        source.settle([str(error)], well=False)
        _remember(row, source, now)
        raise
    if not report.held:
        source.settle(told(report), well=True)
        _remember(row, source, now)
    return report


def _remember(row: SourceConnection, source: Delivered, now: datetime) -> None:
    row.remembered = source.memory
    row.save(update_fields=["remembered"])
    if source.arriving and row.interval:
        SourceConnection.objects.filter(pk=row.pk).update(next_read_at=now + SOON)


class _BeingRead(RetryLater):
    """Somebody else reads the source now."""


def _renew(pk: int) -> None:
    SourceConnection.objects.filter(pk=pk).update(lease_until=database_now() + LEASE)


def _actor(pk: int | None) -> User | None:
    from django.contrib.auth.models import User

    return User.objects.filter(pk=pk).first() if pk is not None else None


def _secret(row: SourceConnection) -> str:
    if not row.secret:
        return ""
    return unseal(row.secret, table=TABLE, row=str(row.pk), host=row.host)


def _name_problems(wish: Wish, row: SourceConnection | None) -> list[Problem]:
    name = wish.name
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        return [Problem("name", _("A source's name has 1 to 100 printable characters."))]
    taken = Source.objects.filter(name=name).first() if row is None else row.origin
    if taken is not None and taken.kind != wish.kind:
        advice = _("Choose another name.")
        return [Problem("name", _("A source of another kind has this name."), advice)]
    return []


def _stored(
    row: SourceConnection | None, wish: Wish, said: Said, host: str, now: datetime
) -> SourceConnection:
    if row is None:
        made = {"kind": wish.kind, "created": now}
        origin, _created = Source.objects.get_or_create(name=wish.name, defaults=made)
        row = SourceConnection(origin=origin, interval=wish.interval)
    row.settings, row.host, row.interval = dict(said), host, wish.interval
    row.next_read_at = now if wish.interval else None
    row.remembered = {}
    row.save()
    if wish.secret:
        row.secret = seal(wish.secret, table=TABLE, row=str(row.pk), host=host)
        row.secret_set_at = now
        row.save(update_fields=["secret", "secret_set_at"])
    return row


def _changes(row: SourceConnection | None, wish: Wish, said: Said) -> list[dict[str, object]]:
    """The audit row: every setting that differs; of the secret only that it was set."""
    before: dict[str, str] = row.settings if row is not None else {}
    names = sorted({*before, *said})
    changes: list[dict[str, object]] = [
        {"path": name, "old": before.get(name), "new": said.get(name)}
        for name in names
        if before.get(name) != said.get(name)
    ]
    if wish.secret:
        changes.append({"path": "secret", "old": None, "new": "set"})
    return [_named(wish.name), *changes]


def _named(name: str) -> dict[str, object]:
    return {"path": "source", "old": None, "new": name}
