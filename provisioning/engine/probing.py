"""The layers of Test Connection: each method tries one and answers what it found, or raises.

Only GET requests and a token request are sent (entra-provisioning 2). Every request has a door of
its own with the seconds that are left, so that a slow target cannot take longer than allowed.
"""

from __future__ import annotations

import json
import socket
import ssl
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from django.utils.translation import gettext as _

from provisioning.core.definition import JobDefinition, ObjectMapping
from provisioning.core.errors import (
    ConfigurationError,
    ConnectionFailed,
    CredentialsRejected,
    NotScim,
    ProvisioningError,
)
from provisioning.core.resource import Kind, Resource, Value
from provisioning.core.target_schema import UNKNOWN, TargetSchema, read_schemas
from provisioning.engine.clock import Clock
from provisioning.engine.configuration.credentials import allowed_networks
from provisioning.engine.credentials import authorisation_of, template_quirks, tenant_url_of
from provisioning.models import Application
from provisioning.scim.auth import Credentials
from provisioning.scim.client import Manners, ScimClient
from provisioning.scim.dialing import Dialer
from provisioning.scim.discovery import passport
from provisioning.scim.exchange import Exchange
from provisioning.scim.governor import Governor
from provisioning.scim.quirks import Quirks
from provisioning.scim.secret import Secret
from provisioning.scim.sending import NO_PATIENCE
from provisioning.scim.session import Door, Limits
from provisioning.scim.tenant_url import TenantUrl
from provisioning.scim.tls import client_context, tls_failure

T = TypeVar("T")
FEATURES = ("patch", "filter", "bulk", "etag")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a layer showed. A warning does not stop provisioning."""

    detail: str = ""
    warning: str = ""
    tried: bool = True


class Probe:
    """One look at one target. `seconds` tells how long the next request may take."""

    def __init__(self, application: Application, seconds: Callable[[], float]) -> None:
        self.application = application
        self.learnt: Quirks | None = None
        self._connection = application.connection
        self._seconds = seconds
        self._open = ExitStack()
        self._exchanges: list[Exchange] = []
        self._config_exchanges: list[Exchange] = []
        self._socket: socket.socket | None = None
        self._credentials: Credentials | None = None
        self._config: Resource | ProvisioningError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def exchanges(self) -> list[dict[str, Value]]:
        """The redacted requests of the step that just ended."""
        told = [exchange.as_dict() for exchange in self._exchanges]
        self._exchanges = []
        return told

    def address(self) -> Finding:
        """The name resolves to permitted addresses, and something accepts connections there."""
        tenant = self._tenant()
        dialer = Dialer(allowed_networks(), seconds=self._seconds())
        sock = dialer.dial(tenant.host, tenant.port, loopback_only=tenant.scheme == "http")
        self._socket = self._open.enter_context(sock)
        peer = sock.getpeername()[0]
        return Finding(
            _("%(host)s answers at %(address)s") % {"host": tenant.host, "address": peer}
        )

    def secure_line(self) -> Finding:
        """TLS is agreed, and the certificate belongs to the host and is valid."""
        tenant = self._tenant()
        if self._socket is None or tenant.scheme == "http":
            return Finding(
                warning=_("The line is not encrypted. That is permitted to this machine only.")
            )
        self._socket.settimeout(self._seconds())
        try:
            with client_context().wrap_socket(self._socket, server_hostname=tenant.host) as line:
                return Finding(_tls_detail(line))
        except ssl.SSLError as error:
            raise tls_failure(tenant.host, error) from None
        except OSError:
            raise ConnectionFailed(
                _("%(host)s does not agree on an encrypted line in time.") % {"host": tenant.host},
                advice=_("Check the port of the Tenant URL, and that nothing intercepts TLS."),
            ) from None

    def token(self) -> Finding:
        """There is a token that has not expired, and the application accepts it."""
        self._credentials = authorisation_of(self._connection, self._door())
        expires = _expiry(self._credentials.token())
        now = Clock().now()
        if expires is not None and expires <= now:
            raise CredentialsRejected(
                _("The token expired on %(date)s.") % {"date": expires.date().isoformat()},
                advice=_("Get a new one, or use client credentials, which renew themselves."),
            )
        self._config = self._read_config()
        # An accepted token: what was answered is the next step's to show.
        self._config_exchanges, self._exchanges = self._exchanges, []
        if not isinstance(self._config, dict):
            # Whatever answered, or did not, said nothing about the token: the next step tells.
            return Finding(_("present; nothing has accepted it yet"))
        if expires is None:
            return Finding(_("accepted"))
        return Finding(_("accepted, expires on %(date)s") % {"date": expires.date().isoformat()})

    def scim(self) -> Finding:
        """What answers describes itself as a SCIM service."""
        config, self._exchanges = self._config, self._config_exchanges
        if isinstance(config, NotScim) and config.status == 404:
            self._first_page(Kind.USER)
            return Finding(
                warning=_("SCIM answers, but without a ServiceProviderConfig to describe itself.")
            )
        if isinstance(config, ProvisioningError):
            raise config
        if config is None:
            raise NotScim(_("The application did not describe itself."))
        self.learnt = passport(template_quirks(self.application), config)
        return Finding(_features(config))

    def read_users(self) -> Finding:
        """People may be read."""
        total, read = self._first_page(Kind.USER)
        return Finding(_("%(read)s of %(total)s read") % {"read": read, "total": total})

    def filter(self) -> Finding:
        """Somebody who cannot exist is not found, by each matching attribute."""
        return Finding(self._find_nobody(self._definition().users))

    def read_groups(self) -> Finding:
        """Groups may be read, when they are provisioned at all."""
        mapping = self._definition().groups
        if not mapping.enabled:
            return Finding(_("Groups are not provisioned."), tried=False)
        if not template_quirks(self.application).groups_listable:
            return Finding(self._find_nobody(mapping))
        total, read = self._first_page(Kind.GROUP)
        return Finding(_("%(read)s of %(total)s read") % {"read": read, "total": total})

    def published(self) -> TargetSchema | None:
        """The attributes the target describes; empty when it describes none, None when that could
        not be found out. No step: nothing depends on it but what the mapping editor offers.
        """
        try:
            schemas = self._ask(ScimClient.schemas)
            types = self._ask(ScimClient.resource_types)
        except NotScim:
            return UNKNOWN
        except ProvisioningError:
            return None
        return read_schemas(schemas, types)

    def _tenant(self) -> TenantUrl:
        return tenant_url_of(self._connection)

    def _definition(self) -> JobDefinition:
        definition = self.application.job.definition
        if definition is None:
            raise ConfigurationError(_("The application has no mappings yet."))
        return definition.as_definition()

    def _door(self) -> Door:
        seconds = self._seconds()
        door = Door(allowed_networks(), limits=Limits(seconds, seconds, seconds), connections=1)
        return self._open.enter_context(door)

    def _ask(self, question: Callable[[ScimClient], T]) -> T:
        """The answer to one request; its exchange is kept, whatever comes of it."""
        if self._credentials is None:
            raise ConfigurationError(_("There is no token to ask with."))
        quirks = replace(self.learnt or template_quirks(self.application), page_size=1)
        manners = Manners(quirks=quirks, patience=NO_PATIENCE)
        client = ScimClient(
            self._tenant(), self._credentials, self._door(), Governor(connections=1), manners
        )
        with client.recording() as exchanges:
            try:
                return question(client)
            finally:
                self._exchanges.extend(exchanges)

    def _read_config(self) -> Resource | ProvisioningError:
        """The ServiceProviderConfig, or why there is none; rejected credentials are raised."""
        try:
            return self._ask(ScimClient.read_service_provider_config)
        except CredentialsRejected as error:
            if error.status == 401:
                raise
            return error
        except ProvisioningError as error:
            return error

    def _first_page(self, kind: Kind) -> tuple[int, int]:
        page = self._ask(lambda client: client.pages(kind, exclude_members=True).first())
        return page.total, len(page.resources)

    def _find_nobody(self, mapping: ObjectMapping) -> str:
        """Which matching attributes can be searched by."""
        nobody = str(uuid.uuid4())
        for matching in mapping.matching:
            self._ask(
                partial(ScimClient.find, kind=mapping.kind, path=matching.target, value=nobody)
            )
        names = ", ".join(str(matching.target) for matching in mapping.matching)
        return _("%(names)s can be searched by") % {"names": names}


def _tls_detail(line: ssl.SSLSocket) -> str:
    certificate = line.getpeercert() or {}
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    until = datetime.fromtimestamp(ends, UTC).date().isoformat()
    version = (line.version() or "TLS").replace("TLSv", "TLS ")
    return _("%(version)s, certificate until %(date)s") % {"version": version, "date": until}


def _expiry(token: Secret) -> datetime | None:
    """When a token that is a JSON Web Token expires; others do not say."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


def _features(config: Resource) -> str:
    told = []
    for name in FEATURES:
        feature = config.get(name)
        supported = isinstance(feature, dict) and feature.get("supported") is True
        told.append(f"{name} {_('yes') if supported else _('no')}")
    return ", ".join(told)
