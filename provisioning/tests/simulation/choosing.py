"""Upon whom an event falls, and whether the directory is read at once."""

from __future__ import annotations

from provisioning.tests.simulation.applications import Application
from provisioning.tests.simulation.world import World


def imported(world: World) -> None:
    """The directory is read, most of the time at once."""
    if world.chance.random() < 0.9:
        world.read_source()


def somebody(world: World) -> str:
    return world.chance.choice(sorted(world.company.people))


def some_application(world: World) -> Application:
    return world.chance.choice(world.applications)
