"""`make setup`: from nothing to an environment that Rollcall runs in.

Only the standard library: it runs before anything is installed. What was installed from a
requirements file is remembered by the file's digest, so that a second time needs no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST_VERSION = (3, 11)
LDAP = "requirements-ldap.txt"
HEADERS = ("gcc", "python3-dev", "libldap-dev", "libsasl2-dev")
"""Debian's packages that python-ldap is compiled with."""


def main(arguments: list[str]) -> int:
    """Environment, packages, catalogue, tables, static files; `--ldap` also what the LDAP source
    needs, `--dev` what tests need besides.
    """
    try:
        make_environment()
        install("requirements.txt")
        if "--dev" in arguments:
            install("requirements-dev.txt")
            install("requirements-mysql.txt")
            install_ldap_if_possible()
        elif "--ldap" in arguments:
            install_ldap()
        prepare()
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


class SetupError(Exception):
    """What is in the way, and what to do."""


def make_environment() -> None:
    """`.venv`, made again when its Python is gone or too old."""
    if sys.version_info < LEAST_VERSION:
        raise SetupError("Rollcall needs Python 3.11 or newer: `apt-get install python3`.")
    if environment_works():
        return
    say("Making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0:  # noqa: S603  ours
        return
    install_debian_package("python3-venv", "Python's venv module is not installed.")
    run(command, "The environment .venv could not be made.")


def environment_works() -> bool:
    """Whether its interpreter starts, is new enough and has pip."""
    code = f"import sys, pip; sys.exit(sys.version_info < {LEAST_VERSION})"
    try:
        found = subprocess.run([PYTHON, "-c", code], capture_output=True)  # noqa: S603  ours
    except OSError:
        return False
    return found.returncode == 0


def install(name: str) -> None:
    """Every package that the file names, unless exactly this file was installed already."""
    stamp = VENV / f".installed-{name}"
    digest = _digest(name)
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Installing {name}")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run(
        [*pip, "--requirement", ROOT / name],
        "Packages could not be installed: the lines above say which. "
        "Check that the package index can be reached, then repeat the command.",
    )
    stamp.write_text(digest)


def install_ldap() -> None:
    """The library of the LDAP source, compiled here with Debian's compiler and headers."""
    if not (VENV / f".installed-{LDAP}").exists():
        for package in HEADERS:
            install_debian_package(package, "The LDAP library cannot be compiled yet.")
    install(LDAP)


def install_ldap_if_possible() -> None:
    """Without the right to install what is missing, the tests of that source are left out."""
    try:
        install_ldap()
    except SetupError as error:
        say(f"Without LDAP: {error}")


def prepare() -> None:
    """The French catalogue, the tables and the static files, as far as they are not there."""
    module = "provisioning.management.make"
    run([PYTHON, "-m", f"{module}.catalogue", "compile"], "The catalogue could not be compiled.")
    manage: list[str | Path] = [PYTHON, "manage.py"]
    run([*manage, "migrate", "--verbosity", "0"], "The database could not be prepared.")
    run(
        [*manage, "collectstatic", "--noinput", "--verbosity", "0"],
        "The static files could not be collected.",
    )


def install_debian_package(package: str, missing: str) -> None:
    """By Debian's package manager, as root; else the person is told what to install."""
    apt = shutil.which("apt-get")
    if os.getuid() or apt is None:
        raise SetupError(f"{missing} Install it: `apt-get install {package}`.")
    say(f"Installing Debian's {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [apt, "install", "--yes", "--quiet", "--no-install-recommends", package]
    if _quietly(command, environment):
        return
    if not (_quietly([apt, "update"], environment) and _quietly(command, environment)):
        raise SetupError(f"{missing} `apt-get install {package}` failed.")


def _quietly(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, env=environment, capture_output=True)  # noqa: S603  ours
    return done.returncode == 0


def run(command: Sequence[str | Path], failure: str) -> None:
    """The command in the checkout; `failure` is what a person reads when it ends badly."""
    try:
        code = subprocess.run(command, cwd=ROOT).returncode  # noqa: S603  a list of ours, no shell
    except OSError as error:
        raise SetupError(f"{failure} ({error.strerror})") from None
    if code:
        raise SetupError(failure)


def say(text: str) -> None:
    print(text, flush=True)


def _digest(name: str) -> str:
    """Of the file, those it includes, and the interpreter they are installed for."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in sorted({"requirements.txt", name}):
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
