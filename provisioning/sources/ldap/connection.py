"""One signed-in connection: read an entry, page through many, follow a synchronisation.

python-ldap's defaults are not ours: certificates are demanded, referrals are not followed, aliases
are never dereferenced (RFC 4533 servers refuse it), and nothing waits longer than `TIMEOUT`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import certifi
import ldap
from ldap.controls import SimplePagedResultsControl

from provisioning.core.errors import SourceUnavailable
from provisioning.core.wording import gettext_noop
from provisioning.sources.ldap.failures import told
from provisioning.sources.ldap.settings import LdapSettings, Security

CONNECT_TIMEOUT = 10.0
TIMEOUT = 120.0
"""Seconds that one answer may take."""


class Entry(NamedTuple):
    """One entry; attribute names are lower case, values as they came."""

    dn: str
    values: dict[str, list[bytes]]

    def first(self, name: str) -> str:
        """The first value as text; empty without one."""
        found = self.values.get(name.lower())
        return found[0].decode("utf-8", "replace") if found else ""


class Connection:
    """Opened on first use; `password` is asked for then and kept nowhere."""

    def __init__(self, settings: LdapSettings, password: Callable[[], str]) -> None:
        self._settings = settings
        self._password = password
        self._open: ldap.ldapobject.SimpleLDAPObject | None = None

    @property
    def place(self) -> str:
        """What a person calls this server."""
        return self._settings.url

    @property
    def bases(self) -> tuple[str, ...]:
        """Below which entries the source looks."""
        return self._settings.bases

    @property
    def handle(self) -> ldap.ldapobject.SimpleLDAPObject:
        """The library's connection, signed in."""
        if self._open is None:
            with told(self.place):
                self._open = self._signed_in()
        return self._open

    def read(self, dn: str, attributes: Sequence[str], query: str = "") -> Entry | None:
        """One entry; None when it is not there, or `query` is given and does not fit it."""
        handle = self.handle
        with told(self.place):
            try:
                found = handle.search_ext_s(
                    dn, ldap.SCOPE_BASE, query or "(objectClass=*)", list(attributes)
                )
            except (ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX):
                return None
        return next(_entries(found), None)

    def pages(self, base: str, query: str, attributes: Sequence[str]) -> Iterator[list[Entry]]:
        """Every entry below `base` that fits, in pages (RFC 2696). A server that ends early, by a
        limit or otherwise, is an error: a part never looks like all.
        """
        handle, cookie = self.handle, ""
        while True:
            control = SimplePagedResultsControl(True, self._settings.page_size, cookie)
            with told(self.place):
                number = handle.search_ext(
                    base, ldap.SCOPE_SUBTREE, query, list(attributes), serverctrls=[control]
                )
                _kind, found, _number, controls = handle.result3(number, timeout=TIMEOUT)
            answers = [one for one in controls if one.controlType == control.controlType]
            if not answers:
                raise SourceUnavailable(
                    gettext_noop("%(place)s does not answer in pages, so its end cannot be seen."),
                    params={"place": self.place},
                )
            yield list(_entries(found))
            cookie = answers[0].cookie
            if not cookie:
                return

    def close(self) -> None:
        """Say goodbye, if anything was said at all."""
        if self._open is not None:
            handle, self._open = self._open, None
            handle.unbind_ext_s()

    def _signed_in(self) -> ldap.ldapobject.SimpleLDAPObject:
        handle = ldap.initialize(self._settings.url, bytes_mode=False)
        for option, value in (
            (ldap.OPT_PROTOCOL_VERSION, ldap.VERSION3),
            (ldap.OPT_REFERRALS, 0),
            (ldap.OPT_DEREF, ldap.DEREF_NEVER),
            (ldap.OPT_NETWORK_TIMEOUT, CONNECT_TIMEOUT),
            (ldap.OPT_TIMEOUT, TIMEOUT),
        ):
            handle.set_option(option, value)
        if self._settings.security is not Security.NONE:
            self._demand_certificate(handle)
        if self._settings.security is Security.STARTTLS:
            handle.start_tls_s()
        if self._settings.bind_dn:
            handle.simple_bind_s(self._settings.bind_dn, self._password())
        return handle

    def _demand_certificate(self, handle: ldap.ldapobject.SimpleLDAPObject) -> None:
        """Of an authority that was given, else of one that browsers trust; the host must fit."""
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as own:
            own.write(self._settings.ca_certificate)
            own.flush()
            trusted = own.name if self._settings.ca_certificate else certifi.where()
            handle.set_option(ldap.OPT_X_TLS_CACERTFILE, trusted)
            handle.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
            # The options above count for this connection only, and from here on.
            handle.set_option(ldap.OPT_X_TLS_NEWCTX, 0)


def entry_of(dn: str, values: dict[str, list[bytes]]) -> Entry:
    """An entry as the library hands it over."""
    return Entry(dn, {name.lower(): some for name, some in values.items()})


def _entries(found: list[tuple[str | None, dict[str, list[bytes]]]]) -> Iterator[Entry]:
    """Without referrals, which Active Directory adds at the root of a domain."""
    for dn, values in found:
        if dn is not None:
            yield entry_of(dn, values)
