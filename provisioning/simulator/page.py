"""The page for people at `/`: what is here, what was asked last, how to connect."""

from __future__ import annotations

from html import escape

from provisioning.simulator.control import PREFIX
from provisioning.simulator.documents import timestamp
from provisioning.simulator.record import Record
from provisioning.simulator.routes import VERSIONED
from provisioning.simulator.service import Service
from provisioning.simulator.wire import Answer

SHOWN = 20
_NAMES = {"genesys": "Genesys Cloud", "scim": "a plain SCIM 2.0 server (RFC 7644)"}
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_answer(service: Service) -> Answer:
    """Return the page."""
    headers = [("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff")]
    headers += [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]
    return Answer(200, _html(service).encode(), "text/html; charset=utf-8", headers)


def _html(service: Service) -> str:
    store = service.organisation.store
    with store.lock:
        users = {state: len(ids) for state, ids in store.users.by_state.items()}
        groups = store.groups.count()
        latest = service.recorder.last(SHOWN)
    rows = "".join(_row(record) for record in latest)
    faults = ", ".join(fault.text for fault in service.plan.faults) or "none"
    clients = ", ".join(service.options.clients) or "none (start with --client ID:SECRET)"
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SCIM simulator</title>
<h1>SCIM simulator</h1>
<p>This plays {escape(_NAMES[service.personality.name])}. Nothing here reaches a real service.</p>
<h2>What it holds</h2>
<dl>
<dt>Active users</dt><dd>{users["active"]}</dd>
<dt>Inactive users</dt><dd>{users["inactive"]}</dd>
<dt>Deleted users</dt><dd>{users["deleted"]}</dd>
<dt>Groups</dt><dd>{groups}</dd>
<dt>Faults</dt><dd>{escape(faults)}</dd>
</dl>
<h2>How to connect</h2>
<dl>
<dt>Tenant URL</dt><dd><code>{escape(service.root + VERSIONED)}</code></dd>
<dt>Secret token</dt><dd><code>{escape(service.tokens.token)}</code></dd>
<dt>Token URL</dt><dd><code>{escape(service.root)}/oauth/token</code></dd>
<dt>Clients</dt><dd>{escape(clients)}</dd>
</dl>
<h2>The last requests</h2>
<table>
<thead><tr><th>No.</th><th>Time</th><th>Request</th><th>Status</th><th>Fault</th><th>Changes</th></tr></thead>
<tbody>{rows or '<tr><td colspan="6">None yet.</td></tr>'}</tbody>
</table>
<p><a href="{PREFIX}/state">Everything it holds</a></p>
<p><a href="{PREFIX}/requests">Every request</a></p>
</html>
"""


def _row(record: Record) -> str:
    status = "no answer" if record.status is None else str(record.status)
    cells = (
        str(record.n),
        timestamp(record.at),
        f"{record.method} {record.path}",
        status,
        record.fault or "",
        str(len(record.changes)),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
