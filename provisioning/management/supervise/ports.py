"""Ports that somebody else holds are found before anything is started."""

from __future__ import annotations

import socket

from provisioning.core.problems import Problem

_ANOTHER = "Set {name} to another port, for example `{name}={example} make run`."


def port_problems(ports: dict[str, str]) -> list[Problem]:
    """What is wrong with the ports of these settings, each by its name."""
    problems = [problem for name, text in ports.items() if (problem := _problem(name, text))]
    if not problems and len(set(ports.values())) < len(ports):
        names = " and ".join(ports)
        problems.append(Problem(names, "They are the same port.", "Give each its own."))
    return problems


def _problem(name: str, text: str) -> Problem | None:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        return Problem(name, f"{text!r} is no port.", "A port is a number from 1 to 65535.")
    if is_free(int(text)):
        return None
    advice = _ANOTHER.format(name=name, example=_example(int(text)))
    return Problem(name, f"Port {text} is taken by another program, or not allowed here.", advice)


def is_free(port: int) -> bool:
    """Whether a server could listen on loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _example(port: int) -> int:
    return port + 10 if port < 65000 else port - 10
