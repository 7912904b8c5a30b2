"""What a Tenant URL may look like, decided where it is typed (threat T01).

Only its text is judged here, numeric hosts in every notation included. What a name resolves to is
judged on the connection itself (`dialing.py`), because it can change in between.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop
from provisioning.scim.address import Address, AllowedNetworks, is_loopback, parse_address

EXAMPLE = gettext_noop("Write it as in https://api.mypurecloud.de/api/v2/scim/v2.")
LONGEST = 2_048
DEFAULT_PORTS = {"https": 443, "http": 80}
FOREIGN_PORTS = frozenset(
    {1433, 1521, 2049, 2375, 2379, 3306, 3389, 5432, 5672, 5900, 6379, 6443, 9200, 11211, 27017}
)
"""Ports above 1023 where something else than a web service listens."""

HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
RESOURCE_SEGMENTS = frozenset({"users", "groups", "schemas", "serviceproviderconfig"})


@dataclass(frozen=True, slots=True)
class TenantUrl:
    """A base address whose parts have been checked; no secret, no query, no trailing slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a stored secret is bound to (T07)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        standard = DEFAULT_PORTS[self.scheme] == self.port
        return f"{self.scheme}://{host}" if standard else f"{self.scheme}://{host}:{self.port}"

    def __str__(self) -> str:
        return self.origin + self.path


def check_tenant_url(text: str, allowed: AllowedNetworks) -> TenantUrl:
    """The address that was typed, cleaned; ConfigurationError with a sentence for its field."""
    parts = _split(text.strip())
    host = _host(parts)
    url = TenantUrl(parts.scheme.lower(), host, _port(parts), parts.path.rstrip("/"))
    _check_path(url.path)
    address = numeric_address(host)
    if address is not None and not allowed.admits(address):
        raise _refused(
            gettext_noop("The Tenant URL leads to %(host)s, an address that may not be reached."),
            gettext_noop("Use a public host name, or let the server's owner allow this network."),
            host=host,
        )
    here = host == "localhost" or host.endswith(".localhost")
    if here and not allowed.loopback:
        raise _refused(
            gettext_noop("The Tenant URL leads to this machine itself, which is not allowed here."),
            gettext_noop("Use the public host name of the application."),
        )
    _check_scheme(url, allowed, here or (address is not None and is_loopback(address)))
    _check_port(url, opened=here or (address is not None and not AllowedNetworks().admits(address)))
    return url


def numeric_address(host: str) -> Address | None:
    """The address of a host written as a number, in any notation the system resolver accepts."""
    if (address := parse_address(host)) is not None:
        return address
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except OSError:
        return None
    return parse_address(str(found[0][4][0])) if found else None


def _split(text: str) -> SplitResult:
    if not text:
        raise _refused(gettext_noop("The Tenant URL is empty."))
    if len(text) > LONGEST:
        raise _refused(gettext_noop("The Tenant URL is too long."))
    if any(unicodedata.category(c)[0] in "CZ" for c in text) or "\\" in text:
        raise _refused(
            gettext_noop("The Tenant URL has a space, a backslash or a control character inside.")
        )
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _refused(gettext_noop("The Tenant URL cannot be read as an address.")) from None
    if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
        raise _refused(gettext_noop("The Tenant URL must begin with https://."))
    _check_extras(parts, text)
    return parts


def _check_extras(parts: SplitResult, text: str) -> None:
    if "@" in parts.netloc:
        raise _refused(
            gettext_noop("The Tenant URL has a user name or a password in it."),
            gettext_noop("Leave out all between // and @; credentials have fields of their own."),
        )
    if parts.netloc.endswith(":"):
        raise _refused(
            gettext_noop("The Tenant URL has a colon without a port."),
            gettext_noop("Leave out the colon, or write the port after it."),
        )
    if "#" in text:
        raise _refused(
            gettext_noop("The Tenant URL has a fragment, a part after #."),
            gettext_noop("Leave out the # and all after it."),
        )
    if "?" in text:
        raise _refused(
            gettext_noop("The Tenant URL has a query, a part after ?."),
            gettext_noop(
                "Leave out the ? and all after it. What Entra's flags such as aadOptscim062020 "
                "switch is the application's dialect setting here: rfc or entra."
            ),
        )


def _host(parts: SplitResult) -> str:
    try:
        host = parts.hostname or ""
    except ValueError:
        host = ""
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    if ":" in host:
        if (address := parse_address(host)) is not None and "%" not in host:
            return str(address)
        raise _refused(gettext_noop("The Tenant URL has no valid host name."))
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            host = ""
    if len(host) > 253 or not HOST_NAME.fullmatch(host):
        raise _refused(gettext_noop("The Tenant URL has no valid host name."))
    return host


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise _refused(gettext_noop("The Tenant URL has a port that does not exist."))
    return port or DEFAULT_PORTS[parts.scheme]


def _check_path(path: str) -> None:
    segments = re.split(r"/|%2f", path, flags=re.IGNORECASE)
    if any(re.sub("%2e", ".", segment, flags=re.IGNORECASE) in (".", "..") for segment in segments):
        raise _refused(gettext_noop("The path of the Tenant URL has a step like “..” in it."))
    if segments[-1].lower() in RESOURCE_SEGMENTS:
        raise _refused(
            gettext_noop("The Tenant URL ends in “/%(segment)s”, which is one resource of it."),
            gettext_noop("Leave out the last step: the base address of the SCIM service is meant."),
            segment=segments[-1],
        )


def _check_scheme(url: TenantUrl, allowed: AllowedNetworks, here: bool) -> None:
    if url.scheme == "https" or (here and allowed.loopback):
        return
    raise _refused(
        gettext_noop("The Tenant URL begins with http://, which would send the token in the open."),
        gettext_noop("Begin it with https://."),
    )


def _check_port(url: TenantUrl, *, opened: bool) -> None:
    web = url.port == 443 or (url.port > 1023 and url.port not in FOREIGN_PORTS)
    if web or opened:
        return
    raise _refused(
        gettext_noop("The Tenant URL names port %(port)s, where no SCIM service listens."),
        gettext_noop("Leave the port out, or use the one of the application's documentation."),
        port=url.port,
    )


def _refused(sentence: str, advice: str = EXAMPLE, **params: str | int) -> ConfigurationError:
    return ConfigurationError(sentence, params=params, advice=advice, code="InvalidTenantUrl")
