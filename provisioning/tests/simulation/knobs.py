"""What a seed draws once for its world, and what a world may be given more of."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Knobs:
    """What a seed draws once: rare sizes are common here."""

    people: int
    groups: int
    applications: int
    workers: int
    page: int
    batch: int
    match_page: int
    group_of_outcomes: int
    at_least: int
    latency: float
    import_page: int

    @classmethod
    def drawn(cls, chance: Random) -> Knobs:
        return cls(
            people=chance.randint(3, 6),
            groups=chance.randint(0, 2),
            applications=chance.choices((1, 2, 3), (80, 15, 5))[0],
            workers=chance.choices((1, 2), (30, 70))[0],
            page=chance.choice((1, 2, 500)),
            batch=chance.choice((1, 2, 3, 100)),
            match_page=chance.choice((1, 2, 500)),
            group_of_outcomes=chance.choice((1, 2, 50)),
            at_least=chance.choice((1, 1, 2, 3)),
            latency=chance.choice((0.01, 0.2, 2.0)),
            import_page=chance.choice((1, 3, 1000)),
        )


@dataclass(frozen=True)
class Favours:
    """What a world is given more of than its seed would: for a bug that hides in rare places."""

    lenient: bool = False
    """Targets that enforce no uniqueness, with accounts that were there before."""
    faults: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Faults of the simulated service itself, met by every third request from the beginning."""
    kill: float = 0.0
    pause: float = 0.0
    lose: float = 0.0
    events: tuple[str, ...] = ()
    unapproved: bool = False


NO_FAVOURS = Favours()
