"""A real OpenLDAP server of our own: a free port on the loopback, a folder, gone afterwards."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import ldap
from ldap.ldapobject import SimpleLDAPObject

from provisioning.tests.servers import ServerMissing
from provisioning.tests.sources.ldap_process import LdapProcess

BASE = "dc=example,dc=com"
READER = f"cn=reader,{BASE}"
PASSWORD = "read only, please"
_ADMIN = f"cn=admin,{BASE}"
_SCHEMAS = ("core", "cosine", "nis", "inetorgperson")


def slapd_binary() -> str:
    """Debian's, which is not on everybody's path."""
    found = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/local/libexec:/usr/bin")
    if found is None or not Path("/usr/lib/ldap/syncprov.so").exists():
        raise ServerMissing("There is no slapd here. As root, `make test` installs Debian's.")
    return found


class Slapd(LdapProcess):
    """One server with an empty tree: two units, an account that reads, and our administrator.

    `overlays` are lines of slapd.conf; so are those of `tls`.
    """

    patience = 20.0

    def __init__(
        self,
        overlays: Iterable[str] = (),
        *,
        limits: str = "size=unlimited",
        tls: str = "",
        ldaps: bool = False,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rct-slapd-", dir="/tmp"))
        (self.folder / "data").mkdir()
        self.port = _free_port()
        (self.folder / "slapd.conf").write_text(_configuration(self.folder, overlays, limits, tls))
        self._process = self._started("ldaps" if ldaps else "ldap")
        self.admin = self.signed_in(self._sign_in)
        self._plant()

    @property
    def url(self) -> str:
        """Where it answers without encryption."""
        return f"ldap://127.0.0.1:{self.port}"

    def add(self, dn: str, **attributes: str | list[str]) -> None:
        """A new entry."""
        self.admin.add_s(dn, list(_encoded(attributes).items()))

    def set(self, dn: str, **attributes: str | list[str] | None) -> None:
        """Replace attributes; None takes them away."""
        said = {name: value or [] for name, value in attributes.items()}
        changes = [(ldap.MOD_REPLACE, name, some) for name, some in _encoded(said).items()]
        self.admin.modify_s(dn, [(kind, name, some or None) for kind, name, some in changes])

    def uuid(self, dn: str) -> str:
        """The entryUUID of an entry."""
        ((_dn, values),) = self.admin.search_s(dn, ldap.SCOPE_BASE, attrlist=["entryUUID"])
        found: str = values["entryUUID"][0].decode()
        return found

    def _started(self, scheme: str) -> subprocess.Popen[bytes]:
        addresses = f"{scheme}://127.0.0.1:{self.port}/ {self._socket}"
        return subprocess.Popen(
            [slapd_binary(), "-f", self.folder / "slapd.conf", "-h", addresses, "-d", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def _socket(self) -> str:
        return f"ldapi://{str(self.folder / 's').replace('/', '%2F')}/"

    def _sign_in(self) -> SimpleLDAPObject:
        """As administrator, by the socket in our own folder: nobody else can answer there."""
        handle = ldap.initialize(self._socket)
        handle.simple_bind_s(_ADMIN, PASSWORD)
        return handle

    def _plant(self) -> None:
        self.add(BASE, objectClass=["dcObject", "organization"], dc="example", o="Example")
        for unit in ("people", "groups"):
            self.add(f"ou={unit},{BASE}", objectClass="organizationalUnit", ou=unit)
        person = ["organizationalRole", "simpleSecurityObject"]
        self.add(READER, objectClass=person, cn="reader", userPassword=PASSWORD)


def _configuration(folder: Path, overlays: Iterable[str], limits: str, tls: str) -> str:
    return "\n".join(
        [
            *(f"include /etc/ldap/schema/{name}.schema" for name in _SCHEMAS),
            "modulepath /usr/lib/ldap",
            *(f"moduleload {name}" for name in ("back_mdb", "syncprov", "refint")),
            f"pidfile {folder / 'pid'}",
            tls,
            "sizelimit 500",
            "database mdb",
            "maxsize 1073741824",
            f'suffix "{BASE}"',
            f'rootdn "{_ADMIN}"',
            f'rootpw "{PASSWORD}"',
            f"directory {folder / 'data'}",
            "dbnosync",
            "index objectClass,entryCSN,entryUUID,uid,member,manager eq",
            f'limits dn.exact="{READER}" {limits} time=unlimited',
            "access to attrs=userPassword by anonymous auth by * none",
            "access to * by * read",
            "overlay refint",
            "refint_attributes member manager",
            f'refint_nothing "cn=nobody,{BASE}"',
            *overlays,
            "",
        ]
    )


def _encoded(attributes: Mapping[str, str | list[str]]) -> dict[str, list[bytes]]:
    return {
        name: [one.encode() for one in ([value] if isinstance(value, str) else value)]
        for name, value in attributes.items()
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
