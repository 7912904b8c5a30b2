"""A Test Connection as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from console.pages.status import FAILED, NOT_TRIED, WARNING, Tag
from provisioning.engine.test_connection import Verdict
from provisioning.models import Connection

PASSED = Tag(_("Passed"), "ok", "circle-check")
CONNECTED = Tag(_("Connected"), "ok", "circle-check")
NOT_CONNECTED = Tag(_("Not connected"), "bad", "circle-x")
NOT_TESTED = Tag(_("Not tested yet"), "idle", "circle-dashed")
WRITE = _("Write")
ONLY_READS = _("A test only reads. Provision on demand tries writing with one person.")
_TAGS = {
    Verdict.PASSED: PASSED,
    Verdict.FAILED: FAILED,
    Verdict.WARNING: WARNING,
    Verdict.NOT_TRIED: NOT_TRIED,
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One layer."""

    status: Tag
    title: str
    detail: str
    advice: str
    took: int | None
    exchanges: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EarlierTest:
    """What a test before came to; `at_step` is where it failed."""

    at: datetime
    status: Tag
    at_step: str


@dataclass(frozen=True, slots=True)
class ShownTest:
    """All of them, and what they come to."""

    ok: bool
    steps: list[ShownStep]
    at: datetime
    saved: bool = True
    earlier: Sequence[EarlierTest] = ()

    @property
    def status(self) -> Tag:
        """In one tag."""
        return CONNECTED if self.ok else NOT_CONNECTED

    @property
    def took(self) -> int:
        """Milliseconds in all."""
        return sum(step.took or 0 for step in self.steps)

    @property
    def advice(self) -> str:
        """What to do about the first failure."""
        return next((step.advice for step in self.steps if step.status is FAILED), "")


def shown_test(document: Mapping[str, Any], *, saved: bool = False) -> ShownTest:
    """A test as the engine tells it."""
    result = document["last_test"]
    steps = [*(shown_step(one) for one in result["steps"]), _write_step()]
    at = datetime.fromisoformat(document["last_tested_at"])
    earlier = [_earlier(one) for one in result.get("earlier", [])]
    return ShownTest(bool(result["ok"]), steps, at, saved, earlier)


def last_test(connection: Connection) -> ShownTest | None:
    """The test of what is stored, if there was one."""
    if connection.last_tested_at is None or not connection.last_test:
        return None
    at = connection.last_tested_at.isoformat()
    return shown_test({"last_test": connection.last_test, "last_tested_at": at}, saved=True)


def _write_step() -> ShownStep:
    """The eighth: a test never writes, and says how to try that."""
    return ShownStep(NOT_TRIED, str(WRITE), str(ONLY_READS), "", None, [])


def _earlier(told: Mapping[str, Any]) -> EarlierTest:
    status = CONNECTED if told["ok"] else NOT_CONNECTED
    step = translate(told["at_step"]) if told["at_step"] else ""
    return EarlierTest(datetime.fromisoformat(told["at"]), status, step)


def shown_step(step: Mapping[str, Any]) -> ShownStep:
    """One layer as the engine tells it."""
    verdict = Verdict(step["verdict"])
    return ShownStep(
        status=_TAGS[verdict],
        title=translate(step["name"]),
        detail=step["detail"],
        advice=step["advice"],
        took=None if verdict is Verdict.NOT_TRIED else step["milliseconds"],
        exchanges=step["exchanges"],
    )
