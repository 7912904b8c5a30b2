"""`manage.py simulator`: runs the SCIM simulator until it is told to stop. It needs no database."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.base import CommandError, CommandParser, DjangoHelpFormatter

from provisioning.core.problems import Problem, UsageProblems
from provisioning.management.output import Exit, Outcome, RollcallCommand
from provisioning.management.signals import stop_on_signals
from provisioning.simulator import Running, StartOptions, start
from provisioning.simulator.faults import KEYS, KINDS
from provisioning.simulator.options import DEFAULT_PORT, default_port
from provisioning.simulator.personality import NAMES, describe_switches
from provisioning.simulator.settings_error import CannotStart, SettingError

T = TypeVar("T")

_EPILOG = f"""switches of a personality, as in --personality genesys:restore=200,filter_lag=2
{describe_switches()}

faults, as in --fault status:code=429,retry_after=2,rate=0.1
  {", ".join(KINDS)}
  with {", ".join(KEYS)}
  timeout: nothing applied, no answer. lost_reply: applied, connection cut.
  method and path: which requests (POST|PATCH; /Users, /users/*). rate: 0 to 1.
  after: requests let through first. times: how often. seconds: the length.

More: docs/reference/simulator.md
"""


class _Formatter(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the table of switches."""


class Command(RollcallCommand):
    """Thin: options in, `provisioning.simulator.start`, addresses out, wait for a signal."""

    help = "Run a SCIM service to try provisioning on: Genesys Cloud, or a plain server."
    requires_system_checks = ()

    def arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = _Formatter
        parser.epilog = _EPILOG
        add = parser.add_argument
        add("--port", type=int, help=f"0 is a free one; SIMULATOR_PORT, else {DEFAULT_PORT}")
        add("--personality", default="genesys", metavar="NAME[:switch=value,…]", help=str(NAMES))
        add("--seed", metavar="FILE", help="JSON {users: […], groups: […]} to start with")
        add("--group", action="append", default=[], metavar="NAME", help="a group to start with")
        add("--state", metavar="FILE", help="keep the accounts here over restarts")
        add("--token", metavar="T", help="the bearer token; random when absent")
        add("--client", action="append", default=[], metavar="ID:SECRET", help="may get tokens")
        add("--quota", type=int, metavar="PER_MINUTE", help="0 is none; else the personality's")
        add("--latency", type=float, default=0, metavar="MS", help="each answer waits so long")
        add("--fault", action="append", default=[], metavar="SPEC", help="see below")
        add("--record", metavar="FILE", help="append one line of JSON for each request")

    def work(self, options: dict[str, Any]) -> Outcome:
        stop = stop_on_signals()
        try:
            running = start(**_start_options(options))
        except SettingError as error:
            raise UsageProblems([Problem(error.path, error.message, error.advice)]) from None
        except (CannotStart, OSError) as error:
            raise CommandError(str(error), returncode=Exit.FAILED) from None
        return Outcome(
            lines=self._until(stop, running, running.addresses()),
            text_lines=self._until(stop, running, _welcome(running)),
        )

    def _until(self, stop: threading.Event, running: Running, said: T) -> Iterator[T]:
        """Say it once, then wait for the end."""
        with running:
            yield said
            self.stdout.flush()
            stop.wait()


def _start_options(options: dict[str, Any]) -> StartOptions:
    port = options["port"]
    return {
        "port": default_port() if port is None else port,
        "personality": options["personality"],
        "seed": options["seed"],
        "groups": options["group"],
        "state": options["state"],
        "token": options["token"],
        "clients": options["client"],
        "quota": options["quota"],
        "latency": options["latency"],
        "faults": options["fault"],
        "record": options["record"],
    }


def _welcome(running: Running) -> str:
    return (
        f"The simulator listens. Its page: {running.root}/\n"
        f"  Tenant URL    {running.tenant_url}\n"
        f"  Secret token  {running.token}\n"
        f"  Token URL     {running.token_url}\n"
        f"  Control       {running.control_url}\n"
        "Ctrl-C stops it."
    )
