"""A simulator that runs: in a thread of this process for tests, or in the foreground."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from provisioning.simulator.control import PREFIX, Control, is_local, read_faults
from provisioning.simulator.listening import Listening
from provisioning.simulator.options import Options
from provisioning.simulator.page import page_answer
from provisioning.simulator.routes import VERSIONED
from provisioning.simulator.service import Service
from provisioning.simulator.wire import Answer, Request

TOKEN_PATH = "/oauth/token"  # noqa: S105  a path, not a secret


class Running(Listening):
    """A simulator that listens; a context manager that closes it."""

    def __init__(self, options: Options) -> None:
        """Listen at once; `CannotStart` says why not."""
        super().__init__(options.port, self._answer)
        try:
            self._service = Service(options, self._server.stopping)
        except BaseException:
            self._server.server_close()
            raise
        self._service.root = self.root
        self._control = Control(self._service)
        self.token = options.token
        self.tenant_url = f"{self.root}{VERSIONED}"
        self.token_url = f"{self.root}{TOKEN_PATH}"
        self.control_url = f"{self.root}{PREFIX}"
        self.start()

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Return every SCIM request so far, as `--record` writes them."""
        return list(self._service.recorder.documents())

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Return `{users, groups}`, inactive and deleted ones too."""
        return self._service.organisation.document()

    def set_faults(self, faults: Sequence[str]) -> None:
        """Set these faults instead of the present ones."""
        self._service.set_faults(read_faults(list(faults)))

    def reset(self) -> None:
        """Go back to the start: seed, faults as given, no records, full allowance."""
        self._service.reset()

    def addresses(self) -> dict[str, str]:
        """Return what a client needs, as the command prints it."""
        return {
            "tenant_url": self.tenant_url,
            "token_url": self.token_url,
            "token": self.token,
            "control_url": self.control_url,
        }

    def closed(self) -> None:
        """Write what is kept."""
        self._service.close()

    def _answer(self, request: Request) -> Answer:
        path = request.path
        if path == TOKEN_PATH:
            return self._service.token_answer(request)
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return self._control.answer(request)
        if path == "/" and request.method in ("GET", "HEAD") and is_local(request):
            return page_answer(self._service)
        answer = self._service.scim_answer(request)
        if answer is not None:
            return answer
        body = json.dumps({"message": f"SCIM is at {VERSIONED}.", "status": 404}).encode()
        return Answer(404, body, "application/json")
