"""What a tenant begins with: `{users, groups, others, apps}` as JSON.

A group has `members`, a person `manager`; both are named by id. An app has `displayName`,
`appRoles` and `assignments: [{principal, role}]`; `deleted: true` makes a person soft-deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioning.simulator.graph.properties import USER
from provisioning.simulator.graph.refusals import Refusal
from provisioning.simulator.graph.tenant import Tenant
from provisioning.simulator.settings_error import SettingError

_ADVICE = "Write {users: […], groups: […], others: […], apps: […]}."


def read_seed(file: Path) -> Mapping[str, object]:
    """Return the seed in a file; `SettingError` says what is wrong with it."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise SettingError(
            f"The seed {file} cannot be read: {problem}.", path="--seed", advice=_ADVICE
        ) from None
    if not isinstance(content, dict):
        raise SettingError("The seed is no object.", path="--seed", advice=_ADVICE)
    return content


def sow(tenant: Tenant, seed: Mapping[str, Any]) -> None:
    """Put a seed into an empty tenant; `SettingError` says what does not fit."""
    try:
        for other in seed.get("others", ()):
            tenant.add_other(other["type"], other["id"])
        for user in seed.get("users", ()):
            _sow_user(tenant, dict(user))
        for group in seed.get("groups", ()):
            given = dict(group)
            tenant.add_group(given.pop("members", ()), **given)
        for app in seed.get("apps", ()):
            _sow_app(tenant, dict(app))
    except (Refusal, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise SettingError(
            f"The seed does not fit: {problem}.", path="--seed", advice=_ADVICE
        ) from None


def _sow_user(tenant: Tenant, given: dict[str, Any]) -> None:
    deleted = given.pop("deleted", False)
    identifier = tenant.add_user(**given)
    if deleted:
        tenant.delete(USER, identifier)


def _sow_app(tenant: Tenant, given: dict[str, Any]) -> None:
    ids = {name: given[name] for name in ("id", "appId") if name in given}
    app = tenant.apps.add(given["displayName"], given.get("appRoles", ()), **ids)
    for assignment in given.get("assignments", ()):
        tenant.apps.assign(app, assignment["principal"], assignment.get("role", ""))
