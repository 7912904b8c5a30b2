"""The order of a start: one instance, free ports, right settings, first start, all programs."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from provisioning.core.problems import UsageProblems
from provisioning.management.supervise import first_start, ports, programs, supervisor_file
from provisioning.management.supervise.foreground import Foreground, tell
from provisioning.management.supervise.one_instance import take_lock
from provisioning.management.supervise.readiness import Announcement, announce
from provisioning.models.heartbeat import Heartbeat


def launch() -> int:
    """Runs everything until it is stopped; nothing is started when something is in the way."""
    data: Path = settings.ROLLCALL_DATA
    lock = take_lock(data, settings.PUBLIC_URL)
    simulator_port = programs.simulator_port()
    problems = ports.port_problems({"PORT": settings.PORT, "SIMULATOR_PORT": simulator_port})
    if problems:
        raise UsageProblems(problems)
    call_command("check", stdout=first_start.Silence())
    sign_in = _prepare(data)
    names = programs.names(private_broker=not settings.REDIS_URL)
    (data / "run" / "supervisor.conf").write_text(supervisor_file.text(names))
    _tell_the_programs(data)
    simulator = f"http://127.0.0.1:{simulator_port}"
    announcement = Announcement(settings.PUBLIC_URL, simulator, data, sign_in)
    tell(f"Starting: {', '.join(names)}.")
    try:
        return Foreground(lock).run(
            lambda stopping: announce(announcement, f"http://127.0.0.1:{settings.PORT}", stopping)
        )
    finally:
        shutil.rmtree(settings.BROKER_SOCKET.parent, ignore_errors=True)


def _prepare(data: Path) -> first_start.SignIn | None:
    (data / "log").mkdir(mode=0o700, exist_ok=True)
    sign_in = first_start.prepare(data)
    if not settings.REDIS_URL:
        # The workers of the last run are gone, however fresh their last word is.
        Heartbeat.objects.all().delete()
    connections.close_all()
    return sign_in


def _tell_the_programs(data: Path) -> None:
    """The supervisor does not stand in the checkout: its programs find code and Python by these."""
    os.environ["ROLLCALL_DATA"] = str(data)
    os.environ["PYTHONPATH"] = str(settings.BASE_DIR)
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
