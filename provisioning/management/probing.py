"""What the commands that test a connection say: every layer with a mark, exit 1 when one failed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from provisioning.engine.test_connection import ProbeStep, Verdict, succeeded
from provisioning.management.output import Exit, Outcome

_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.WARNING: "!",
    Verdict.NOT_TRIED: "·",
}


def told_steps(steps: Sequence[ProbeStep]) -> Outcome:
    """The outcome of a test."""
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
