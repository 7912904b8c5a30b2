"""scim2-tester, which we did not write, judges the inbound service of a real process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from provisioning.tests.inbound.web_process import WebProcess

pytestmark = pytest.mark.processes
BAD = (Status.ERROR, Status.CRITICAL)
_KEPT = ("Content-Type", "Location", "ETag")


def forwarding(web: WebProcess) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """A WSGI application that sends every request over the wire, with the token."""
    root = "{0.scheme}://{0.netloc}".format(urlsplit(web.tenant_url))
    base = urlsplit(web.tenant_url).path
    session = requests.Session()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
        path = path if path.startswith(base) else base + path
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        answer = session.request(
            environ["REQUEST_METHOD"],
            f"{root}{path}{query}",
            data=environ["wsgi.input"].read(),
            headers={
                "Authorization": f"Bearer {web.token}",
                "Content-Type": environ.get("CONTENT_TYPE") or "application/scim+json",
            },
            timeout=60,
        )
        headers = [(name, answer.headers[name]) for name in _KEPT if name in answer.headers]
        start_response(f"{answer.status_code} {answer.reason}", headers)
        return [answer.content]

    return application


def test_the_service_passes_every_check_and_its_command_tells_what_was_pushed():
    with WebProcess() as web:
        results = check_server(WSGISCIMClient(forwarding(web), base_url=web.tenant_url))
        told = web.inbound()
        web.inbound("--revoke", told["tokens"][0]["label"])
        after = requests.get(
            f"{web.tenant_url}/Users", headers={"Authorization": f"Bearer {web.token}"}, timeout=60
        )

    assert [(one.title, one.reason) for one in results if one.status in BAD] == []
    assert sum(one.status is Status.SUCCESS for one in results) > 100
    assert len(told["pushes"]) == 20
    assert web.token not in str(told)
    assert after.status_code == 401
