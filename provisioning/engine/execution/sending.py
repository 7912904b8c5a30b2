"""One task becomes requests: the only place where the engine writes to a target.

An answer that is lost is resolved by reading back before anything is sent again; a version that
moved is read, and what still fits is sent; an account that exists after all is taken over. No
database here: this runs in the threads of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from provisioning.core.diff import apply, differences
from provisioning.core.errors import (
    Conflict,
    LinkBroken,
    NoTarget,
    ObjectRejected,
    OutcomeUnknown,
    ProvisioningError,
    VersionMismatch,
)
from provisioning.core.patch import Dialect
from provisioning.core.redaction import hide
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Operation, RowState
from provisioning.engine.execution.bodies import body_of, patch_of
from provisioning.engine.execution.fitting import NoLongerFits, keep_what_fits, stale
from provisioning.engine.execution.names import refuse_a_taken_name
from provisioning.engine.execution.outcome import Outcome, Task, see
from provisioning.engine.execution.reading_back import (
    find_again,
    is_applied,
    read_back,
    shown_members,
)
from provisioning.engine.execution.replacing import gives_up_patch, replacement
from provisioning.engine.work import Interrupted
from provisioning.scim.client import ScimClient
from provisioning.scim.exchange import Exchange

VERSION_TRIES = 3
EVENTUALLY = 2.0
"""Seconds after which an account that was not found right after its create is looked for again."""


@dataclass(slots=True)
class Sender:
    """Sends tasks through one client in one dialect."""

    client: ScimClient
    dialect: Dialect
    sleep: Callable[[float], None]
    fresh: bool = False
    """Read each account before it is written: the plan is older than its before-images may be."""

    def send(self, task: Task) -> Outcome:
        """Do what the row says and tell what became of it.

        Raises `TargetUnavailable`, and `Interrupted` when the work was given up before anything
        was sent whose outcome nobody knows.
        """
        with self.client.recording() as exchanges:
            outcome = self._send(task)
        outcome.refused = task.refused
        _keep_exchanges(outcome, exchanges)
        return outcome

    def confirm(self, task: Task) -> Outcome | None:
        """The outcome of a request somebody else sent, if the target shows that it was applied."""
        with self.client.recording() as exchanges:
            outcome = self._confirmed(task)
        if outcome is not None:
            _keep_exchanges(outcome, exchanges)
        return outcome

    def _send(self, task: Task) -> Outcome:
        if task.moved is not None:
            return stale(task, task.moved)
        if task.nothing_to_send:
            return Outcome(task, RowState.ABANDONED, task.operation)
        try:
            return self._resolve(task) if task.left_open else self._begin(task)
        except OutcomeUnknown as unknown:
            return self._after_lost_answer(task, unknown)
        except NoLongerFits as error:
            return stale(task, error.moved)
        except ProvisioningError as error:
            return failed(task, error)

    def _begin(self, task: Task) -> Outcome:
        """Look at the account first when the plan is old; who is gone need not be deleted."""
        if self.fresh and task.seen.target_id and task.operation is not Operation.CREATE:
            try:
                self._refresh(task)
            except LinkBroken:
                if task.operation is Operation.DELETE:
                    return done(task)
                raise
        return self._apply(task)

    def _apply(self, task: Task) -> Outcome:
        match task.operation:
            case Operation.CREATE:
                return self._create(task)
            case Operation.DELETE:
                return self._delete(task)
            case Operation.ADOPT if not task.changes:
                return done(task)
            case _:
                return self._modify(task)

    def _delete(self, task: Task) -> Outcome:
        try:
            self.client.delete(task.kind, task.seen.target_id, version=self._version(task))
        except VersionMismatch:
            self._refresh(task)
            raise
        return done(task)

    def _create(self, task: Task) -> Outcome:
        try:
            answer = self.client.create(task.kind, body_of(task))
        except Conflict as conflict:
            return self._take_over(task, conflict)
        see(task, answer)
        self._add_left_out(task, answer)
        return done(task)

    def _add_left_out(self, task: Task, answer: Resource) -> None:
        """Some targets ignore the members of a new group; those they do not show join it (F14).

        An answer that does not describe the group at all proves nothing.
        """
        shown = shown_members(answer)
        left_out = [member for member in task.add if member not in shown]
        if task.kind is not Kind.GROUP or not left_out or "displayName" not in answer:
            return
        self._modify(replace(task, add=left_out, changes=()))

    def _modify(self, task: Task) -> Outcome:
        """Write what differs, by PATCH, or by PUT where there is no PATCH."""
        refuse_a_taken_name(self.client, task)
        for attempt in range(VERSION_TRIES):
            patching = self.client.quirks.patch_supported
            body = self._patch(task) if patching else replacement(self.client, task)
            if body is None:
                return done(task)
            try:
                answer = self._write(task, body, patching=patching)
            except ObjectRejected as refused:
                if (late := self._applied_late(task, refused)) is not None:
                    return late
                last = attempt + 1 == VERSION_TRIES
                if last or not self._look_again(task, refused, body, patching=patching):
                    raise
                continue
            self._see_change(task, answer)
            return done(task)
        raise AssertionError("the loop returns or raises")

    def _applied_late(self, task: Task, refused: ObjectRejected) -> Outcome | None:
        """The outcome if it was our own request without an answer that moved the version: it was
        applied after it had been read back (F11).
        """
        ours = task.unheard and isinstance(refused, VersionMismatch)
        return self._confirmed(task) if ours else None

    def _write(self, task: Task, body: dict[str, Value], *, patching: bool) -> Resource | None:
        send = self.client.modify if patching else self.client.replace
        return send(task.kind, task.seen.target_id, body, version=self._version(task))

    def _look_again(
        self, task: Task, refused: ObjectRejected, body: dict[str, Value], *, patching: bool
    ) -> bool:
        """Whether it is tried again: by PUT, or on an account that was not as it is now.

        Raises `NoLongerFits`.
        """
        if patching and gives_up_patch(self.client, refused):
            refuse(task, refused)
            return True
        moved = isinstance(refused, VersionMismatch)
        if not (moved or (patching and isinstance(refused, NoTarget))):
            return False
        refuse(task, refused)
        if patching:
            self._refresh(task)
        if moved or self._patch(task) != body:
            return True
        task.refused.pop()
        return False

    def _patch(self, task: Task) -> dict[str, Value] | None:
        return patch_of(task, self.dialect, self.client.quirks)

    def _refresh(self, task: Task) -> None:
        """Read the account anew and keep of the changes what fits. Raises `NoLongerFits`."""
        account = self.client.read(
            task.kind, task.seen.target_id, exclude_members=task.kind is Kind.GROUP
        )
        keep_what_fits(task, account)

    def _version(self, task: Task) -> str | None:
        return task.seen.version if self.client.quirks.etag and task.seen.version else None

    def _see_change(self, task: Task, answer: Resource | None) -> None:
        if answer is None:
            task.seen.resource = apply(task.changes, task.seen.resource)
            task.seen.version = ""
        else:
            see(task, answer)

    def _take_over(self, task: Task, conflict: Conflict) -> Outcome:
        """409 on a create: the account exists. Exactly one that matches is taken over (F15)."""
        existing = find_again(self.client, task)
        if existing is None:
            return failed(task, conflict)
        refuse(task, conflict)
        task.operation = Operation.ADOPT
        see(task, existing)
        wanted = {change.path: change.new for change in task.lasting}
        task.changes = differences(wanted, existing, task.kind)
        return self._modify(task)

    def _after_lost_answer(self, task: Task, unknown: OutcomeUnknown) -> Outcome:
        """Sent, no answer: read back; what was not applied is sent once more (F10, F11)."""
        try:
            confirmed = self._confirmed(task)
            if confirmed is None and task.operation is Operation.CREATE:
                self.sleep(max(EVENTUALLY, self.client.quirks.settle_seconds))
                confirmed = self._confirmed(task)
            task.unheard = True
            return confirmed or self._apply(task)
        except NoLongerFits as error:
            return stale(task, error.moved)
        except (OutcomeUnknown, ObjectRejected) as error:
            return Outcome(task, RowState.UNKNOWN, task.operation, error=error)
        except (ProvisioningError, Interrupted):
            return Outcome(task, RowState.UNKNOWN, task.operation, error=unknown)

    def _resolve(self, task: Task) -> Outcome:
        """A row whose sender died: applied, or to be sent now."""
        return self._confirmed(task) or self._apply(task)

    def _confirmed(self, task: Task) -> Outcome | None:
        """The outcome if reading back shows that the request was applied."""
        resource = read_back(self.client, task)
        if not is_applied(task, resource):
            return None
        if resource is not None:
            see(task, resource)
        outcome = done(task)
        outcome.confirmed = True
        return outcome


def done(task: Task) -> Outcome:
    """The target holds what was asked for."""
    return Outcome(task, RowState.DONE, task.operation)


def failed(task: Task, error: ProvisioningError) -> Outcome:
    """The target refused, or could not be asked."""
    return Outcome(task, RowState.FAILED, task.operation, error=error)


def refuse(task: Task, error: ProvisioningError) -> None:
    """Remember the task as it was refused: it goes on in another way, with an entry for each."""
    task.refused.append(failed(replace(task, seen=replace(task.seen), refused=[]), error))


def _keep_exchanges(outcome: Outcome, exchanges: Sequence[Exchange]) -> None:
    """Each refused request has its own exchanges, the outcome has the rest."""
    for refused in outcome.refused:
        status = refused.error.status if refused.error else None
        ends = [e.reply is not None and e.reply.status == status for e in exchanges]
        cut = ends.index(True) + 1 if True in ends else 0
        _keep_exchanges(refused, exchanges[:cut])
        exchanges = exchanges[cut:]
    secrets = outcome.task.row.secrets
    outcome.exchanges = [exchange.as_dict() for exchange in exchanges]
    if secrets:
        told = [hide(exchange, secrets) for exchange in outcome.exchanges]
        outcome.exchanges = cast(list[dict[str, Value]], told)
    outcome.milliseconds = sum(e.reply.milliseconds for e in exchanges if e.reply is not None)
