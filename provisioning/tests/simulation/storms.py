"""When everything around the engine fails, and when nothing does any more."""

from __future__ import annotations

from random import Random

from provisioning.tests.simulation.world import World


def storm(world: World, chance: Random) -> None:
    """Faults of the network and of processes, from now on."""
    kinds = ("refused", "timeout", "status", "busy", "lost", "gateway", "truncated", "garbage",
             "late")  # fmt: skip
    for one in world.applications:
        chosen = chance.sample(kinds, chance.choice((0, 1, 1, 2, 3)))
        one.target.faults = {kind: chance.uniform(0.05, 0.25) for kind in chosen}
        answers = chance.sample(("ignore_filter", "lying_pages", "lag"), chance.choice((0, 0, 1)))
        rate = f"rate={chance.uniform(0.05, 0.3):.2f}"
        specs = [f"{kind}:{rate}{',seconds=1' if kind == 'lag' else ''}" for kind in answers]
        one.target.set_answers(specs)
    weather = world.processes.weather
    weather.kill = chance.choice((0.0, 0.0, 0.01, 0.03))
    weather.pause = chance.choice((0.0, 0.01, 0.03))
    world.lose_messages = chance.choice((0.0, 0.0, 0.2))
    favours = world.favours
    weather.kill = favours.kill or weather.kill
    weather.pause = favours.pause or weather.pause
    world.lose_messages = favours.lose or world.lose_messages
    for one in world.applications if favours.faults else ():
        one.target.faults = dict.fromkeys(favours.faults, 0.25)
    for one in world.applications if favours.answers else ():
        one.target.set_answers([f"{kind}:rate=0.3" for kind in favours.answers])
    if chance.random() < 0.3:
        world.processes.dies_at = world.processes.points + chance.randint(1, 60)


def calm(world: World) -> None:
    """No more faults: from here on everything must come right by itself."""
    world.tell("calm")
    for one in world.applications:
        one.target.faults, one.target.down = {}, False
        one.target.set_answers([])
    world.processes.weather.kill = world.processes.weather.pause = 0.0
    world.processes.dies_at = 0
    world.lose_messages, world.mail_works = 0.0, True
