"""A world from one seed: a company, its applications, the engine's processes, what people do.

`life.live(world)` runs it to its end and leaves the histories; `checker.judge` looks at them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import connection
from django.test import override_settings

from provisioning import tasks
from provisioning.engine import dispatch, phases, runner
from provisioning.engine.configuration.applying import apply_documents
from provisioning.engine.configuration.read import ConfigurationDocument
from provisioning.engine.credentials import keep_quirks
from provisioning.engine.cycle import Request, open_cycle
from provisioning.engine.execution import batch
from provisioning.engine.importing.directory import import_directory
from provisioning.engine.importing.report import ImportReport, Terms
from provisioning.engine.planning import candidates
from provisioning.models import Cycle, Job, Notice
from provisioning.tests.simulation.applications import Application, document
from provisioning.tests.simulation.company import Company, Export, Settings
from provisioning.tests.simulation.database import fresh_database
from provisioning.tests.simulation.histories import Ended, Settled
from provisioning.tests.simulation.knobs import NO_FAVOURS, Favours, Knobs
from provisioning.tests.simulation.nature import moment, ruled_by
from provisioning.tests.simulation.network import Network, target
from provisioning.tests.simulation.processes import Process, Processes
from provisioning.tests.simulation.spared import spared

START = datetime(2030, 3, 1, 9, tzinfo=UTC).timestamp()
INTERVAL = 300.0
TICK = 30.0
DAY = 86_400.0


class World:
    """Everything of one seed; the engine lives in it between `begin` and `end`."""

    def __init__(self, seed: int, favours: Favours = NO_FAVOURS) -> None:
        self.seed = seed
        self.favours = favours
        self.began = START
        self.chance = Random(seed)  # noqa: S311  the same seed, the same world
        self.knobs = Knobs.drawn(self.chance)
        self.processes = Processes(self.chance, now=START)
        self.network = Network(self.processes, self.knobs.latency)
        self.company = Company()
        self.imported: list[tuple[float, Company]] = []
        self.applications: list[Application] = []
        self.messages: list[tuple[str, str]] = []
        self.lose_messages = 0.0
        self.letters: list[str] = []
        self.mail_works = True
        self.broken: list[str] = []
        """What must never happen and was seen while it did."""
        self.told: list[str] = []
        """What the world did, for whoever reads a failure."""
        self.ended: list[Ended] = []
        self.settled: dict[str, Settled] = {}
        self.resting: dict[str, int] = {}
        """How long each target's history was when the world came to rest."""
        self._pending: dict[Process | None, list[Callable[[], None]]] = {}
        self._stack = ExitStack()
        self.processes.on_death = self._replace

    # --- nature ------------------------------------------------------------------------------

    @property
    def time(self) -> datetime:
        """The world's clock."""
        return moment(self.processes.now)

    def database_time(self) -> datetime:
        """The database goes by the same clock."""
        return self.time

    @property
    def pending(self) -> list[Callable[[], None]]:
        """What the pools of the process that runs have not done yet."""
        return self._pending.setdefault(self.processes.current, [])

    def send(self, task: str, *arguments: str) -> None:
        """A message to whoever is free; it may get lost, or come twice, and in any order."""
        roll = self.chance.random()
        if roll < self.lose_messages:
            return
        copies = 2 if roll > 1 - self.lose_messages / 2 else 1
        self.messages += [(task, arguments[0] if arguments else "")] * copies
        self.processes.wake()

    def tell(self, text: str) -> None:
        """Note what the world did, with its time."""
        self.told.append(f"{self.processes.now - START:9.1f}  {text}")

    # --- beginning and end ----------------------------------------------------------------

    @contextmanager
    def begun(self) -> Iterator[World]:
        """The engine lives in this world until the context ends, with a database and a data folder
        of its own: what another world noted there would look like a backup put back.
        """
        with ExitStack() as stack:
            stack.enter_context(fresh_database())
            stack.enter_context(spared())
            folder = Path(stack.enter_context(TemporaryDirectory()))
            stack.enter_context(override_settings(ROLLCALL_DATA=folder))
            stack.enter_context(ruled_by(self))
            for place, name, value in self._sizes():
                stack.enter_context(patch.object(place, name, value))
            try:
                yield self
            finally:
                self.processes.end()

    def _sizes(self) -> list[tuple[Any, str, int]]:
        knobs = self.knobs
        return [
            (candidates, "PAGE", knobs.page),
            (phases, "MATCH_PAGE", knobs.match_page),
            (phases, "BATCH", knobs.batch),
            (batch, "GROUP", knobs.group_of_outcomes),
        ]

    def settle(self) -> None:
        """The first day: people, groups, applications, workers and schedules."""
        for number in range(self.knobs.groups):
            self.company.groups[f"g{number + 1}"] = set()
        for _ in range(self.knobs.people):
            self.company.hire(self.chance)
        self.read_source()
        for number in range(self.knobs.applications):
            self.add_application(number)
        for number in range(self.knobs.workers):
            self.processes.start(f"worker {number}", self._worker)
        for number in range(2):
            self.processes.at(START + number * 7, self._tick)

    def add_application(self, number: int) -> Application:
        """An application in front of a target of its own, on, for some of the people."""
        template = self.chance.choice(("genesys-cloud", "scim"))
        if self.favours.lenient:
            template = "scim"
        personality = "genesys" if template == "genesys-cloud" else "scim"
        seed = {"users": list(self._earlier_accounts()), "groups": []}
        where = target(
            f"app{number}",
            9100 + number,
            self.processes,
            personality=personality,
            seed=seed,
            groups=[f"Group {group}" for group in self.company.groups],
        )
        self.network.add(where)
        lenient = personality == "scim" and self.chance.random() < 0.4
        lenient = lenient or self.favours.lenient
        if lenient:
            where.enforce_no_uniqueness()
        settings = Settings(scope=self.chance.choice(("assigned", "all")))
        settings.people = {
            key: "agent" for key in self.company.people if self.chance.random() < 0.7
        }
        settings.groups = {key: self.chance.choice(("agent", "")) for key in self.company.groups}
        settings.leaving = self.chance.choice(("disable", "disable", "delete"))
        one = Application(f"app{number}", template, where, settings)
        one.first_accounts = where.live()
        self.applications.append(one)
        self.configure(one)
        one.job = Job.objects.get(application__slug=one.slug).pk
        if lenient:
            keep_quirks(
                Job.objects.get(pk=one.job).application,
                uniqueness_enforced=False,
            )
        approve = self.chance.random() < 0.85 and not self.favours.unapproved
        self.begin_cycle(one, approve=approve)
        return one

    def _earlier_accounts(self) -> Iterator[dict[str, object]]:
        """Accounts that are there already: of some people, and of nobody we know."""
        for person in self.company.people.values():
            if self.chance.random() < (0.6 if self.favours.lenient else 0.2):
                yield {"userName": person.address, "displayName": "Somebody", "active": True}
        yield {"userName": "stranger@elsewhere.example", "displayName": "Stranger", "active": True}

    # --- the engine's processes ---------------------------------------------------------------

    def _worker(self) -> None:
        """A Celery worker with one process: it takes a message, works, takes the next."""
        while True:
            if not self.messages:
                self.processes.wait()
                continue
            chosen = 0 if not self.lose_messages else self.chance.randrange(len(self.messages))
            task, argument = self.messages.pop(chosen)
            try:
                self._do(task, argument)
            except Exception as error:
                self.broken.append(f"crash: {task} ended with {error!r}")
                self.tell(f"{task} ended with {error!r}")
            finally:
                process = self.processes.current
                if process is not None:
                    process.work = None

    def _do(self, task: str, argument: str) -> None:
        if task == "tick":
            tasks.tick.run()
        elif task == "turn":
            runner.turn(
                UUID(argument), sleep=self.processes.sleep, call_others=dispatch.call_others
            )

    def _tick(self) -> None:
        """A schedule: one message, and again half a minute later."""
        if self._anything_to_do() and self.messages.count(("tick", "")) < 2:
            self.send("tick")
        self.processes.at(self.processes.now + TICK, self._tick)

    def undelivered(self) -> list[Notice]:
        """Mails that should have gone out long ago."""
        return list(Notice.objects.filter(sent__isnull=True, next_try__lt=self.time))

    def busy(self) -> bool:
        """Whether some cycle is open, or a message waits."""
        return bool(self.messages) or Cycle.objects.filter(ended__isnull=True).exists()

    def _anything_to_do(self) -> bool:
        """Whether a tick could find anything; those that cannot are left out, to save time."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM provisioning_job WHERE open_cycle_id IS NOT NULL"
            " OR next_run IS NULL OR next_run <= %s)"
            " OR EXISTS (SELECT 1 FROM provisioning_notice WHERE sent IS NULL)"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [self.time.replace(tzinfo=None).isoformat(" ")])
            return bool(cursor.fetchone()[0])

    def _replace(self, process: Process) -> None:
        """Whoever died is started anew before long."""
        self.tell(f"{process.name} dies")
        self._pending.pop(process, None)
        name = f"{process.name.partition(', ')[0]}, after {self.processes.points}"
        when = self.processes.now + self.chance.uniform(0.5, 40.0)
        self.processes.at(when, lambda: self._start(name))

    def _start(self, name: str) -> None:
        self.processes.start(name, self._worker)

    # --- what people do -----------------------------------------------------------------------

    def read_source(self, export: Company | None = None, *, force: bool = False) -> ImportReport:
        """Import the company as it is, or what is exported of it."""
        handed = export or self.company
        source = Export(handed.copy(), self.knobs.import_page, self.chance)
        report = import_directory(source, name="company", now=self.time, terms=Terms(force=force))
        if not report.held:
            self.imported.append((self.processes.now, handed.copy()))
        return report

    def configure(self, one: Application) -> None:
        """Save the application's settings, as a configuration file."""
        variable = f"ROLLCALL_TEST_{one.slug.upper()}"
        os.environ[variable] = one.target.token
        people = self.imported[-1][1].people
        written = document(one, people, self.knobs.at_least, variable)
        apply_documents(None, [ConfigurationDocument(written)])
        one.past.append((self.processes.now, one.settings.copy()))

    def begin_cycle(
        self, one: Application, *, approve: bool = False, initial: bool = False
    ) -> Cycle | None:
        """A person asks for a cycle now."""
        job = Job.objects.get(pk=one.job)
        cycle = open_cycle(job, Request(approve=approve, initial=initial))
        if cycle is not None:
            self.send("turn", str(cycle.pk))
        return cycle
