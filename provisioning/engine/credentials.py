"""From stored credentials to a client that may speak to the target.

The secret is decrypted here, for the host it is bound to, and handed to the door only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from django.db import transaction

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import find_template
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop
from provisioning.engine.configuration.credentials import (
    SEALED_FOR,
    allowed_networks,
    bound_host,
)
from provisioning.engine.governing import ledger_of, quota_key
from provisioning.engine.urgencies import permitted_by
from provisioning.models import Application, Connection
from provisioning.models.connection import AuthKind
from provisioning.models.secret import unseal
from provisioning.scim.auth import BearerToken, ClientCredentials, Credentials
from provisioning.scim.client import Manners, ScimClient
from provisioning.scim.governor import Clockwork, Governor
from provisioning.scim.quirks import GENERIC, GENESYS, Quirks
from provisioning.scim.secret import Secret, check_token
from provisioning.scim.sending import Queueing
from provisioning.scim.session import Door
from provisioning.scim.tenant_url import TenantUrl, check_tenant_url
from provisioning.scim.verbs import Verb

CONNECTIONS = 16
QUIRKS = {"genesys": GENESYS, "generic": GENERIC}


def open_client(
    application: Application,
    *,
    sleep: Callable[[float], None] = time.sleep,
    before_each: Callable[[Verb], float | None] | None = None,
    queueing: Queueing | None = None,
) -> ScimClient:
    """A client for the application's target. Raises `ConfigurationError` when it cannot be opened;
    nothing is sent yet.
    """
    connection = application.connection
    quirks = quirks_of(application)
    clockwork = Clockwork(sleep=sleep)
    tenant = tenant_url_of(connection)
    door = Door(allowed_networks())
    governor = Governor(
        connection.requests_per_minute or quirks.requests_per_minute,
        connection.connections or CONNECTIONS,
        first_connections=quirks.first_connections,
        clockwork=clockwork,
        store=ledger_of(quota_of(connection), clockwork.clock),
    )
    governor.permitted = permitted_by(connection)
    manners = Manners(
        quirks=quirks, clockwork=clockwork, before_each=before_each, queueing=queueing or Queueing()
    )
    return ScimClient(tenant, authorisation_of(connection, door), door, governor, manners)


def quota_of(connection: Connection) -> str:
    """The name of the quota that the stored credentials use up at their host."""
    return quota_key(tenant_url_of(connection).origin, connection, _stored_secret(connection))


def tenant_url_of(connection: Connection) -> TenantUrl:
    """The stored Tenant URL, judged again: the server's settings may have changed since."""
    if not connection.tenant_url:
        raise ConfigurationError(
            gettext_noop("%(application)s has no Tenant URL yet."),
            params={"application": connection.application.name},
            advice=gettext_noop("Add credentials to its configuration file, then apply it."),
        )
    return check_tenant_url(connection.tenant_url, allowed_networks())


def authorisation_of(connection: Connection, door: Door) -> Credentials:
    """What authorises requests: the stored token, or the client that fetches one through `door`."""
    secret = _stored_secret(connection)
    if connection.auth == AuthKind.SECRET_TOKEN:
        return BearerToken(secret)
    token_url = check_tenant_url(connection.token_url, allowed_networks())
    return ClientCredentials(door, token_url, connection.client_id, secret)


def quirks_of(application: Application) -> Quirks:
    """How to speak to the target: what Test Connection learnt, else what its template says."""
    passport = cast("dict[str, Value]", application.connection.passport)
    learnt = {name: value for name, value in passport.items() if name != "schema"}
    return Quirks.from_dict(learnt) if learnt else template_quirks(application)


def keep_quirks(application: Application, **learnt: Value) -> None:
    """Add to the passport what requests taught of the target; the rest of it stays."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(application=application)
        stored = connection.passport or template_quirks(application).as_dict()
        connection.passport = {**stored, **learnt}
        connection.save(update_fields=["passport"])
    application.connection.passport = connection.passport


def template_quirks(application: Application) -> Quirks:
    """The quirks that the application's template begins with."""
    return QUIRKS[find_template(application.template).quirks]


def _stored_secret(connection: Connection) -> Secret:
    if not connection.secret:
        raise ConfigurationError(
            gettext_noop("%(application)s has no secret yet."),
            params={"application": connection.application.name},
            advice=gettext_noop(
                "Add secret_token or client_credentials to its configuration, then apply it."
            ),
        )
    host = _host(connection)
    row = str(connection.pk)
    return check_token(unseal(connection.secret, table=SEALED_FOR, row=row, host=host))


def _host(connection: Connection) -> str:
    """The host the secret must be bound to, from where it would be sent now (T07)."""
    tenant = tenant_url_of(connection)
    if connection.auth == AuthKind.SECRET_TOKEN:
        return bound_host(tenant, None)
    return bound_host(tenant, check_tenant_url(connection.token_url, allowed_networks()))
