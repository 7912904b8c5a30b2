"""What a whole `make test` needs besides Python: servers and a browser, from Debian where that is
allowed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec

from provisioning.management.make.setup import SetupError, install_debian_package

SAMBA = ("samba-ad-dc", "samba-dsdb-modules", "samba-ad-provision")
MARIADB = ("mariadb-server-core", "mariadb-client")


def missing_servers() -> dict[str, str]:
    """What each is for, and why this user cannot have it; empty where it is there by now."""
    from provisioning.tests.servers import postgres_binaries

    return {
        "PostgreSQL": _installed(postgres_binaries, "postgresql"),
        "LDAP": _without_ldap() or _slapd(),
        "Active Directory": _without_ldap() or _samba(),
        "MariaDB": _installed(
            _programs("mariadbd", "mariadb-install-db", "my_print_defaults"), *MARIADB
        ),
        "Browser": _installed(_programs("chromium"), "chromium"),
    }


def _slapd() -> str:
    from provisioning.tests.sources.slapd import slapd_binary

    return _installed(slapd_binary, "slapd")


def _samba() -> str:
    from provisioning.tests.sources.samba import samba_binary

    return _installed(samba_binary, *SAMBA)


def _installed(find: Callable[[], object], *packages: str) -> str:
    """Look for it, and again once the packages are there; why it is missing still."""
    from provisioning.tests.servers import ServerMissing

    try:
        find()
    except ServerMissing as error:
        try:
            for package in packages:
                install_debian_package(package, str(error))
            find()
        except (SetupError, ServerMissing) as reason:
            return str(reason)
    return ""


def _programs(*names: str) -> Callable[[], object]:
    """A look for programs that may lie where only root finds them."""
    from provisioning.tests.servers import ServerMissing

    def find() -> None:
        for name in names:
            if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"):
                raise ServerMissing(f"{name} is not installed.")

    return find


def _without_ldap() -> str:
    if find_spec("ldap") is None:
        return "python-ldap is not installed: `make setup-ldap` says what is in the way."
    return ""
