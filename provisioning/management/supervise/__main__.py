"""The entry point of `make run`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connections

from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import UsageProblems
from provisioning.management.output import exit_code_of, problems_of
from provisioning.management.supervise import first_start, ports, programs, supervisor_file
from provisioning.management.supervise.foreground import Foreground, tell
from provisioning.management.supervise.one_instance import take_lock
from provisioning.management.supervise.readiness import Announcement, announce


def main() -> int:
    """Checks, prepares, runs; what is wrong is told in a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    try:
        django.setup()
        return _run(settings.ROLLCALL_DATA)
    except ProvisioningError as error:
        for problem in problems_of(error):
            print(problem, file=sys.stderr)
        return exit_code_of(error)
    except (ImproperlyConfigured, SystemCheckError, DatabaseError, OSError) as error:
        print(f"Rollcall cannot start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(data: Path) -> int:
    web, simulator = f"http://127.0.0.1:{settings.PORT}", programs.simulator_port()
    lock = take_lock(data, settings.PUBLIC_URL)
    problems = ports.port_problems({"PORT": settings.PORT, "SIMULATOR_PORT": simulator})
    if problems:
        raise UsageProblems(problems)
    call_command("check")
    names = programs.names(private_broker=not settings.REDIS_URL)
    sign_in = first_start.prepare(data)
    connections.close_all()
    (data / "log").mkdir(mode=0o700, exist_ok=True)
    configuration = data / "run" / "supervisor.conf"
    configuration.write_text(supervisor_file.text(names))
    os.environ["ROLLCALL_DATA"] = str(data)
    announcement = Announcement(settings.PUBLIC_URL, f"http://127.0.0.1:{simulator}", data, sign_in)
    tell("Starting: " + ", ".join(names) + ".")
    return Foreground(lock).run(lambda stopping: announce(announcement, web, stopping))


if __name__ == "__main__":
    # Until the supervisor runs, closing the terminal ends this process as any other.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.exit(main())
