"""The guard: how much a plan may take away without a person (F27).

Two limits. Removals: allowed = min(max(⌊percent · linked people⌋, at_least), at_most), and what the
last 24 hours removed without a release counts too. Mass changes: 20 % of the linked people, at
least `at_least`, may get another value in a matching attribute, lose a value or have one cut off;
groups that lose every member are counted like removals; two people who would get the same matching
value always wait. What is above its limit waits for a person, and the rest of the plan runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from provisioning.core.definition import GuardLimits
from provisioning.core.diff import Change
from provisioning.core.mapping import empty
from provisioning.core.resource import Value
from provisioning.core.vocabulary import Reason
from provisioning.core.wording import gettext_noop

WINDOW = timedelta(hours=24)
MASS_PERCENT = 20
"""Percent of the linked people whose values may change in one of the ways below."""


class Danger(StrEnum):
    """What a row may take away; but for a removal, the reason code that tells why it waits."""

    REMOVAL = "Removal"
    MATCHING_CHANGES = Reason.MATCHING_CHANGES.value
    EMPTIED = Reason.VALUES_EMPTIED.value
    CUT_OFF = Reason.VALUES_CUT_OFF.value
    COLLIDES = Reason.VALUES_COLLIDE.value
    MEMBERS_EMPTIED = Reason.MEMBERS_EMPTIED.value


SENTENCES: Mapping[Danger, tuple[str, str]] = {
    Danger.REMOVAL: (
        gettext_noop(
            "{rows} removals, with {recent} in the last 24 hours, are within the {allowed} "
            "allowed for {linked} linked people."
        ),
        gettext_noop(
            "{rows} removals, with {recent} in the last 24 hours, are more than the {allowed} "
            "allowed for {linked} linked people: they wait for a person."
        ),
    ),
    Danger.MATCHING_CHANGES: (
        gettext_noop(
            "{rows} people get another value in a matching attribute, after {recent} in the last "
            "24 hours; {allowed} of {linked} may."
        ),
        gettext_noop(
            "{rows} people would get another value in a matching attribute, after {recent} in the "
            "last 24 hours, and {allowed} of {linked} may: they wait for a person."
        ),
    ),
    Danger.EMPTIED: (
        gettext_noop(
            "{rows} people lose a value, after {recent} in the last 24 hours; {allowed} of "
            "{linked} may."
        ),
        gettext_noop(
            "{rows} people would lose a value, after {recent} in the last 24 hours, and {allowed} "
            "of {linked} may: they wait for a person."
        ),
    ),
    Danger.CUT_OFF: (
        gettext_noop(
            "{rows} people keep only the beginning of a value, after {recent} in the last 24 "
            "hours; {allowed} of {linked} may."
        ),
        gettext_noop(
            "{rows} people would keep only the beginning of a value, after {recent} in the last "
            "24 hours, and {allowed} of {linked} may: they wait for a person."
        ),
    ),
    Danger.MEMBERS_EMPTIED: (
        gettext_noop(
            "{rows} groups lose every member, after {recent} in the last 24 hours; {allowed} of "
            "{linked} may."
        ),
        gettext_noop(
            "{rows} groups would lose every member, after {recent} in the last 24 hours, and "
            "{allowed} of {linked} may: they wait for a person."
        ),
    ),
    Danger.COLLIDES: (
        "",  # never within its limit
        gettext_noop(
            "{rows} people would share the value of a matching attribute with somebody else of "
            "this plan: they wait for a person."
        ),
    ),
}
"""What is said when a danger stays within its limit, and when it does not."""


UNDECIDED = gettext_noop(
    "{rows} wait for a person, because somebody decided about others of them by name."
)
"""What is said of rows that wait whatever the limits say."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a plan, and the last 24 hours before it, hold of each danger, and among how many."""

    rows: Mapping[Danger, int]
    recent: Mapping[Danger, int]
    """Without what a person released."""
    people: int
    groups: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """One danger with its figures: how many rows, recent ones, allowed ones, linked accounts."""

    danger: Danger
    holds: bool
    figures: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """The template that the figures are put into."""
        return SENTENCES[self.danger][self.holds]


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """Everything that was judged, removals first: also what stays within its limit is told."""

    judgements: tuple[Judgement, ...]
    undecided: int = 0
    """Rows that were left out of a decision by name: they wait, and were not counted."""

    @property
    def holds(self) -> frozenset[Danger]:
        """Whose rows wait for a person."""
        return frozenset(one.danger for one in self.judgements if one.holds)

    def as_document(self) -> dict[str, object]:
        """The `guard` of a plan (interface.md), and in `judged` what its reasons are made of."""
        removals = self.judgements[0].figures
        judged = [(one.sentence, dict(one.figures)) for one in self.judgements]
        if self.undecided:
            judged.append((UNDECIDED, {"rows": self.undecided}))
        return {
            "verdict": "hold" if self.holds or self.undecided else "pass",
            "removals": removals["rows"],
            "allowed": removals["allowed"],
            "reasons": [sentence.format(**figures) for sentence, figures in judged],
            "judged": [{"sentence": sentence, "figures": figures} for sentence, figures in judged],
        }


def judge(limits: GuardLimits, counted: Counted) -> GuardVerdict:
    """Judge a whole plan before its first write: removals always, others where there are any."""
    return GuardVerdict(
        tuple(
            _judgement(limits, danger, counted)
            for danger in Danger
            if danger is Danger.REMOVAL or counted.rows.get(danger)
        )
    )


def allowed_removals(limits: GuardLimits, linked: int) -> int:
    """How many removals need no person."""
    return min(max(limits.percent * linked // 100, limits.at_least), limits.at_most)


def dangers(changes: Iterable[Change], matching: Collection[str]) -> dict[Danger, list[str]]:
    """What the changes of one account may do harm with, each with the attributes it is about;
    `matching` are the matching attributes.
    """
    found: dict[Danger, list[str]] = {}
    for change in changes:
        if empty(change.old):
            continue
        path = str(change.path)
        if empty(change.new):
            found.setdefault(Danger.EMPTIED, []).append(path)
        elif _is_cut_off(change.old, change.new):
            found.setdefault(Danger.CUT_OFF, []).append(path)
        if path in matching:
            found.setdefault(Danger.MATCHING_CHANGES, []).append(path)
    return found


def _judgement(limits: GuardLimits, danger: Danger, counted: Counted) -> Judgement:
    rows, recent = counted.rows.get(danger, 0), counted.recent.get(danger, 0)
    linked = counted.groups if danger is Danger.MEMBERS_EMPTIED else counted.people
    allowed = _allowed(limits, danger, linked)
    figures = {"rows": rows, "recent": recent, "allowed": allowed, "linked": linked}
    return Judgement(danger, rows > 0 and rows + recent > allowed, figures)


def _allowed(limits: GuardLimits, danger: Danger, linked: int) -> int:
    if danger in (Danger.REMOVAL, Danger.MEMBERS_EMPTIED):
        return allowed_removals(limits, linked)
    if danger is Danger.COLLIDES:
        return 0
    return max(MASS_PERCENT * linked // 100, limits.at_least)


def _is_cut_off(old: Value, new: Value) -> bool:
    """Whether a text lost its end: what a limit of length, or a wrong Left(), does to everybody."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    return len(new) < len(old) and old.startswith(new)
