"""The processes of Rollcall and their commands; docker-compose.yml runs the same web, worker, beat.

Run as a module it becomes one of them: `python -m provisioning.management.supervise.programs web`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from django.conf import settings

from provisioning.management.supervise import valkey
from provisioning.sources.demo.known import GROUP_IDS

SIMULATOR_PORT = "9400"
_MODULE = "provisioning.management.supervise.programs"
_PR_SET_PDEATHSIG = 1


def simulator_port() -> str:
    return os.environ.get("SIMULATOR_PORT", "").strip() or SIMULATOR_PORT


def names(*, private_broker: bool) -> list[str]:
    """In the order they start; they are stopped in the opposite one."""
    broker = ["valkey"] if private_broker else []
    return [*broker, "simulator", "web", "worker", "beat"]


def command(name: str) -> list[str]:
    """The command line of a program."""
    match name:
        case "web":
            return web(f"127.0.0.1:{settings.PORT}")
        case "worker":
            return worker(concurrency=2)
        case "beat":
            return beat(settings.ROLLCALL_DATA / "run" / "beat-schedule")
        case "simulator":
            return simulator()
        case "valkey":
            return valkey.command(valkey.server_binary(), settings.BROKER_SOCKET)
        case "supervisor":
            return _python("-m", "supervisor.supervisord", "-c", "run/supervisor.conf")
    raise ValueError(name)


def web(address: str) -> list[str]:
    return _python(
        *("-m", "gunicorn", "console.wsgi", "--bind", address, "--worker-class", "gthread"),
        *("--workers", "1", "--threads", "8", "--graceful-timeout", "5", "--no-control-socket"),
    )


def worker(*, concurrency: int) -> list[str]:
    return _celery("worker", "--concurrency", str(concurrency), "--loglevel", "INFO")


def beat(schedule: Path) -> list[str]:
    return _celery("beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "INFO")


def simulator() -> list[str]:
    """It keeps its accounts, so that a restart does not look like a target that lost everything."""
    data = settings.ROLLCALL_DATA
    return _python(
        *("manage.py", "simulator", "--port", simulator_port()),
        *("--state", str(data / "simulator.json")),
        *("--token", (data / "simulator-token").read_text().strip()),
        # Genesys Cloud has no way to create a group over SCIM: they are there beforehand (M08).
        *(part for name in GROUP_IDS for part in ("--group", name)),
    )


def _celery(*arguments: str) -> list[str]:
    return _python("-m", "celery", "-A", "console", "--quiet", *arguments)


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def becoming(name: str) -> list[str]:
    """The command that turns into the program once its parent's death will end it."""
    return _python("-m", _MODULE, name)


def end_with_parent(sign: signal.Signals) -> None:
    """Have the kernel send `sign` to this process when its parent dies (Linux; else nothing).

    Without it, a supervisor that is killed leaves its programs behind, holding their ports.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def _become(name: str) -> None:
    arguments = command(name)
    end_with_parent(signal.SIGTERM)
    os.chdir(_folder(name))
    os.execv(arguments[0], arguments)  # noqa: S606  a list of ours, no shell


def _folder(name: str) -> Path:
    """Where the program stands: the checkout, but for those that write beside themselves."""
    data: Path = settings.ROLLCALL_DATA
    match name:
        case "valkey":
            valkey.make_private_folder(settings.BROKER_SOCKET.parent)
            folder = data / "valkey"
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder
        case "supervisor":
            return data
    return Path(settings.BASE_DIR)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    _become(sys.argv[1])
