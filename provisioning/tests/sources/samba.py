"""A real Active Directory domain controller of our own: Samba, on a loopback address of its own.

Samba answers LDAP on port 389 only, so that not the port but the address is private.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from secrets import randbelow

import ldap
from ldap.ldapobject import SimpleLDAPObject

from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.ldap_process import LdapProcess

DOMAIN = "dc=example,dc=com"
ADMINISTRATOR = "administrator@example.com"
PASSWORD = "Passw0rd-Admin"
_OPTIONS = {
    "ldap server require strong auth": "no",
    "tls enabled": "no",
    "server services": "ldap",
    "log level": "0",
}


def samba_binary() -> str:
    """Debian's, which only root may run as a domain controller."""
    found = shutil.which("samba", path="/usr/sbin")
    if found is None or not Path("/usr/share/samba/setup/ad-schema").is_dir():
        raise ServerMissing("There is no Samba here. As root, `make test` installs Debian's.")
    return found


class SambaDomain(LdapProcess):
    """A domain without anybody but those that every domain has."""

    def __init__(self) -> None:
        binary = samba_binary()
        self.folder = Path(tempfile.mkdtemp(prefix="rct-samba-", dir="/tmp"))
        self.address = _free_address()
        self._provision()
        self._configure()
        self._process = subprocess.Popen(
            [binary, "-s", self.folder / "etc/smb.conf", "-F", "-i", "-M", "single"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.admin = self.signed_in(self._sign_in)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"ldap://{self.address}"

    def _provision(self) -> None:
        subprocess.run(
            [
                *("samba-tool", "domain", "provision", "--realm=EXAMPLE.COM", "--domain=EXAMPLE"),
                *("--server-role=dc", "--dns-backend=NONE", "--host-name=dc1"),
                *(f"--adminpass={PASSWORD}", f"--targetdir={self.folder}"),
                *("--option=interfaces=lo", "--option=bind interfaces only=yes"),
            ],
            check=True,
            capture_output=True,
        )

    def _configure(self) -> None:
        """Only LDAP, only here: no shares, no other services, nothing outside of the folder."""
        path = self.folder / "etc/smb.conf"
        text = path.read_text().partition("\n[homes]")[0].partition("\n[sysvol]")[0]
        own = {
            **_OPTIONS,
            "interfaces": f"{self.address}/8",
            **{f"{name} directory": str(self.folder) for name in ("pid", "winbindd socket")},
            "ncalrpc dir": str(self.folder / "nc"),
        }
        for name in (*own, "log file"):
            text = re.sub(rf"\n\t{re.escape(name)} = .*", "", text)
        path.write_text(
            text + "".join(f"\n\t{name} = {value}" for name, value in own.items()) + "\n"
        )

    def _sign_in(self) -> SimpleLDAPObject:
        handle = ldap.initialize(self.url)
        handle.set_option(ldap.OPT_REFERRALS, 0)
        handle.simple_bind_s(ADMINISTRATOR, PASSWORD)
        return handle


def _free_address() -> str:
    """A loopback address on which nobody answers LDAP."""
    for _attempt in range(50):
        address = f"127.77.{randbelow(250) + 1}.{randbelow(250) + 1}"
        with socket.socket() as probe:
            try:
                probe.bind((address, 389))
            except PermissionError:
                raise ServerMissing("Only root may answer LDAP as a domain does.") from None
            except OSError:
                continue
            return address
    raise ServerMissing("No loopback address is free for a domain controller.")
