"""`manage.py graph_simulator`: runs a Microsoft Graph directory until it is told to stop. It needs
no database.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.base import CommandError, CommandParser

from provisioning.core.problems import Problem, UsageProblems
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.management.signals import stop_on_signals
from provisioning.simulator import graph
from provisioning.simulator.graph.options import CLIENT, DEFAULT_PORT, SECRET, TENANT
from provisioning.simulator.settings_error import CannotStart, SettingError

T = TypeVar("T")


class Command(RollcallCommand):
    """Thin: options in, `provisioning.simulator.graph.start`, addresses out, wait for a signal."""

    help = "Run a Microsoft Graph directory to read people, groups and assignments from."
    requires_system_checks = ()

    def arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--port", type=int, default=DEFAULT_PORT, help=f"0 is a free one; {DEFAULT_PORT}")
        add("--tenant", default=TENANT, metavar="ID", help="the id of the tenant")
        add("--seed", metavar="FILE", help="JSON {users, groups, others, apps} to start with")
        add(
            "--client",
            action="append",
            default=[],
            metavar="ID:SECRET",
            help=f"may get tokens; {CLIENT}:{SECRET} when none is given",
        )
        add(
            "--certificate",
            action="append",
            default=[],
            metavar="ID:FILE",
            help="a client's certificate (PEM)",
        )
        add("--page-size", type=int, default=100, metavar="N", help="objects on a page")
        add("--members-per-item", type=int, default=100, metavar="N", help="slice of a group")
        add("--untidy", action="store_true", help="any order, repeated and split objects")
        add("--fault", action="append", default=[], metavar="SPEC", help="as of simulator --help")

    def work(self, options: dict[str, Any]) -> Outcome:
        stop = stop_on_signals()
        try:
            running = graph.start(
                port=options["port"],
                tenant=options["tenant"],
                seed=options["seed"],
                clients=options["client"],
                certificates=options["certificate"],
                page_size=options["page_size"],
                members_per_item=options["members_per_item"],
                untidy=options["untidy"],
                faults=options["fault"],
            )
        except SettingError as error:
            raise UsageProblems([Problem(error.path, error.message, error.advice)]) from None
        except (CannotStart, OSError) as error:
            raise CommandError(str(error), returncode=Exit.FAILED) from None
        return Outcome(
            lines=self._until(stop, running, running.addresses()),
            text_lines=self._until(stop, running, _welcome(running)),
        )

    def _until(self, stop: threading.Event, running: graph.RunningGraph, said: T) -> Iterator[T]:
        """Say it once, then wait for the end."""
        with running:
            yield said
            self.stdout.flush()
            stop.wait()


def _welcome(running: graph.RunningGraph) -> str:
    known = running.addresses()
    return (
        "The Microsoft Graph directory listens.\n"
        f"  Graph URL      {known['graph_url']}\n"
        f"  Token URL      {known['token_url']}\n"
        f"  Client id      {known['client_id']}\n"
        f"  Client secret  {known['client_secret']}\n"
        f"  Control        {known['control_url']}\n"
        "Ctrl-C stops it."
    )
