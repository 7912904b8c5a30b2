"""One line of the table: what was measured, against what, and whether that is good enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, what it may be, and how many times its floor it is.

    `least` turns the budget round: the value must not be below it. `measured` says in words what
    the value was made of, the floor included.
    """

    what: str
    value: float
    unit: str
    budget: float | None = None
    ratio: float | None = None
    least: bool = False
    measured: str = ""
    database: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the budget is kept; nothing where there is none."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.least else self.value <= self.budget

    def line(self) -> str:
        """As a row of the table."""
        verdict = {None: "", True: "holds", False: "DOES NOT HOLD"}[self.holds]
        sign = "≥" if self.least else "≤"
        budget = "" if self.budget is None else f"{sign} {self.budget:g}"
        ratio = "" if self.ratio is None else f"{self.ratio:,.1f} ×"
        value = f"{self.value:,.{2 if abs(self.value) < 10 else 1}f} {self.unit}"
        cells = f"{self.what:<58} {self.database:<10} {value:>12} {budget:>8} {ratio:>9}"
        return f"{cells}  {verdict:<14} {self.measured}".rstrip()
