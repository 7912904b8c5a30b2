"""The addresses below `/_sim`: what the tenant holds, what it was asked, and changes to it.

For programs on this machine only, as with the other simulator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from provisioning.simulator.control import asked_verb, json_answer, read_faults
from provisioning.simulator.graph.deltas import GONE, NOT_FOUND
from provisioning.simulator.graph.objects import Entry
from provisioning.simulator.graph.properties import GROUP, USER
from provisioning.simulator.graph.refusals import Refusal, bad_request
from provisioning.simulator.graph.service import Service
from provisioning.simulator.settings_error import SettingError
from provisioning.simulator.wire import Answer, Request


class Control:
    """Answers the control addresses of one tenant."""

    def __init__(self, service: Service) -> None:
        """Name the addresses and the changes."""
        self._service = service
        self._verbs: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/state"): lambda _: self.state(),
            ("GET", "/requests"): lambda _: [asdict(one) for one in service.asked],
            ("PUT", "/faults"): self._set_faults,
            ("POST", "/changes"): self._change,
        }
        tenant, apps = service.tenant, service.tenant.apps
        self.changes: dict[str, Callable[..., object]] = {
            "add_user": tenant.add_user,
            "add_group": tenant.add_group,
            "add_other": tenant.add_other,
            "change_user": lambda **given: tenant.change(USER, **given),
            "change_group": lambda **given: tenant.change(GROUP, **given),
            "delete_user": lambda id: tenant.delete(USER, id),
            "delete_group": lambda id: tenant.delete(GROUP, id),
            "restore_user": lambda id: tenant.restore(USER, id),
            "restore_group": lambda id: tenant.restore(GROUP, id),
            "purge_user": lambda id: tenant.purge(USER, id),
            "purge_group": lambda id: tenant.purge(GROUP, id),
            "set_manager": tenant.set_manager,
            "add_members": tenant.add_members,
            "remove_members": tenant.remove_members,
            "add_app": apps.add,
            "set_roles": apps.set_roles,
            "assign": apps.assign,
            "unassign": apps.unassign,
            "expire_cursors": self._expire,
            "revoke_tokens": service.tokens.revoke,
            "set_permissions": self._set_permissions,
            "set_throttle_percentage": self._set_percentage,
        }

    def answer(self, request: Request) -> Answer:
        """Return the answer to a control request."""
        verb = asked_verb(request, self._verbs)
        if isinstance(verb, Answer):
            return verb
        try:
            return json_answer(200, verb(request))
        except (Refusal, SettingError) as problem:
            return json_answer(400, {"message": problem.message})
        except (ValueError, TypeError, RecursionError) as problem:
            return json_answer(400, {"message": f"This cannot be read: {problem}."})

    def state(self) -> dict[str, object]:
        """Return everything that the tenant holds, deleted ones too."""
        tenant = self._service.tenant
        with tenant.lock:
            return {
                "users": [_told(one) for one in tenant.users.values()],
                "groups": [_told(one) for one in tenant.groups.values()],
                "others": dict(tenant.others),
                "apps": [one.document() for one in tenant.apps.principals.values()],
                "assignments": list(tenant.apps.assignments.values()),
            }

    def apply(self, changes: list[dict[str, object]]) -> list[object]:
        """Apply changes such as `{do: change_user, id: …, department: …}` one after the other."""
        answers: list[object] = []
        with self._service.tenant.lock:
            for change in changes:
                given = dict(change)
                verb = self.changes.get(str(given.pop("do", "")))
                if verb is None:
                    known = ", ".join(sorted(self.changes))
                    raise bad_request(f"There is no such change. Known are: {known}.")
                answers.append(verb(**given))
        return answers

    def _change(self, request: Request) -> object:
        changes = json.loads(request.body or b"[]")
        if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes):
            raise bad_request('Send [{"do": …}, …].')
        return self.apply(changes)

    def _set_faults(self, request: Request) -> object:
        self._service.set_faults(read_faults(json.loads(request.body or b"[]")))
        return [fault.text for fault in self._service.plan.faults]

    def _expire(self, how: str = GONE) -> None:
        if how not in (GONE, NOT_FOUND):
            raise bad_request(f"how is {GONE} or {NOT_FOUND}.")
        self._service.deltas.expire(how)

    def _set_permissions(self, names: list[str]) -> None:
        self._service.permissions = {str(name) for name in names}

    def _set_percentage(self, share: float) -> None:
        self._service.throttle_percentage = float(share)


def _told(entry: Entry) -> dict[str, object]:
    relation = "manager" if entry.kind == USER else "members"
    return {**entry.properties, "life": entry.life.value, relation: list(entry.related)}
