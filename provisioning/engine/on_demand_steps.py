"""The steps of a provision on demand: import, scope, match, action (entra-provisioning 13).

Each says in a sentence what was found; the first that decides against names its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from provisioning.core.app_roles import Assigned
from provisioning.core.vocabulary import REMOVALS, Operation, Reason, Status
from provisioning.engine.log_document import sentence_of
from provisioning.engine.role_words import role_sentence
from provisioning.engine.sentences import because
from provisioning.engine.spoken import message_in, spoken
from provisioning.models import Cycle, DirectoryObject, LogEntry, PlanRow

NOT_TRIED = "not_tried"
RUNNING = "running"
UNDECIDED = (
    "InternalError",
    "InvalidConfiguration",
    "InvalidExpression",
    "InvalidMapping",
    "SchemaAttributeNotFound",
)
"""Codes of rows that failed before anything was looked up, or after."""

NAMES = {
    "user": (gettext_noop("Import user"), gettext_noop("Match user")),
    "group": (gettext_noop("Import group"), gettext_noop("Match group")),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name as a sentence of the catalogue, its verdict, what was found."""

    name: str
    verdict: str
    detail: str = ""
    reasons: tuple[str, ...] = ()
    """Codes of what decided against."""

    @property
    def decides_against(self) -> bool:
        """Whether nothing happens because of this step."""
        return self.verdict in (Status.SKIPPED, Status.FAILURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known of a run; the steps are told from it."""

    cycle: Cycle
    person: DirectoryObject
    planned: Sequence[PlanRow]
    entries: Sequence[LogEntry]
    result: str
    action: str
    verdict: dict[str, Any] | None
    assigned: Sequence[Assigned]
    matching: Sequence[Sequence[Any]]
    target_id: str

    @property
    def row(self) -> PlanRow | None:
        """The first row, which tells of the others."""
        return self.planned[0] if self.planned else None

    @property
    def decided(self) -> bool:
        """Whether it is known by now what should happen."""
        return bool(self.planned) or self.verdict is not None

    @property
    def leaves(self) -> bool:
        """Whether the person is not in scope, with an account or without."""
        if self.row is not None:
            return self.action in REMOVALS
        return self.verdict is not None and (
            self.verdict["code"] == Reason.NOT_EFFECTIVELY_ENTITLED
        )

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why somebody is left out or removed."""
        if self.row is not None:
            return list(self.row.params.get("because", []))
        return list(self.verdict["reasons"]) if self.verdict else []

    def pending(self) -> str:
        """The verdict of a step that there is nothing to say about."""
        return RUNNING if self.cycle.ended is None else NOT_TRIED


def steps_of(run: Run) -> list[Step]:
    """The four steps, in their order."""
    return [_import(run), _scope(run), _match(run), _act(run)]


def _import(run: Run) -> Step:
    name, _match_name = NAMES[run.person.kind]
    number = len(run.person.attributes)
    detail = ngettext(
        "%(name)s, with %(number)d attribute from “%(source)s”.",
        "%(name)s, with %(number)d attributes from “%(source)s”.",
        number,
    ) % {"name": run.person.display_name, "number": number, "source": run.person.origin.name}
    return Step(name, Status.SUCCESS, detail)


def _scope(run: Run) -> Step:
    name = gettext_noop("Determine scope")
    if not run.decided:
        return Step(name, run.pending())
    if run.leaves:
        detail = _("Not in scope. %(why)s") % {"why": because(run.reasons)}
        return Step(name, Status.SKIPPED, detail, _codes(run.reasons))
    return Step(name, Status.SUCCESS, _in_scope(run))


def _in_scope(run: Run) -> str:
    definition = run.cycle.definition.as_definition()
    role = role_sentence(definition, run.assigned)
    ways = [role] if role else []
    if definition.of(run.person.as_source_object().kind).filters:
        ways.append(_("A scoping filter lets this object through."))
    return " ".join(ways) or _("Everybody is in scope.")


def _match(run: Run) -> Step:
    name = NAMES[run.person.kind][1]
    if run.leaves:
        return _match_of_leaver(run, name)
    if run.row is None and run.verdict is not None:
        return _match_without_row(run, name)
    if run.row is None or run.row.state == "unmatched":
        failed = run.cycle.ended is not None and bool(run.cycle.error)
        verdict = Status.FAILURE if failed else run.pending()
        return Step(name, verdict, spoken(run.cycle.error) if failed else "")
    if run.row.operation == Operation.FAILED:
        return _match_that_failed(run.row, name)
    return Step(name, Status.SUCCESS, _found(run))


def _match_of_leaver(run: Run, name: str) -> Step:
    if run.target_id:
        return Step(name, Status.SUCCESS, _linked(run))
    return Step(name, NOT_TRIED, _("No account is looked for."))


def _match_without_row(run: Run, name: str) -> Step:
    """Somebody in scope about whom nothing is to be done."""
    codes = _codes(run.reasons)
    if Reason.IMPORT_SKIPPED in codes:
        return Step(name, Status.SKIPPED, because(run.reasons), codes)
    return Step(name, Status.SUCCESS, _linked(run) if run.target_id else _none_found(run))


def _match_that_failed(row: PlanRow, name: str) -> Step:
    code = str(row.error.get("code", ""))
    if code in UNDECIDED:
        return Step(name, NOT_TRIED)
    return Step(name, Status.FAILURE, _told_error(row), (code,))


def _found(run: Run) -> str:
    if run.action == Operation.CREATE:
        return _none_found(run)
    if run.action == Operation.ADOPT:
        return _("%(values)s: found, account %(id)s.") % {
            "values": _values(run.matching),
            "id": run.target_id,
        }
    return _linked(run)


def _none_found(run: Run) -> str:
    return _("%(values)s: none found.") % {"values": _values(run.matching)}


def _linked(run: Run) -> str:
    return _("Linked with the account %(id)s.") % {"id": run.target_id}


def _values(matching: Iterable[Sequence[Any]]) -> str:
    """`userName eq "ana@…"`, one for each attribute that was asked for."""
    asked = [f'{path} eq "{value}"' for path, value in matching]
    return ", ".join(asked) or _("By name")


def _act(run: Run) -> Step:
    name = gettext_noop("Perform action")
    if run.result == "running":
        return Step(name, run.pending() if run.decided else NOT_TRIED)
    if run.result == "failure":
        return _action_that_failed(run, name)
    if run.result == "preview":
        return Step(name, "preview", _("Nothing was written: this only shows what would happen."))
    if run.action == Operation.UNCHANGED:
        return Step(name, Status.SKIPPED, _("The account agrees with the directory."))
    if run.action == Operation.SKIP:
        return _nothing_is_done(run, name)
    told = [sentence_of(one) for one in run.entries]
    if any(one.params.get("missing") for one in run.entries):
        told.append(_("A reference to somebody without an account is still missing; it follows."))
    return Step(name, Status.SUCCESS, " ".join(told))


def _nothing_is_done(run: Run, name: str) -> Step:
    """The reason stands here when scope and matching spoke for it."""
    codes = _codes(run.reasons)
    told = run.leaves or Reason.IMPORT_SKIPPED in codes
    detail = _("Nothing is done.") if told else because(run.reasons)
    return Step(name, Status.SKIPPED, detail, () if told else codes)


def _action_that_failed(run: Run, name: str) -> Step:
    failed = [one for one in run.entries if one.status == Status.FAILURE]
    if failed:
        return Step(name, Status.FAILURE, spoken(failed[-1].params), (failed[-1].reason,))
    if run.row is not None and run.row.error:
        return Step(name, Status.FAILURE, _told_error(run.row), (str(run.row.error.get("code")),))
    return Step(
        name, Status.FAILURE, spoken(run.cycle.error), (str(run.cycle.error.get("code", "")),)
    )


def _told_error(row: PlanRow) -> str:
    return spoken(message_in(row.error))


def _codes(reasons: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(one["reason"]) for one in reasons)
