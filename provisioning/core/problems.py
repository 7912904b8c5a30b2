"""What is wrong in a file or a command line, place by place, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from provisioning.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person must correct: where it is, what it is, what to do."""

    path: str
    message: str
    advice: str = ""
    line: int | None = None
    # The error behind it, which can be told in the reader's language.
    error: ConfigurationError | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        places = [self.path, f"line {self.line}" if self.line is not None else ""]
        where = ", ".join(place for place in places if place)
        return " ".join(
            part for part in (f"{where}:" if where else "", self.message, self.advice) if part
        )


class UsageProblems(ConfigurationError):
    """Wrong use or invalid input: nothing was changed. `problems` names every reason."""

    advice = ""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))
