"""How every command speaks: one JSON document or text on standard output, messages for people on
standard error, and the exit codes of docs/reference/commands.md. No traceback reaches a person.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, NoReturn, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

from provisioning.core.errors import ConfigurationError, NeedsApproval, ProvisioningError
from provisioning.core.problems import Problem, ToldProblem
from provisioning.engine.spoken import advice_of, message_of

_log = logging.getLogger(__name__)


class Exit(IntEnum):
    """The exit codes of the interface."""

    DONE = 0
    FAILED = 1
    INVALID = 2
    WAITING = 3
    QUARANTINED = 4
    PARTLY = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to say: `document` (or `lines`, JSON Lines) for --json, `text` for people.

    `lines` may be a generator: each is written as it comes. `notes` go to standard error.
    """

    document: Mapping[str, Any] | Sequence[Any] | None = None
    exit_code: int = Exit.DONE
    text: str = ""
    lines: Iterable[Mapping[str, Any]] | None = None
    text_lines: Iterable[str] | None = None
    notes: tuple[str, ...] = ()


class RollcallCommand(BaseCommand):
    """A subclass implements `arguments` and `work`; a ProvisioningError raised there is told."""

    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="write one JSON document to standard output"
        )
        self.arguments(parser)

    def arguments(self, parser: CommandParser) -> None:
        """Adds the command's own arguments."""

    def work(self, options: dict[str, Any]) -> Outcome:
        """Does what the command is for."""
        raise NotImplementedError

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django's, but what argparse refuses is told the same way as everything else."""
        as_json = "--json" in argv
        for stream in (sys.stdout, sys.stderr):
            _never_refuse_a_character(stream, as_json=as_json)
        self._called_from_command_line = False  # argparse then raises instead of exiting
        parser = self.create_parser(argv[0], argv[1])
        try:
            options = vars(parser.parse_args(argv[2:]))
        except CommandError as error:
            message = str(error).removeprefix("Error: ")
            advice = f"See `{os.path.basename(argv[0])} {argv[1]} --help`."
            self._fail([Problem("", message, advice)], Exit.INVALID, as_json=as_json)
        self._called_from_command_line = True
        options.pop("args", None)
        try:
            self.execute(**options)
        except SystemCheckError as error:
            self._fail([Problem("", str(error))], Exit.INVALID, as_json=as_json)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Does the work, says it, and exits with the outcome's code when that is not 0."""
        as_json = bool(options.get("json"))
        outcome = self._outcome_or_exit(options, as_json=as_json)
        for note in outcome.notes:
            self.stderr.write(note)
        try:
            self._say(outcome, as_json=as_json)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has seen enough; the work is done and its exit code stands.
            _discard_further_output()
        if outcome.exit_code:
            sys.exit(int(outcome.exit_code))

    def _outcome_or_exit(self, options: dict[str, Any], *, as_json: bool) -> Outcome:
        try:
            return self.work(options)
        except KeyboardInterrupt:
            self._fail([Problem("", _("Stopped by the keyboard."))], 130, as_json=as_json)
        except (ProvisioningError, CommandError) as error:
            if options.get("traceback"):
                raise
            self._fail(problems_of(error), exit_code_of(error), as_json=as_json)
        except Exception as error:
            if options.get("traceback"):
                raise
            _log.error("The command %s failed.", type(self).__module__, exc_info=error)
            self._fail([_unexpected(error)], Exit.FAILED, as_json=as_json)

    def _say(self, outcome: Outcome, *, as_json: bool) -> None:
        if not as_json:
            for text in outcome.text_lines or ([outcome.text] if outcome.text else []):
                self.stdout.write(text)
        elif outcome.lines is not None:
            for line in outcome.lines:
                self.stdout.write(as_json_text(line))
        else:
            self.stdout.write(
                as_json_text({} if outcome.document is None else outcome.document, indent=2)
            )

    def _fail(self, problems: Iterable[Problem], code: int, *, as_json: bool) -> NoReturn:
        report(problems, as_json=as_json, stdout=self.stdout, stderr=self.stderr)
        sys.exit(int(code))


def as_json_text(document: Mapping[str, Any] | Sequence[Any], *, indent: int | None = None) -> str:
    """JSON with people's names readable; times in ISO 8601."""
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """Every place that the error names, else the error itself with its advice."""
    listed: Iterable[Any] = getattr(error, "problems", ())
    if listed:
        return tuple(map(_spoken, listed))
    if isinstance(error, ProvisioningError):
        return (Problem("", message_of(error), advice_of(error)),)
    return (Problem("", str(error)),)


def _spoken(one: Any) -> Problem:
    line = getattr(one, "line", None)
    if isinstance(one, ToldProblem):
        return Problem(one.path, message_of(one.error), advice_of(one.error), line)
    return Problem(one.path, one.message, one.advice, line)


def exit_code_of(error: Exception) -> int:
    """Wrong input is 2, waiting for a person 3, everything else 1."""
    match error:
        case ConfigurationError():
            return Exit.INVALID
        case NeedsApproval():
            return Exit.WAITING
        case CommandError():
            return error.returncode
    return Exit.FAILED


def complain(message: str, *, as_json: bool) -> None:
    """One problem told before any command could start."""
    report([Problem("", message)], as_json=as_json, stdout=sys.stdout, stderr=sys.stderr)


def report(problems: Iterable[Problem], *, as_json: bool, stdout: Any, stderr: Any) -> None:
    """The problems for people on `stderr` and, with --json, as the one document on `stdout`."""
    told = list(problems)
    try:
        for problem in told:
            stderr.write(f"{problem}\n")
        if as_json:
            stdout.write(as_json_text({"errors": [asdict(one) for one in told]}, indent=2) + "\n")
        stdout.flush()
    except BrokenPipeError:
        _discard_further_output()


def _unexpected(error: Exception) -> Problem:
    first_line = (str(error).splitlines() or [""])[0]
    if isinstance(error, DatabaseError):
        return Problem(
            "",
            _("The database did not do what was asked: %(reason)s.") % {"reason": first_line},
            _("If it has no tables yet, run `make setup`; else check that it answers."),
        )
    return Problem(
        "",
        _("The command could not do its work: %(name)s.") % {"name": type(error).__name__},
        _("This is a defect of Rollcall: its log holds the details, and --traceback shows them."),
    )


def _never_refuse_a_character(stream: TextIO, *, as_json: bool) -> None:
    """JSON is UTF-8 whatever the locale; a character nobody can print is written as its escape."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if as_json and stream is sys.stdout:
        reconfigure(encoding="utf-8", errors="backslashreplace")
    else:
        reconfigure(errors="backslashreplace")


def _discard_further_output() -> None:
    """The interpreter flushes standard output once more when it ends: give it somewhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
