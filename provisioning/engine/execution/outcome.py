"""What became of one row: the value that travels from the thread that sent to the recorder."""

from __future__ import annotations

from dataclasses import dataclass, field

from provisioning.core.compare import equal
from provisioning.core.diff import Change
from provisioning.core.errors import ProvisioningError
from provisioning.core.fitting import Moved
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.vocabulary import Operation, RowState
from provisioning.models import PlanRow
from provisioning.scim.versions import version_of


@dataclass(slots=True)
class Seen:
    """An account as last seen; shared by all rows of one object, which are sent one by one."""

    target_id: str = ""
    version: str = ""
    resource: Resource = field(default_factory=dict)
    # Values it keeps otherwise than they were sent, by path (F18).
    echo: dict[str, dict[str, Value]] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """A row ready to be sent: references and members are target ids by now."""

    row: PlanRow
    kind: Kind
    operation: Operation
    changes: tuple[Change, ...]
    seen: Seen
    add: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    # References that still point to nobody: {path: directory id}.
    missing: dict[str, str] = field(default_factory=dict)
    # The row was left open by a worker that died: read back before anything is sent again.
    left_open: bool = False
    # A request of this task had no answer and was not applied yet when it was read back.
    unheard: bool = False
    # Requests of this task that were refused so far, though the task went on.
    refused: list[Outcome] = field(default_factory=list)

    # The account that the row was planned for is linked no more.
    moot: bool = False
    # What is not as it was when the row was planned: the row no longer fits.
    moved: tuple[Moved, ...] | None = None

    @property
    def lasting(self) -> tuple[Change, ...]:
        """What the account should hold later, too: without what only creation writes."""
        once = self.row.once
        return tuple(change for change in self.changes if str(change.path) not in once)

    @property
    def nothing_to_send(self) -> bool:
        """Whether it is moot, or all it had to say is said already or cannot be said yet."""
        if self.moot:
            return True
        if self.operation in (Operation.CREATE, Operation.ADOPT, Operation.DELETE):
            return False
        return not (self.changes or self.add or self.remove)


@dataclass(slots=True)
class Outcome:
    """The result of one task; exactly one log entry each."""

    task: Task
    state: RowState
    operation: Operation
    exchanges: list[dict[str, Value]] = field(default_factory=list)
    milliseconds: int = 0
    error: ProvisioningError | None = None
    # Whether the effect was seen by reading the account back instead of by an answer.
    confirmed: bool = False
    # Requests that were refused on the way, each with an entry of its own.
    refused: list[Outcome] = field(default_factory=list)

    @property
    def applied(self) -> bool:
        """Whether the target holds what was asked for."""
        return self.state is RowState.DONE

    @property
    def differs(self) -> bool:
        """Whether the account that was found instead of an answer is not as it was sent.

        Somebody else may have made it, or changed it since: that proves nothing of how the target
        keeps values, so the next cycle compares once more and writes what differs (F10).
        """
        if not self.confirmed or self.operation is not Operation.CREATE:
            return False
        shown = self.task.seen.resource
        return any(
            not equal(change.path, self.task.kind, change.new, change.path.get(shown))
            for change in self.task.lasting
        )


def see(task: Task, resource: Resource) -> None:
    """Remember the account as the target now shows it."""
    task.seen.target_id = str(resource.get("id") or task.seen.target_id)
    task.seen.version = version_of(resource) or ""
    task.seen.resource = resource
