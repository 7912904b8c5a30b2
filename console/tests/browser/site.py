"""The console as a web server inside the test's process, so that a test can seed what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections


class QuietHandler(WSGIRequestHandler):
    """Answers without a line per request; one request per connection, so that threads end."""

    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


class ClosingServer(ThreadedWSGIServer):
    """Each thread gives its database connection back, or the test's database cannot be dropped."""

    daemon_threads = True
    block_on_close = False

    def process_request_thread(self, *request: object) -> None:
        try:
            super().process_request_thread(*request)  # type: ignore[arg-type]
        finally:
            connections.close_all()


@contextmanager
def serving() -> Iterator[str]:
    """The address of the console while it is served on a free port."""
    server = ClosingServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
