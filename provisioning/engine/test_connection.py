"""Test Connection: looks at a target layer by layer and says at which one it fails, and what to do.

Read-only, 5 s a step and 15 s in all. What it learns of the server becomes its passport. A step
that fails leaves those behind it untried, because they would only fail for the same reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from provisioning.core.errors import ProvisioningError
from provisioning.core.resource import Value
from provisioning.core.target_schema import TargetSchema
from provisioning.core.wording import gettext_noop
from provisioning.engine.clock import Clock
from provisioning.engine.probing import Finding, Probe
from provisioning.engine.probing_advice import advice_for
from provisioning.models import Application, Connection
from provisioning.scim.quirks import Quirks

STEP_SECONDS = 5.0
ALL_SECONDS = 15.0
EARLIER = 5


class Verdict(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    NOT_TRIED = "not_tried"


STEPS: tuple[tuple[str, Callable[[Probe], Finding]], ...] = (
    (gettext_noop("Address"), Probe.address),
    (gettext_noop("Secure line"), Probe.secure_line),
    (gettext_noop("Token"), Probe.token),
    (gettext_noop("SCIM"), Probe.scim),
    (gettext_noop("Read users"), Probe.read_users),
    (gettext_noop("Filter"), Probe.filter),
    (gettext_noop("Read groups"), Probe.read_groups),
)


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One layer: how it ended, what to do, what was found, and the redacted requests."""

    name: str
    verdict: Verdict
    advice: str = ""
    milliseconds: int = 0
    detail: str = ""
    exchanges: list[dict[str, Value]] = field(default_factory=list)

    def as_document(self) -> dict[str, object]:
        """The step as the command shows it."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "advice": self.advice,
            "milliseconds": self.milliseconds,
        }


def succeeded(steps: Sequence[ProbeStep]) -> bool:
    """Whether provisioning can work: warnings do not stop it."""
    return all(step.verdict is not Verdict.FAILED for step in steps)


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test showed, and what it learnt when the server described itself."""

    steps: list[ProbeStep]
    at: datetime
    learnt: Quirks | None = None
    published: TargetSchema | None = None

    def document(self) -> dict[str, Any]:
        """The test as JSON, by the names of the connection's fields."""
        result = {"ok": succeeded(self.steps), "steps": [asdict(step) for step in self.steps]}
        told: dict[str, Any] = {"last_test": result, "last_tested_at": self.at.isoformat()}
        if self.learnt is None:
            return told
        passport: dict[str, Any] = self.learnt.as_dict()
        if self.published is not None:
            passport["schema"] = self.published.as_document()
        return {**told, "passport": passport}


def probe(
    application: Application, *, clock: Callable[[], float] = time.monotonic
) -> list[ProbeStep]:
    """Try each layer in turn, and keep the result and the passport with the connection."""
    tested = look_at(application, clock=clock)
    keep(application, tested.document())
    return tested.steps


def look_at(application: Application, *, clock: Callable[[], float] = time.monotonic) -> Tested:
    """Try each layer in turn, with the connection as it is in memory; nothing is kept."""
    budget = _Budget(clock, clock() + ALL_SECONDS)
    with Probe(application, budget.left) as look:
        steps = list(_tried(look, budget))
        budget.begin_step()
        published = look.published() if succeeded(steps) else None
    return Tested(steps, Clock().now(), look.learnt, published)


def keep(application: Application, document: Mapping[str, Any]) -> None:
    """Store a test; a passport only replaces the last one when the server described itself.

    Of the tests before it the outcome is kept, as long as the credentials stay the same.
    """
    at = datetime.fromisoformat(document["last_tested_at"])
    tested = {**document["last_test"], "earlier": _earlier(application.connection)}
    stored = {**document, "last_test": tested, "last_tested_at": at}
    if "passport" in stored and application.published is not None:
        # Who could not be asked this time still has the schema it had.
        stored["passport"] = {"schema": application.published, **stored["passport"]}
    Connection.objects.filter(application=application).update(**stored)
    for name, value in stored.items():
        setattr(application.connection, name, value)


def _earlier(connection: Connection) -> list[dict[str, object]]:
    last = connection.last_test
    if not last or connection.last_tested_at is None:
        return []
    failed = (one["name"] for one in last["steps"] if one["verdict"] == Verdict.FAILED)
    told = {
        "at": connection.last_tested_at.isoformat(),
        "ok": last["ok"],
        "at_step": next(failed, ""),
    }
    return [told, *last.get("earlier", [])][:EARLIER]


@dataclass(slots=True)
class _Budget:
    """The time that is left for the step under way, and for all."""

    clock: Callable[[], float]
    ends: float
    step_ends: float = 0.0

    def begin_step(self) -> float:
        """A new step begins now."""
        now = self.clock()
        self.step_ends = now + STEP_SECONDS
        return now

    def left(self) -> float:
        """Seconds for the next request; never none, so that it fails by its own time limit."""
        return max(0.05, min(self.ends, self.step_ends) - self.clock())


def _tried(look: Probe, budget: _Budget) -> Iterator[ProbeStep]:
    failed = False
    for name, layer in STEPS:
        if failed:
            yield ProbeStep(name, Verdict.NOT_TRIED)
            continue
        step = _step(name, layer, look, budget)
        failed = step.verdict is Verdict.FAILED
        yield step


def _step(name: str, layer: Callable[[Probe], Finding], look: Probe, budget: _Budget) -> ProbeStep:
    began = budget.begin_step()
    try:
        finding = layer(look)
        verdict, advice = _verdict(finding), finding.warning
    except ProvisioningError as error:
        finding, verdict = Finding(), Verdict.FAILED
        advice = advice_for(error, look.application)
    took = int((budget.clock() - began) * 1000)
    return ProbeStep(name, verdict, advice, took, finding.detail, look.exchanges())


def _verdict(finding: Finding) -> Verdict:
    if not finding.tried:
        return Verdict.NOT_TRIED
    return Verdict.WARNING if finding.warning else Verdict.PASSED
