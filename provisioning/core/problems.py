"""What is wrong in a file or a command line, place by place, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person must correct: where it is, what it is, what to do."""

    path: str
    message: str
    advice: str = ""
    line: int | None = None

    def __str__(self) -> str:
        places = [self.path, f"line {self.line}" if self.line is not None else ""]
        where = ", ".join(place for place in places if place)
        return " ".join(
            part for part in (f"{where}:" if where else "", self.message, self.advice) if part
        )


class ToldProblem(Problem):
    """A problem with the error behind it, which can be told in the reader's language.

    The error is no field: as a document it is the same as any other problem.
    """

    error: ConfigurationError

    @classmethod
    def of(cls, path: str, error: ConfigurationError, line: int | None = None) -> ToldProblem:
        """What an error says of a place."""
        told = cls(path, error.message, error.advice, line)
        object.__setattr__(told, "error", error)
        return told


class UsageProblems(ConfigurationError):
    """Wrong use or invalid input: nothing was changed. `problems` names every reason."""

    advice = ""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))
