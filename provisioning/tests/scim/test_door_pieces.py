"""A request leaves in one piece: two would be two packets, and twice the work of sending."""

from __future__ import annotations

import http.client

from provisioning.scim.session import Call
from provisioning.tests.scim.servers import answering, door, serving


def test_header_and_body_leave_together(monkeypatch):
    sent: list[bytes] = []
    send = http.client.HTTPConnection.send

    def noted(connection, data):
        sent.append(data)
        send(connection, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", noted)

    with serving(answering(201, {"id": "1"})) as target, door() as opened:
        opened.send(Call("POST", f"{target.url}/Users", body=b'{"userName":"ana"}'))

    assert len(sent) == 1
    assert sent[0].startswith(b"POST ")
    assert sent[0].endswith(b'{"userName":"ana"}')
