"""`evaluate EXPRESSION [--object FILE]`, `evaluate --lines`: one mapping expression, tried out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser

from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import parse
from provisioning.core.problems import Problem, UsageProblems
from provisioning.engine.clock import Clock
from provisioning.engine.surroundings import surroundings
from provisioning.engine.tracing import step_document, step_line, text_of
from provisioning.management.output import Exit, Outcome, RollcallCommand, as_json_text

STANDARD_INPUT = "-"


class Unreadable(Exception):
    """A text that is not the JSON object it should be, and where it goes wrong."""

    def __init__(self, message: str, *, line: int | None = None, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.position = position


class Command(RollcallCommand):
    """Evaluates a mapping expression against a JSON object of source attributes."""

    help = "Evaluate a mapping expression, such as 'ToLower([mail])', and print its value."
    requires_system_checks: tuple[str, ...] = ()  # no database is touched

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("expression", nargs="?", help="the expression")
        parser.add_argument(
            "--object", metavar="FILE", help="a JSON object of source attributes; - is the input"
        )
        parser.add_argument(
            "--lines",
            action="store_true",
            help="read JSON Lines {expression, object} from standard input, answer each",
        )
        parser.add_argument(
            "--trace", action="store_true", help="tell also how the value came about"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        expression, file = options["expression"], options["object"]
        if options["lines"]:
            if expression is not None or file is not None or options["trace"]:
                raise _misused("--lines reads expressions and objects from standard input.")
            return Outcome(lines=self._answers(), text_lines=map(as_json_text, self._answers()))
        if expression is None:
            raise _misused("There is no expression to evaluate.")
        attributes = _read_object(file) if file is not None else {}
        answer = _answer(expression, attributes, trace=options["trace"])
        told = "\n".join(map(step_line, answer.get("trace", ())))
        if "error" in answer:
            notes = (told, _sentence(answer)) if told else (_sentence(answer),)
            return Outcome(document=answer, exit_code=Exit.INVALID, notes=notes)
        value = text_of(answer["value"])
        return Outcome(document=answer, text=f"{value}\n\n{told}" if told else value)

    def _answers(self) -> Iterator[dict[str, Any]]:
        """One answer for each line of standard input, empty ones too, before the next is read."""
        for line in sys.stdin.buffer:
            yield _answer_line(line.rstrip(b"\r\n"))
            self.stdout.flush()


def _answer(text: str, attributes: Mapping[str, Any], *, trace: bool = False) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    context = surroundings(Clock().now())
    try:
        expression = parse(text)
        if not trace:
            return {"value": expression.evaluate(attributes, context)}
        traced = expression.traced(attributes, context)
        answer["trace"] = [step_document(step) for step in traced.steps]
        if traced.error is not None:
            raise traced.error
    except ExpressionError as error:
        told = {"error": error.message, "position": error.position, "advice": error.advice}
        return {**told, **answer}
    return {"value": traced.value, **answer}


def _sentence(answer: Mapping[str, Any]) -> str:
    return f"At character {answer['position'] + 1}: {answer['error']} {answer['advice']}"


def _answer_line(line: bytes) -> dict[str, Any]:
    try:
        request = _json_object(line)
        expression, attributes = request.get("expression"), request.get("object", {})
        if not isinstance(expression, str) or not isinstance(attributes, dict):
            raise Unreadable("The line needs an expression, a text, and may have an object.")
    except Unreadable as error:
        advice = 'Write lines such as {"expression": "ToLower([mail])", "object": {"mail": "A@b"}}.'
        return {"error": error.message, "position": error.position, "advice": advice}
    return _answer(expression, attributes)


def _read_object(name: str) -> dict[str, Any]:
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageProblems(
            [Problem(name, f"The file cannot be read: {reason}.", "Check its path.")]
        ) from None
    try:
        return _json_object(raw)
    except Unreadable as error:
        place = "standard input" if name == STANDARD_INPUT else name
        advice = 'Write the source attributes as one JSON object, such as {"mail": "a@b.example"}.'
        raise UsageProblems([Problem(place, error.message, advice, error.line)]) from None


def _json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object; `Unreadable` with line and column for whatever is none."""
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            line=error.lineno,
            position=error.pos,
        ) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"This is not UTF-8: byte {error.start + 1}, in line {line}.", line=line
        ) from None
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise Unreadable(f"The JSON holds a number that cannot be used: {error}.") from None
    if not isinstance(value, dict):
        raise Unreadable("This is JSON, but not an object.", line=1)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _misused(message: str) -> UsageProblems:
    advice = "Write evaluate EXPRESSION [--object FILE] [--trace], or evaluate --lines alone."
    return UsageProblems([Problem("", message, advice)])
