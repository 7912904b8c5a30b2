"""seed_demo: a directory of believable people, awkward ones included (interface.md)."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from provisioning.engine.demo import PEOPLE, sample_directory
from provisioning.management.output import Outcome, RollcallCommand

MOST = 1_000_000


class Command(RollcallCommand):
    """Imports the demo company. It removes nobody: other sources and seeds stay."""

    help = "Fill the directory with a believable company for demos and tests."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", type=_count, default=PEOPLE, metavar="N", help="default: %(default)s"
        )
        parser.add_argument(
            "--groups", type=_count, metavar="M", help="default: a sixth of the people"
        )
        parser.add_argument(
            "--seed", type=int, default=1, metavar="S", help="the same seed, the same people"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        report = sample_directory(
            people=options["people"], groups=options["groups"], seed=options["seed"]
        )
        counts = {
            name: asdict(getattr(report, name)) for name in ("users", "groups", "memberships")
        }
        return Outcome(document=counts, text=_summary(counts))


def _summary(counts: dict[str, dict[str, int]]) -> str:
    lines = [
        f"{name}: {', '.join(f'{n} {word}' for word, n in numbers.items())}"
        for name, numbers in counts.items()
    ]
    lines.append("Among them Adèle Vance, Karim Lopez, Mona Lind and Bianca Pisani.")
    return "\n".join(lines)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not 0 <= number <= MOST:
        raise ArgumentTypeError(f"“{text}” is not a number from 0 to {MOST:,}.")
    return number
