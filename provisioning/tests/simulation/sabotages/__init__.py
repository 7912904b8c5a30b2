"""Engines that are broken on purpose, one file each: the suite must catch every one.

A module says in its docstring what is broken, `sabotage()` breaks it for as long as it lasts, and
`FAVOURS` is the kind of world in which that shows soon.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from provisioning.tests.simulation.knobs import NO_FAVOURS, Favours


@dataclass(frozen=True)
class Sabotage:
    """One broken engine: its name, what it does wrong, and how to break it."""

    name: str
    does: str
    begin: Callable[[], AbstractContextManager[Any]]
    favours: Favours
    """The kind of world in which it shows soon."""


def sabotages() -> list[Sabotage]:
    """All of them, by number."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("s[0-9]*.py"))
    found = []
    for name in names:
        module = import_module(f"{__name__}.{name}")
        favours = getattr(module, "FAVOURS", NO_FAVOURS)
        found.append(Sabotage(name, str(module.__doc__).strip(), module.sabotage, favours))
    return found


def instead(place: object, name: str, other: object) -> AbstractContextManager[Any]:
    """Another thing under the same name."""
    return patch.object(place, name, other)


def nothing(*_given: object, **_more: object) -> None:
    """Does nothing, whatever it is asked."""
