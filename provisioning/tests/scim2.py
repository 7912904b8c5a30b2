"""A SCIM server that we did not write: the package scim2-server, as it comes, in its own process.

It keeps resources in memory, checks values, versions and uniqueness as the RFCs say, and knows no
kindness towards clients. What it was asked is read from the access log it writes itself.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Self

import requests

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

_LONGEST = 20
_TRIES = 5
_OURS = "by=tests"
_REQUEST = re.compile(r'"([A-Z]+) /v2/(\S*) HTTP/1\.\d" (\d{3})')


class Scim2Server:
    """The server, answering from the moment it is made; `with` ends it.

    `options` are those of its command.
    """

    def __init__(self, *options: str) -> None:
        self.options = options
        self.token = secrets.token_hex(16)
        for _ in range(_TRIES):
            if self._started(_free_port()):
                return
        raise RuntimeError("scim2-server did not start:\n" + "".join(self._log))

    @classmethod
    def with_features(cls, folder: Path, **features: Mapping[str, Any]) -> Self:
        """One that announces PATCH and these features of a ServiceProviderConfig, nothing else."""
        no = {"supported": False}
        config = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            **dict.fromkeys(("filter", "changePassword", "sort", "etag"), no),
            "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
            "patch": {"supported": True},
            **features,
        }
        path = folder / "features.json"
        path.write_text(json.dumps(config))
        return cls("--service-provider-config", str(path))

    def close(self) -> None:
        """End the process and what reads from it."""
        self._process.terminate()
        self._process.wait(_LONGEST)
        self._reader.join(_LONGEST)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def empty(self) -> None:
        """Delete everybody and every group."""
        for collection in ("Groups", "Users"):
            for one in self._all(collection):
                self.ask("DELETE", f"{collection}/{one['id']}")

    def forget(self) -> None:
        """Count requests from here on."""
        self._from = len(self._log)

    def was_asked(self, expected: Mapping[str, int]) -> bool:
        """Whether these are the requests by method since `forget`, in the server's own words.

        A line is written just after its answer, so the last ones are waited for.
        """
        with self._written:
            return self._written.wait_for(lambda: self._methods() == expected, timeout=5)

    def users(self) -> dict[str, dict[str, Any]]:
        """Accounts by the part of the user name before the @."""
        return {one["userName"].partition("@")[0]: one for one in self._all("Users")}

    def groups(self) -> dict[str, dict[str, Any]]:
        """Groups by name."""
        return {one["displayName"]: one for one in self._all("Groups")}

    def member_names(self, group: str) -> list[str]:
        """The user names, before the @, of a group's members."""
        by_id = {user["id"]: name for name, user in self.users().items()}
        return sorted(by_id[one["value"]] for one in self.groups()[group].get("members", []))

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A request by somebody else, an administrator of the target; never counted."""
        answer = requests.request(
            method,
            f"{self.tenant_url}/{path}{'&' if '?' in path else '?'}{_OURS}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=_LONGEST,
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def add(self, name: str, **attributes: Any) -> dict[str, Any]:
        """An account that somebody else creates."""
        user = {"schemas": [USER], "userName": f"{name}@contoso.example", **attributes}
        created: dict[str, Any] = self.ask("POST", "Users", user)
        return created

    def change(self, name: str, *operations: Mapping[str, Any]) -> None:
        """A change of somebody's account that somebody else makes."""
        self._patch(f"Users/{self.users()[name]['id']}", operations)

    def change_group(self, name: str, *operations: Mapping[str, Any]) -> None:
        """The same for a group."""
        self._patch(f"Groups/{self.groups()[name]['id']}", operations)

    def _patch(self, path: str, operations: Sequence[Mapping[str, Any]]) -> None:
        body = {"schemas": [PATCH_OP], "Operations": [dict(one) for one in operations]}
        self.ask("PATCH", path, body)

    def _all(self, collection: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self.ask("GET", f"{collection}?count=1000&startIndex={len(found) + 1}")
            found += page.get("Resources", [])
            if len(found) >= page["totalResults"]:
                return found

    def _started(self, port: int) -> bool:
        """Whether it is our server that listens: nobody else knows the token."""
        self.tenant_url = f"http://127.0.0.1:{port}/v2"
        self._log: list[str] = []
        self._from = 0
        self._written = Condition()
        self._process = subprocess.Popen(
            [
                Path(sys.executable).with_name("scim2-server"),
                *("--port", str(port), "--bearer-token", self.token, *self.options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = Thread(target=self._read_log, daemon=True)
        self._reader.start()
        with self._written:
            self._written.wait_for(lambda: bool(self._log), timeout=_LONGEST)
        if not self._log or not self._log[0].startswith("Serving"):
            self.close()
            return False
        self._make_sure_it_is_ours()
        return True

    def _make_sure_it_is_ours(self) -> None:
        self.ask("GET", "Users?count=0")
        stranger = requests.get(f"{self.tenant_url}/Users?{_OURS}", timeout=_LONGEST)
        assert stranger.status_code == 401

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._written:
                self._log.append(line)
                self._written.notify_all()
        with self._written:
            self._written.notify_all()

    def _methods(self) -> dict[str, int]:
        found = map(_REQUEST.search, self._log[self._from :])
        return dict(Counter(one[1] for one in found if one and _OURS not in one[2]))


def _free_port() -> int:
    """A port nobody has; the server takes no socket from us, so another may be faster."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
