"""The deletion guard: how many removals a plan may make without a person (F27).

allowed = min(max(⌊percent · linked people⌋, at_least), at_most). Everything that disables or
deletes in the plan, with what the last 24 hours removed without a release, counts; above the limit
all removals of the plan are held. The rest of the plan runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from provisioning.core.definition import GuardLimits
from provisioning.core.wording import gettext_noop

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """Whether the removals of a plan wait for a person, and the figures behind it."""

    holds: bool
    removals: int
    recent: int
    allowed: int
    linked: int
    sentence: str

    @property
    def figures(self) -> dict[str, int]:
        """The values of the sentence."""
        return {
            "removals": self.removals,
            "recent": self.recent,
            "allowed": self.allowed,
            "linked": self.linked,
        }

    def as_document(self) -> dict[str, object]:
        """The `guard` of a plan (interface.md)."""
        reason = self.sentence.format(**self.figures)
        return {
            "verdict": "hold" if self.holds else "pass",
            "removals": self.removals,
            "allowed": self.allowed,
            "reasons": [reason],
        }


def allowed_removals(limits: GuardLimits, linked: int) -> int:
    """How many removals need no person."""
    return min(max(limits.percent * linked // 100, limits.at_least), limits.at_most)


def judge_removals(limits: GuardLimits, *, removals: int, recent: int, linked: int) -> GuardVerdict:
    """Judge a whole plan before its first write."""
    allowed = allowed_removals(limits, linked)
    holds = removals > 0 and removals + recent > allowed
    if holds:
        sentence = gettext_noop(
            "{removals} removals, with {recent} in the last 24 hours, are more than the {allowed} "
            "allowed for {linked} linked people: they wait for a person."
        )
    else:
        sentence = gettext_noop(
            "{removals} removals, with {recent} in the last 24 hours, are within the {allowed} "
            "allowed for {linked} linked people."
        )
    return GuardVerdict(holds, removals, recent, allowed, linked, sentence)
