"""A tenant that listens: in a thread of this process for tests, or in the foreground."""

from __future__ import annotations

import json
import re

from provisioning.simulator.control import PREFIX
from provisioning.simulator.graph.control import Control
from provisioning.simulator.graph.options import Options
from provisioning.simulator.graph.service import VERSION, Asked, Service
from provisioning.simulator.graph.tenant import Tenant
from provisioning.simulator.listening import HOST, Listening
from provisioning.simulator.wire import Answer, Request

_TOKEN = re.compile(r"/([^/]+)/oauth2/v2\.0/token")


class RunningGraph(Listening):
    """A tenant that listens; a context manager that closes it."""

    def __init__(self, options: Options) -> None:
        """Listen at once; `CannotStart` or `SettingError` says why not."""
        self.options = options
        self._service = Service(options)
        self._control = Control(self._service)
        super().__init__(options.port, self._answer)
        self._service.root = self.root
        self.graph_url = f"{self.root}{VERSION}"
        self.token_url = f"{self.root}/{options.tenant}/oauth2/v2.0/token"
        self.control_url = f"{self.root}{PREFIX}"
        self.start()

    @property
    def tenant(self) -> Tenant:
        """Return the tenant itself, for whoever runs it in this process."""
        return self._service.tenant

    @property
    def requests(self) -> list[Asked]:
        """Return every request for data so far, those for tokens not among them."""
        return list(self._service.asked)

    def change(self, do: str, **given: object) -> object:
        """Apply one change, by the words of `POST /_sim/changes`."""
        return self._control.apply([{"do": do, **given}])[0]

    def set_faults(self, *faults: str) -> None:
        """Set these faults instead of the present ones."""
        body = json.dumps(faults).encode()
        answer = self._control.answer(
            Request("PUT", f"{PREFIX}/faults", {"host": HOST}, body, HOST)
        )
        if answer.status != 200:
            raise ValueError(answer.body.decode())

    def addresses(self) -> dict[str, str]:
        """Return what a reader needs, as the command prints it."""
        client, secret = next(iter(self.options.clients.items()))
        return {
            "graph_url": self.graph_url,
            "token_url": self.token_url,
            "tenant": self.options.tenant,
            "client_id": client,
            "client_secret": secret,
            "control_url": self.control_url,
        }

    def _answer(self, request: Request) -> Answer:
        path = request.path
        if (match := _TOKEN.fullmatch(path)) is not None:
            return self._service.token_answer(request, match[1])
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return self._control.answer(request)
        if path.startswith(f"{VERSION}/"):
            return self._service.graph_answer(request)
        body = json.dumps({"message": f"Graph is at {VERSION}."}).encode()
        return Answer(404, body, "application/json")
