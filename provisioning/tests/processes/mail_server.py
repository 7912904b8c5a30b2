"""A mail server that may be down: it keeps what it is given, and only that."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_server

END = b".\r\n"


class _Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as one mail needs (RFC 5321)."""

    def handle(self) -> None:
        self.say("220 ready")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                mail = b"".join(iter(self.rfile.readline, END))
                self.server.mails.append(mail.decode())  # type: ignore[attr-defined]
            self.say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def say(self, words: str) -> None:
        """One line of an answer."""
        self.wfile.write(f"{words}\r\n".encode())


def free_port() -> int:
    """A port on which nobody listens."""
    with create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def mail_server(port: int) -> Iterator[list[str]]:
    """The mails that came in while it was up."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), _Talk) as server:
        server.daemon_threads = True
        mails: list[str] = []
        server.mails = mails  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield mails
        finally:
            server.shutdown()
