"""test_connection: the console's Test Connection, layer by layer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from provisioning.engine.test_connection import ProbeStep, Verdict, probe, succeeded
from provisioning.management.choosing import job_of
from provisioning.management.output import Exit, Outcome, RollcallCommand

_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.WARNING: "!",
    Verdict.NOT_TRIED: "·",
}


class Command(RollcallCommand):
    """Read-only, at most 15 s; the first failure says what to change."""

    help = "Test the connection to an application; exit 1 when it does not work."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="the application's slug")

    def work(self, options: dict[str, Any]) -> Outcome:
        steps = probe(job_of(options["app"]).application)
        ok = succeeded(steps)
        return Outcome(
            document={"ok": ok, "steps": [step.as_document() for step in steps]},
            text="\n".join([*map(_line, steps), _("Connected.") if ok else _("Not connected.")]),
            exit_code=Exit.DONE if ok else Exit.FAILED,
            notes=() if ok else tuple(step.advice for step in steps if step.verdict == "failed"),
        )


def _line(step: ProbeStep) -> str:
    told = step.advice or step.detail or step.verdict.value.replace("_", " ")
    return f"{_MARKS[step.verdict]} {_(step.name):<12} {told}  {step.milliseconds} ms"
