"""Whole SCIM services to speak to: our simulator, and a server that we did not write."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.memory import InMemoryStorage
from scim2_server.utils import load_default_provider

from provisioning import simulator
from provisioning.core.attribute_path import AttributePath
from provisioning.core.resource import Value
from provisioning.scim.auth import BearerToken
from provisioning.scim.client import Manners, ScimClient
from provisioning.scim.governor import Clockwork, Governor
from provisioning.scim.quirks import GENERIC, GENESYS, Quirks
from provisioning.scim.secret import Secret
from provisioning.scim.sending import Patience
from provisioning.scim.tenant_url import check_tenant_url
from provisioning.tests.scim.servers import LOOPBACK, door

USER_NAME = AttributePath.parse("userName")
DISPLAY_NAME = AttributePath.parse("displayName")
USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
TOKEN = "token-for-tests"


class Leap:
    """Real time, in which sleeping takes none: the clock is put forward instead."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def clock(self) -> float:
        return time.monotonic() + sum(self.pauses)

    def clockwork(self) -> Clockwork:
        return Clockwork(self.clock, self.sleep, lambda: 1.0)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def stranger() -> Iterator[str]:
    """scim2-server as it is, in its strictest dress; gives its Tenant URL."""
    application = WSGIApplication(InMemoryStorage(), load_default_provider())
    with make_server("127.0.0.1", 0, application, _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def client(
    tenant_url: str,
    token: str = TOKEN,
    *,
    quirks: Quirks = GENERIC,
    patience: Patience | None = None,
    leap: Leap | None = None,
    before_each=None,
) -> Iterator[ScimClient]:
    """A client of a target on this machine, in time that does not pass."""
    clockwork = (leap or Leap()).clockwork()
    manners = Manners(quirks, patience or Patience(), clockwork, before_each)
    with door() as opened:
        yield ScimClient(
            check_tenant_url(tenant_url, LOOPBACK),
            BearerToken(Secret(token)),
            opened,
            Governor(clockwork=clockwork),
            manners,
        )


@contextmanager
def genesys(**options) -> Iterator[tuple[ScimClient, simulator.Running]]:
    """A client of the simulator as Genesys Cloud, without a quota."""
    leap = options.pop("leap", None)
    options.setdefault("quota", 0)
    with (
        simulator.start(token=TOKEN, **options) as target,
        client(target.tenant_url, quirks=GENESYS, leap=leap) as opened,
    ):
        yield opened, target


def person(name: str, **attributes: Value) -> dict[str, Value]:
    """A user to create."""
    return {
        "schemas": [USER_SCHEMA],
        "userName": name,
        "displayName": name.partition("@")[0].title(),
        "active": True,
        **attributes,
    }


def replacing(path: str, value: Value) -> dict[str, Value]:
    """A PatchOp with one operation."""
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}],
    }
